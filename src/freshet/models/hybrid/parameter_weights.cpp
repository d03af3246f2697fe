#include "freshet/models/hybrid/parameter_weights.hpp"

#include <cmath>

#include "freshet/models/process/parameter_transform.hpp"

namespace freshet {
namespace {

torch::Tensor as_row(const std::vector<double>& values, const torch::Tensor& like) {
  return torch::tensor(values, torch::kFloat64).to(like.scalar_type());
}

}  // namespace

ParameterWeights::ParameterWeights(std::string kind, std::vector<physics::ParameterInfo> parameters)
    : bounded_by_norm_(kind == "weight_norm"), parameters_(std::move(parameters)) {
  for (const physics::ParameterInfo& row : parameters_) {
    const bool around_zero = row.lower < 0 && row.upper > 0;
    const double great = std::abs(row.upper) >= std::abs(row.lower) ? row.upper : row.lower;
    const double small = great == row.upper ? row.lower : row.upper;
    factor_.push_back(around_zero ? row.upper - row.lower : great);
    offset_.push_back(around_zero ? row.lower : 0);
    lowest_.push_back(around_zero ? 0 : small / great);
    highest_.push_back(1);
  }
}

WeightSpec ParameterWeights::spec() const {
  return {.name = "parameters", .shape = {static_cast<std::int64_t>(parameters_.size())}, .start = bounded_by_norm_ ? 0.5 : 0.0};
}

torch::Tensor ParameterWeights::values(const torch::Tensor& weights) const {
  if (!bounded_by_norm_) {
    // Row by row: LibTorch's sigmoid has other last bits at the end of a tensor than inside, and a group's parameters must not
    // depend on the groups beside it.
    std::vector<torch::Tensor> rows;
    for (const torch::Tensor& row : weights.split(1)) rows.push_back(to_range(row, parameters_));
    return torch::cat(rows);
  }
  return weights * as_row(factor_, weights) + as_row(offset_, weights);
}

void ParameterWeights::constrain(torch::Tensor weights) const {
  if (!bounded_by_norm_) return;
  constexpr double kRate = 0.9, kEpsilon = 1e-7;
  const torch::Tensor norm = weights.abs();
  const torch::Tensor inside = torch::minimum(torch::maximum(norm, as_row(lowest_, norm)), as_row(highest_, norm));
  weights.mul_((kRate * inside + (1 - kRate) * norm) / (kEpsilon + norm));
}

}  // namespace freshet
