#include "freshet/data/batch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace freshet {

Batch gather(const PreparedData& data, std::span<const Window> windows, const WindowOptions& options) {
  const std::int64_t rows = static_cast<std::int64_t>(windows.size());
  const std::int64_t warm_up = options.warm_up();
  Batch batch{.steps = options.seq_length, .rows = rows, .targets_per_row = options.predict_last_n};
  batch.inputs.assign(static_cast<std::size_t>(batch.steps * rows * data.inputs), 0.0f);
  batch.forcing.assign(static_cast<std::size_t>(batch.steps * rows * data.forcings), 0.0f);
  batch.targets.assign(static_cast<std::size_t>(batch.targets_per_row * rows * data.targets),
                       std::numeric_limits<float>::quiet_NaN());

  for (std::int64_t row = 0; row < rows; ++row) {
    const Window& window = windows[static_cast<std::size_t>(row)];
    const PreparedBasin& basin = data.basins[static_cast<std::size_t>(window.basin)];
    const float* from = basin.inputs.data() + (window.first - warm_up) * data.inputs;
    for (std::int64_t t = 0; t < warm_up + window.count; ++t) {
      std::copy_n(from + t * data.inputs, data.inputs, batch.inputs.data() + (t * rows + row) * data.inputs);
    }
    const float* forcing = basin.forcing.data() + (window.first - warm_up) * data.forcings;
    for (std::int64_t t = 0; t < warm_up + window.count; ++t) {
      std::copy_n(forcing + t * data.forcings, data.forcings, batch.forcing.data() + (t * rows + row) * data.forcings);
    }
    const float* target = basin.targets.data() + window.first * data.targets;
    for (std::int64_t t = 0; t < window.count; ++t) {
      std::copy_n(target + t * data.targets, data.targets, batch.targets.data() + (t * rows + row) * data.targets);
    }
    batch.statics.insert(batch.statics.end(), basin.statics.begin(), basin.statics.end());
    batch.target_mean.insert(batch.target_mean.end(), basin.target_mean.begin(), basin.target_mean.end());
    batch.sets.push_back(basin.set);
    for (const Standardisation& s : basin.target_scaling) {
      batch.target_center.push_back(static_cast<float>(s.center));
      batch.target_scale.push_back(static_cast<float>(s.scale));
    }
    batch.target_std.insert(batch.target_std.end(), basin.target_std.begin(), basin.target_std.end());
  }
  batch.observed = std::ranges::count_if(batch.targets, [](float x) { return !std::isnan(x); });
  return batch;
}

}  // namespace freshet
