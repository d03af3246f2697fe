#include "freshet/models/hybrid/regional_hybrid.hpp"

#include "freshet/models/process/parameter_transform.hpp"

namespace freshet {
namespace {

constexpr HybridNetwork::Parts kBoth{.process = true, .network = true};

ModelShape of_one(ModelShape shape) {
  shape.sets = 1;
  return shape;
}

std::int64_t count(const WeightSpec& spec) {
  std::int64_t product = 1;
  for (const std::int64_t size : spec.shape) product *= size;
  return product;
}

ModelInput in_one_set(ModelInput input) {
  input.sets.assign(input.sets.size(), 0);
  return input;
}

}  // namespace

RegionalHybrid::RegionalHybrid(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed)
    : options_(options), seed_(seed), network_(options, shape, kBoth) {
  parameter_net_ = register_module(
      "parameters", std::make_shared<AttributeNet>(AttributeNet::Shape{.attributes = shape.statics,
                                                                       .hidden = options.parameter_hidden_size,
                                                                       .outputs = network_.process()->parameter_count()},
                                                   false, seed, 0));
  for (const WeightSpec& spec : network_.network_specs()) {
    const AttributeNet::Shape net{.attributes = shape.statics, .hidden = options.weight_hidden_size, .outputs = count(spec)};
    weight_nets_.push_back(
        register_module("weights_" + spec.name, std::make_shared<AttributeNet>(net, true, seed, std::ssize(weight_nets_) + 1)));
  }
}

torch::Tensor RegionalHybrid::process_parameters(const ModelInput& input) const {
  return from_unit(0.5 * (parameter_net_->forward(input.statics, {}) + 1), network_.process()->parameters());
}

ModelOutput RegionalHybrid::run(const ModelInput& input, const ModelState& state, std::int64_t last_n,
                                const DropoutKey* dropout) {
  const RowGroups rows = single_rows(input.statics.size(0));
  // Outside training a key of its own, the same at every call, where the option asks for dropout there too.
  const DropoutKey outside{.seed = seed_, .step = 0, .first_row = 0};
  const DropoutKey* key = dropout == nullptr && options_.attribute_dropout_at_inference ? &outside : dropout;
  GroupWeights weights;
  const std::vector<WeightSpec> specs = network_.network_specs();
  for (std::size_t i = 0; i < specs.size(); ++i) {
    std::vector<std::int64_t> shape = {rows.size()};
    shape.insert(shape.end(), specs[i].shape.begin(), specs[i].shape.end());
    const AttributeNet::Dropout drop{.probability = options_.attribute_dropout, .key = key};
    weights.push_back(weight_nets_[i]->forward(input.statics, drop).view(shape));
  }
  return network_.run(process_parameters(input), weights, rows, input, state, last_n);
}

torch::Tensor RegionalHybrid::penalty() const {
  if (options_.attribute_l1 <= 0) return {};
  torch::Tensor sum = torch::zeros({});
  for (const auto& net : weight_nets_) sum = sum + net->first_kernel_l1();
  return options_.attribute_l1 * sum;
}

PseudoRegionalHybrid::PseudoRegionalHybrid(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed)
    : models_(*register_module("shared", std::make_shared<BasinModels>(options, of_one(shape), kBoth, seed))) {}

ModelOutput PseudoRegionalHybrid::run(const ModelInput& input, const ModelState& state, std::int64_t last_n,
                                      const DropoutKey* dropout) {
  return models_.run(in_one_set(input), state, last_n, dropout);
}

torch::Tensor PseudoRegionalHybrid::process_parameters(const ModelInput& input) const {
  return models_.process_parameters(in_one_set(input));
}

}  // namespace freshet
