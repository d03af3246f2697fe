#include "freshet/models/hybrid/hybrid_network.hpp"

#include <limits>

#include "freshet/models/neural/network_parts.hpp"

namespace freshet {
namespace {

using torch::Tensor;

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
  if (parts.network) network_ = make_network_part(options, shape.inputs + (parts.process ? 1 : 0));
}

std::vector<WeightSpec> HybridNetwork::network_specs() const {
  return network_ ? network_->specs() : std::vector<WeightSpec>();
}

bool HybridNetwork::whole_sequences() const {
  return network_ != nullptr && options_.network_input_scaling != "training";
}

Tensor HybridNetwork::channels(const Tensor& dynamic, const Tensor& discharge) const {
  Tensor inputs = dynamic;
  if (options_.network_input_scaling != "training") inputs = standardised_over_time(dynamic);
  if (!discharge.defined()) return inputs;
  const Tensor own = discharge.unsqueeze(2);
  if (options_.network_input_scaling == "discharge") {
    const Tensor mean = own.mean(0, true);
    inputs = inputs * (own - mean).square().mean(0, true).add(1e-12).sqrt() + mean;
  }
  return torch::cat({inputs, own}, 2);
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
    const NetworkPart::Output network = network_->run(channels(input.dynamic, discharge), weights, rows, memory);
    prediction = output_activation(network.values, options_.output_activation);
    memory = network.memory;
  }
  out.state.cell = torch::cat({still_delayed, memory}, 1);
  out.prediction = last(prediction).unsqueeze(2);
  return out;
}

}  // namespace freshet
