#pragma once

#include "freshet/models/hybrid/hybrid_network.hpp"
#include "freshet/models/hybrid/parameter_weights.hpp"

namespace freshet {

/// One model for each training basin, all of one form, side by side: every trainable tensor has a leading dimension of basins
/// ("sets"). All start from the same weights, those of a single basin's model with this seed.
class BasinModels : public Model {
 public:
  BasinModels(const ModelOptions& options, const ModelShape& shape, HybridNetwork::Parts parts, std::uint64_t seed);

  /// Rows of basins that were not trained are an InternalError: callers ask for ModelInput::sets >= 0.
  ModelOutput run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey* dropout) override;
  ModelState initial_state(std::int64_t rows) const override { return network_.initial_state(rows); }
  std::vector<ModelSeries> series() const override { return network_.series(); }
  bool whole_sequences() const override { return network_.whole_sequences(); }

  /// The same with weights from outside.
  /// @param weights  in the order of weights(), each [group, ...]
  ModelOutput run_with(const GroupWeights& weights, const RowGroups& rows, const ModelInput& input, const ModelState& state,
                       std::int64_t last_n) const;
  /// All trainable tensors, [set, ...] each.
  const GroupWeights& weights() const { return weights_; }
  /// Keeps `weights` ([group, ...] each) where they may be, after an optimiser's step.
  void constrain(const GroupWeights& weights) const;
  std::vector<std::string> process_parameter_names() const override { return network_.process_parameter_names(); }
  torch::Tensor process_parameters(const ModelInput& input) const override;
  const HybridNetwork& network() const { return network_; }

 private:
  HybridNetwork network_;
  std::optional<ParameterWeights> transform_;
  GroupWeights weights_;
};

}  // namespace freshet
