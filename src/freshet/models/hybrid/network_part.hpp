#pragma once

#include <memory>
#include <vector>

#include "freshet/models/hybrid/row_groups.hpp"
#include "freshet/models/hybrid/weight_spec.hpp"
#include "freshet/models/options.hpp"

namespace freshet {

/// The part of a hybrid that is no process model: from the channels of a day, and of days before, to one number.
/// A group of rows has its own weights; a row's result does not depend on other rows.
class NetworkPart {
 public:
  virtual ~NetworkPart() = default;
  virtual std::vector<WeightSpec> specs() const = 0;

  struct Output {
    torch::Tensor values;  ///< [T, B], before the output's activation
    torch::Tensor memory;  ///< [B, memory_width()] after the last day
  };
  /// @param inputs     [T, B, input]
  /// @param discharge  [T, B, 1] of the process model, a channel more; undefined without one
  /// @param memory     [B, memory_width()], zero at the start
  virtual Output run(const torch::Tensor& inputs, const torch::Tensor& discharge, const GroupWeights& weights,
                     const RowGroups& rows, const torch::Tensor& memory) const = 0;
  virtual std::int64_t memory_width() const = 0;
};

/// conv1d  a causal convolution over network_kernel days with network_filters filters and ELU, then one output a day
///         (Jiang et al. 2020); before the first day the channels are zero
/// mlp     hidden_size units with ELU on each day's channels, then one output
/// lstm    an LSTM of hidden_size cells, then one output
/// @param discharge  whether there is a process model's discharge among the channels
std::unique_ptr<NetworkPart> make_network_part(const ModelOptions& options, std::int64_t inputs, bool discharge);

}  // namespace freshet
