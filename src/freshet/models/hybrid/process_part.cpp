#include "freshet/models/hybrid/process_part.hpp"

#include <algorithm>
#include <cmath>

#include "freshet/core/error.hpp"
#include "freshet/kernels/plugin_file.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/models/process/parameter_transform.hpp"

namespace freshet {
namespace {

torch::Tensor as_row(const std::vector<double>& values, const torch::Tensor& like) {
  return torch::tensor(values, torch::kFloat64).to(like.scalar_type());
}

}  // namespace

ProcessPart::ProcessPart(const ProcessModelOptions& options) {
  if (options.plugin) kernels::load_plugin(*options.plugin);
  layer_.model = &kernels::find_model(options.process_model);
  if (options.routing != "none") layer_.routing = &kernels::find_routing(options.routing);
  layer_.outputs.clear();
  for (const std::string& flux : options.process_discharge) {
    if (layer_.routing != nullptr)
      throw InputError(Problem{.what = "`process_discharge` names fluxes, but `routing` takes the model's own runoff",
                               .hint = "Leave one of them out."});
    layer_.outputs.push_back(kernels::find_series(model(), flux));
  }
  if (layer_.outputs.empty()) layer_.outputs.push_back({});
  for (const auto& state : model().states()) layer_.outputs.push_back(kernels::find_series(model(), state.name));
  const auto own = model().parameters();
  parameters_.assign(own.begin(), own.end());
  if (layer_.routing != nullptr) {
    const auto more = layer_.routing->parameters();
    parameters_.insert(parameters_.end(), more.begin(), more.end());
  }
}

std::vector<ModelSeries> ProcessPart::series() const {
  std::vector<ModelSeries> all;
  for (const auto& state : model().states())
    all.push_back({std::string(state.name), std::string(state.unit), std::string(state.meaning)});
  return all;
}

std::int64_t ProcessPart::delay_count() const {
  return static_cast<std::int64_t>(kernels::history_rows(model(), layer_.routing));
}

ProcessPart::Output ProcessPart::run(const torch::Tensor& forcing, const torch::Tensor& values, const RowGroups& rows,
                                     const torch::Tensor& storages, const torch::Tensor& delays) const {
  const torch::Tensor of_rows = values.index_select(0, rows.group_of_row);
  const auto own = static_cast<std::int64_t>(model().parameters().size());
  ProcessInput input{.forcing = forcing, .basins = {}, .parameters = of_rows.slice(1, 0, own).contiguous()};
  if (layer_.routing != nullptr) input.routing_parameters = of_rows.slice(1, own).contiguous();
  if (!torch::isnan(storages).any().item<bool>()) {
    input.initial_states = storages;
    input.histories = delays.t().contiguous();
  }
  const ProcessOutput result = run_process(layer_, input);
  const std::size_t fluxes = layer_.outputs.size() - model().states().size();
  Output out{.discharge = result.series[0],
             .states = {result.series.begin() + static_cast<std::ptrdiff_t>(fluxes), result.series.end()},
             .storages = result.state.states,
             .delays = result.state.histories.t().contiguous()};
  for (std::size_t i = 1; i < fluxes; ++i) out.discharge = out.discharge + result.series[i];
  return out;
}

ParameterTransform::ParameterTransform(std::string kind, std::vector<physics::ParameterInfo> parameters)
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

WeightSpec ParameterTransform::spec() const {
  return {.name = "parameters", .shape = {static_cast<std::int64_t>(parameters_.size())}, .start = bounded_by_norm_ ? 0.5 : 0.0};
}

torch::Tensor ParameterTransform::values(const torch::Tensor& weights) const {
  if (!bounded_by_norm_) {
    // Row by row: LibTorch's sigmoid has other last bits at the end of a tensor than inside, and a group's parameters must not
    // depend on the groups beside it.
    std::vector<torch::Tensor> rows;
    for (const torch::Tensor& row : weights.split(1)) rows.push_back(to_range(row, parameters_));
    return torch::cat(rows);
  }
  return weights * as_row(factor_, weights) + as_row(offset_, weights);
}

void ParameterTransform::constrain(torch::Tensor weights) const {
  if (!bounded_by_norm_) return;
  constexpr double kRate = 0.9, kEpsilon = 1e-7;
  const torch::Tensor norm = weights.abs();
  const torch::Tensor inside = torch::minimum(torch::maximum(norm, as_row(lowest_, norm)), as_row(highest_, norm));
  weights.mul_((kRate * inside + (1 - kRate) * norm) / (kEpsilon + norm));
}

}  // namespace freshet
