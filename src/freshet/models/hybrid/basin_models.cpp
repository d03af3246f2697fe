#include "freshet/models/hybrid/basin_models.hpp"

#include "freshet/core/error.hpp"
#include "freshet/models/neural/network_parts.hpp"

namespace freshet {
namespace {

torch::Tensor initial_weights(const WeightSpec& spec, std::int64_t sets, std::uint64_t seed, std::uint64_t which) {
  torch::Tensor one = torch::full(spec.shape, spec.start);
  if (spec.bound > 0) one = one + uniform_weights(spec.shape, spec.bound, seed, which);
  std::vector<std::int64_t> shape = {sets};
  shape.insert(shape.end(), spec.shape.begin(), spec.shape.end());
  return one.unsqueeze(0).expand(shape).contiguous();
}

}  // namespace

BasinModels::BasinModels(const ModelOptions& options, const ModelShape& shape, HybridNetwork::Parts parts, std::uint64_t seed)
    : network_(options, shape, parts) {
  const auto add = [&](torch::nn::Module& module, const WeightSpec& spec) {
    weights_.push_back(module.register_parameter(spec.name, initial_weights(spec, shape.sets, seed, weights_.size())));
  };
  if (network_.process()) {
    transform_.emplace(options.process.parameter_transform, network_.process()->parameters());
    add(*register_module("physics", std::make_shared<torch::nn::Module>("physics")), transform_->spec());
  }
  if (parts.network) {
    const auto module = register_module("network", std::make_shared<torch::nn::Module>("network"));
    for (const WeightSpec& spec : network_.network_specs()) add(*module, spec);
  }
}

ModelOutput BasinModels::run_with(const GroupWeights& weights, const RowGroups& rows, const ModelInput& input,
                                  const ModelState& state, std::int64_t last_n) const {
  if (!transform_) return network_.run({}, weights, rows, input, state, last_n);
  return network_.run(transform_->values(weights[0]), {weights.begin() + 1, weights.end()}, rows, input, state, last_n);
}

ModelOutput BasinModels::run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey*) {
  const RowGroups rows = group_rows(input.sets);
  std::vector<std::int64_t> sets;
  for (const RowGroup& group : rows.groups) {
    sets.push_back(input.sets[static_cast<std::size_t>(group.first)]);
    if (sets.back() < 0) throw InternalError("a basin without parameters of its own reached a model of single basins");
  }
  const torch::Tensor index = torch::tensor(sets, torch::kInt64);
  GroupWeights weights;
  for (const torch::Tensor& all : weights_) weights.push_back(all.index_select(0, index));
  return run_with(weights, rows, input, state, last_n);
}

void BasinModels::constrain(const GroupWeights& weights) const {
  if (transform_) transform_->constrain(weights[0]);
}

torch::Tensor BasinModels::process_parameters(const ModelInput& input) const {
  if (!transform_) return {};
  return transform_->values(weights_[0]).index_select(0, torch::tensor(input.sets, torch::kInt64));
}

}  // namespace freshet
