#include "freshet/models/process/parameter_transform.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

using physics::ParameterInfo;
using physics::ParameterScale;
using torch::Tensor;

/// The ranges as rows of `like`'s type: on a logarithmic scale those of the logarithm.
struct Ranges {
  Tensor lower, width, is_log;
  Tensor lowest, highest;  ///< the bounds themselves: exp(log(bound)) may miss them by a rounding
};

Ranges ranges(const Tensor& like, std::span<const ParameterInfo> parameters) {
  if (like.dim() == 0 || like.size(-1) != static_cast<std::int64_t>(parameters.size())) {
    throw InternalError(fmt::format("{} parameters have ranges, the tensor's last dimension is another", parameters.size()));
  }
  std::vector<double> lower, width, lowest, highest;
  std::vector<std::int64_t> is_log;
  for (const ParameterInfo& row : parameters) {
    const bool log = row.scale == ParameterScale::kLog;
    lower.push_back(log ? std::log(row.lower) : row.lower);
    width.push_back((log ? std::log(row.upper) : row.upper) - lower.back());
    lowest.push_back(row.lower);
    highest.push_back(row.upper);
    is_log.push_back(log ? 1 : 0);
  }
  const auto rows = [&](const std::vector<double>& values) {
    return torch::tensor(values, torch::kFloat64).to(like.options().requires_grad(false));
  };
  return {rows(lower), rows(width), torch::tensor(is_log).to(torch::kBool).to(like.device()), rows(lowest), rows(highest)};
}

}  // namespace

Tensor from_unit(const Tensor& positions, std::span<const ParameterInfo> parameters) {
  const Ranges r = ranges(positions, parameters);
  const Tensor linear = r.lower + positions * r.width;
  // Of the row that is not chosen neither the value nor the derivative may overflow.
  const Tensor exponent = torch::where(r.is_log, linear, torch::zeros_like(linear));
  return torch::where(r.is_log, torch::exp(exponent), linear).clamp(r.lowest, r.highest);
}

Tensor to_range(const Tensor& raw, std::span<const ParameterInfo> parameters) {
  return from_unit(torch::sigmoid(raw), parameters);
}

Tensor from_range(const Tensor& values, std::span<const ParameterInfo> parameters) {
  const Ranges r = ranges(values, parameters);
  const Tensor logs = torch::log(torch::where(r.is_log, values, torch::ones_like(values)));
  const Tensor positions = (torch::where(r.is_log, logs, values) - r.lower) / r.width;
  return torch::logit(positions, 1e-6);
}

}  // namespace freshet
