#pragma once

#include <memory>
#include <optional>

#include "freshet/models/hybrid/network_part.hpp"
#include "freshet/models/hybrid/process_part.hpp"
#include "freshet/models/model.hpp"

namespace freshet {

/// A process model, a network on what it makes and on the forcing, or one of the two: from the parameters and weights of each
/// group of rows to discharge (Jiang et al. 2020, figure 3). Where parameters and weights come from is the business of the models
/// that own one: trained freely for each basin, the same for all, or learned from attributes.
///
/// Channels of the network: the inputs of a day, standardised, then the process model's discharge, mm/day, as it is.
class HybridNetwork {
 public:
  struct Parts {
    bool process = false;
    bool network = false;
  };
  HybridNetwork(const ModelOptions& options, const ModelShape& shape, Parts parts);

  const std::optional<ProcessPart>& process() const { return process_; }
  /// Of the network; empty without one.
  std::vector<WeightSpec> network_specs() const;

  /// @param values   [group, parameter] of the process model, in their units; undefined without one
  /// @param weights  of the network
  ModelOutput run(const torch::Tensor& values, const GroupWeights& weights, const RowGroups& rows, const ModelInput& input,
                  const ModelState& state, std::int64_t last_n) const;

  ModelState initial_state(std::int64_t rows) const;
  std::vector<ModelSeries> series() const { return process_ ? process_->series() : std::vector<ModelSeries>(); }
  bool whole_sequences() const;
  std::vector<std::string> process_parameter_names() const;

 private:
  /// As network_input_scaling says. @param discharge  [T, B, 1], or undefined
  torch::Tensor inputs(const torch::Tensor& dynamic, const torch::Tensor& discharge) const;

  ModelOptions options_;
  std::optional<ProcessPart> process_;
  std::unique_ptr<NetworkPart> network_;
};

}  // namespace freshet
