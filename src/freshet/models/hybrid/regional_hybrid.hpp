#pragma once

#include "freshet/models/hybrid/attribute_net.hpp"
#include "freshet/models/hybrid/basin_models.hpp"

namespace freshet {

/// A hybrid for all basins whose parameters and network weights are learned from static attributes (Jiang et al. 2020, regional
/// model): one net gives the process model's parameters, as positions in their ranges, and one net for each tensor of the network
/// its weights, in (-1, 1). Each basin has its own convolution.
class RegionalHybrid : public Model {
 public:
  RegionalHybrid(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed);

  ModelOutput run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey* dropout) override;
  ModelState initial_state(std::int64_t rows) const override { return network_.initial_state(rows); }
  std::vector<ModelSeries> series() const override { return network_.series(); }
  bool whole_sequences() const override { return network_.whole_sequences(); }
  torch::Tensor penalty() const override;
  std::vector<std::string> process_parameter_names() const override { return network_.process_parameter_names(); }
  torch::Tensor process_parameters(const ModelInput& input) const override;

 private:
  ModelOptions options_;
  std::uint64_t seed_;
  HybridNetwork network_;
  std::shared_ptr<AttributeNet> parameter_net_;
  std::vector<std::shared_ptr<AttributeNet>> weight_nets_;
};

/// The same network with one set of parameters and weights for all basins, trained freely: what attributes add is measured
/// against it.
class PseudoRegionalHybrid : public Model {
 public:
  PseudoRegionalHybrid(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed);

  ModelOutput run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey* dropout) override;
  ModelState initial_state(std::int64_t rows) const override { return models_.initial_state(rows); }
  std::vector<ModelSeries> series() const override { return models_.series(); }
  bool whole_sequences() const override { return models_.whole_sequences(); }
  std::vector<std::string> process_parameter_names() const override { return models_.process_parameter_names(); }
  torch::Tensor process_parameters(const ModelInput& input) const override;
  void constrain() override { models_.constrain(models_.weights()); }

 private:
  BasinModels& models_;  ///< of a single set, a submodule
};

}  // namespace freshet
