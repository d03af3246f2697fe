#pragma once

#include <optional>
#include <string>
#include <vector>

#include "freshet/models/hybrid/row_groups.hpp"
#include "freshet/models/hybrid/weight_spec.hpp"
#include "freshet/models/model.hpp"
#include "freshet/models/options.hpp"
#include "freshet/models/process/process_layer.hpp"

namespace freshet {

/// A process model as a part of a network, with routing if there is any: parameters of its rows, forcing in, discharge out.
class ProcessPart {
 public:
  /// @throws InputError for a model, routing or flux that does not exist, and for fluxes with routing
  ProcessPart(const ProcessModelOptions& options);

  const kernels::Model& model() const { return *layer_.model; }
  /// Parameters of the model, then those of the routing.
  const std::vector<physics::ParameterInfo>& parameters() const { return parameters_; }
  std::int64_t parameter_count() const { return static_cast<std::int64_t>(parameters_.size()); }
  std::vector<ModelSeries> series() const;

  struct Output {
    torch::Tensor discharge;            ///< [T, B] mm/day
    std::vector<torch::Tensor> states;  ///< [state] [T, B] mm, at the end of each day
    torch::Tensor storages;             ///< [B, state] after the last day
    torch::Tensor delays;               ///< [B, row] what is under way in unit hydrographs
  };
  /// @param forcing   [T, B, forcing of the model]
  /// @param values    [group, parameter] in their units
  /// @param storages  [B, state]; NaN in all rows: where the model starts by itself
  /// @param delays    [B, row]
  Output run(const torch::Tensor& forcing, const torch::Tensor& values, const RowGroups& rows, const torch::Tensor& storages,
             const torch::Tensor& delays) const;

  std::int64_t state_count() const { return static_cast<std::int64_t>(layer_.model->states().size()); }
  std::int64_t delay_count() const;

 private:
  ProcessLayerOptions layer_;
  std::vector<physics::ParameterInfo> parameters_;
};

}  // namespace freshet
