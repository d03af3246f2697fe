#pragma once

#include <span>
#include <vector>

#include "freshet/data/windows.hpp"

namespace freshet {

/// Samples side by side, copied from the prepared series. All arrays are dense, the last index fastest.
struct Batch {
  std::int64_t steps = 0;            ///< T
  std::int64_t rows = 0;             ///< B, samples
  std::int64_t targets_per_row = 0;  ///< N, the last N of the T steps
  std::vector<float> inputs;         ///< [T, B, input]; NaN is missing
  std::vector<float> forcing;        ///< [T, B, forcing], in the units of the process model
  std::vector<float> statics;        ///< [B, attribute]
  std::vector<std::int64_t> sets;    ///< [B] PreparedBasin::set
  std::vector<float> targets;        ///< [N, B, target]; NaN is missing or not to be counted
  std::vector<float> target_mean;    ///< [B, target] of the row's basin in training, raw units
  std::vector<float> target_std;     ///< [B, target]
  std::vector<float> target_center;  ///< [B, target] of the standardisation, the sample's own included
  std::vector<float> target_scale;   ///< [B, target]
  std::int64_t observed = 0;         ///< targets that are not NaN
};

/// Copies windows. Steps after a window's last target (a shorter tile) are filled with zeros: they come after all that counts,
/// and a causal model's earlier outputs do not see them. A model that is not causal takes whole windows (WindowOptions::stride).
Batch gather(const PreparedData& data, std::span<const Window> windows, const WindowOptions& options);

}  // namespace freshet
