#include "freshet/models/hybrid/hybrid_network.hpp"

#include <limits>

#include "freshet/models/neural/network_parts.hpp"

namespace freshet {
namespace {

using torch::Tensor;

// Keeps the derivative of the root finite where the discharge is constant; mm2/day2.
constexpr double kLeastVariance = 1e-12;

/// Each row's series over time to mean zero and standard deviation one (of the population); constant series to zero.
Tensor standardised_over_time(const Tensor& series) {
  const Tensor mean = series.mean(0, true);
  const Tensor deviation = series - mean;
  const Tensor std = deviation.square().mean(0, true).sqrt();
  return deviation / torch::where(std > 0, std, torch::ones_like(std));
}

}  // namespace

HybridNetwork::HybridNetwork(const ModelOptions& options, const ModelShape& shape, Parts parts) : options_(options) {
  if (parts.process) process_.emplace(options.process);
  if (parts.network) network_ = make_network_part(options, shape.inputs, parts.process);
}

std::vector<WeightSpec> HybridNetwork::network_specs() const {
  return network_ ? network_->specs() : std::vector<WeightSpec>();
}

std::vector<std::string> HybridNetwork::process_parameter_names() const {
  std::vector<std::string> names;
  if (!process_) return names;
  for (const physics::ParameterInfo& parameter : process_->parameters()) names.emplace_back(parameter.name);
  return names;
}

bool HybridNetwork::whole_sequences() const {
  return network_ != nullptr && (options_.network_input_scaling == "sequence" || options_.network_input_scaling == "discharge");
}

Tensor HybridNetwork::inputs(const Tensor& dynamic, const Tensor& discharge) const {
  if (!whole_sequences()) return dynamic;
  const Tensor standardised = standardised_over_time(dynamic);
  if (options_.network_input_scaling == "sequence" || !discharge.defined()) return standardised;
  const Tensor mean = discharge.mean(0, true);
  const Tensor std = (discharge - mean).square().mean(0, true).add(kLeastVariance).sqrt();
  return standardised * std + mean;
}

ModelState HybridNetwork::initial_state(std::int64_t rows) const {
  const std::int64_t states = process_ ? process_->state_count() : 0;
  const std::int64_t delays = process_ ? process_->delay_count() : 0;
  const std::int64_t memory = network_ ? network_->memory_width() : 0;
  return {torch::full({rows, states}, std::numeric_limits<float>::quiet_NaN()), torch::zeros({rows, delays + memory})};
}

ModelOutput HybridNetwork::run(const Tensor& values, const GroupWeights& weights, const RowGroups& rows, const ModelInput& input,
                               const ModelState& state, std::int64_t last_n) const {
  ModelOutput out;
  const std::int64_t delays = process_ ? process_->delay_count() : 0;
  Tensor discharge, memory = state.cell.slice(1, delays), still_delayed = state.cell.slice(1, 0, delays);
  out.state.hidden = state.hidden;
  const auto last = [last_n](const Tensor& series) { return series.slice(0, series.size(0) - last_n); };
  if (process_) {
    const ProcessPart::Output physical = process_->run(input.forcing, values, rows, state.hidden, still_delayed);
    discharge = physical.discharge;
    out.state.hidden = physical.storages;
    still_delayed = physical.delays;
    for (const Tensor& storage : physical.states) out.series.push_back(last(storage));
  }
  Tensor prediction = discharge;
  if (network_) {
    const Tensor channel = discharge.defined() ? discharge.unsqueeze(2) : Tensor();
    const NetworkPart::Output network = network_->run(inputs(input.dynamic, channel), channel, weights, rows, memory);
    prediction = output_activation(network.values, options_.output_activation);
    memory = network.memory;
  }
  out.state.cell = torch::cat({still_delayed, memory}, 1);
  out.prediction = last(prediction).unsqueeze(2);
  return out;
}

}  // namespace freshet
