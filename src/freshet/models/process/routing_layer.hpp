#pragma once

#include <cstddef>

#include <torch/torch.h>

#include "freshet/kernels/model.hpp"

namespace freshet {

/// What route_runoff gives.
struct RoutedRunoff {
  torch::Tensor discharge;  ///< [time, lane]
  torch::Tensor history;    ///< [length - 1, lane]: the last runoff, oldest first, which the next call's history can be
};

/// Spreads runoff over the following steps by a unit hydrograph, q_t = sum_k w_k r_(t - k): for runoff that is first averaged
/// over components (of a single lane, ProcessLayerOptions::routing does the same within the model). Gradients flow to the runoff
/// and to the parameters; the history is a constant. A gradient of a gradient is refused.
/// @param runoff      [time, lane], mm/day, float32 or float64 on the CPU
/// @param parameters  [lane, routing parameter] in their units, of the same type
/// @param history     [length - 1, lane]: runoff before the first step; undefined: none
/// @param dt          length of a step, days
/// @param threads     results do not depend on it
/// @throws InternalError for wrong shapes or types
RoutedRunoff route_runoff(const kernels::Routing& routing, const torch::Tensor& runoff, const torch::Tensor& parameters,
                          const torch::Tensor& history = {}, double dt = 1.0, std::size_t threads = 1);

}  // namespace freshet
