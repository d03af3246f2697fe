#include "freshet/data/batch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace freshet {
namespace {

/// Of every `width`th value; missing ones do not count. {0, 1} where there is no variation.
Standardisation standardisation_of(const float* values, std::int64_t count, std::int64_t width) {
  double n = 0, mean = 0, m2 = 0;
  for (std::int64_t t = 0; t < count; ++t) {
    const double value = values[t * width];
    if (std::isnan(value)) continue;
    n += 1;
    const double delta = value - mean;
    mean += delta / n;
    m2 += delta * (value - mean);
  }
  const double std = n > 0 ? std::sqrt(m2 / n) : 0;
  return std > 1e-9 ? Standardisation{mean, std} : Standardisation{};
}

void rescale(float* values, std::int64_t count, std::int64_t width, const Standardisation& s) {
  for (std::int64_t t = 0; t < count; ++t) values[t * width] = static_cast<float>((values[t * width] - s.center) / s.scale);
}

/// Scales the samples of a batch, each by itself (WindowOptions::scaling).
void scale_by_window(Batch& batch, const PreparedData& data, std::span<const Window> windows, const WindowOptions& options) {
  const std::int64_t rows = batch.rows, warm_up = options.warm_up();
  for (std::int64_t row = 0; row < rows; ++row) {
    const Window& window = windows[static_cast<std::size_t>(row)];
    const std::int64_t days = warm_up + window.count;
    for (std::int64_t v = 0; options.scaling.inputs && v < data.inputs; ++v) {
      float* values = batch.inputs.data() + row * data.inputs + v;
      rescale(values, days, rows * data.inputs, standardisation_of(values, days, rows * data.inputs));
    }
    for (std::int64_t v = 0; options.scaling.targets && v < data.targets; ++v) {
      const PreparedBasin& basin = data.basins[static_cast<std::size_t>(window.basin)];
      const float* all = basin.targets.data() + (window.first - warm_up) * data.targets + v;
      const Standardisation s = standardisation_of(all, days, data.targets);
      rescale(batch.targets.data() + row * data.targets + v, window.count, rows * data.targets, s);
      const auto at = static_cast<std::size_t>(row * data.targets + v);
      batch.target_center[at] += static_cast<float>(s.center) * batch.target_scale[at];
      batch.target_scale[at] *= static_cast<float>(s.scale);
    }
  }
}

}  // namespace

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
  scale_by_window(batch, data, windows, options);
  batch.observed = std::ranges::count_if(batch.targets, [](float x) { return !std::isnan(x); });
  return batch;
}

}  // namespace freshet
