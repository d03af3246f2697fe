#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "freshet/core/rng.hpp"
#include "freshet/data/prepared.hpp"

namespace freshet::testing_support {

/// How a small made-up data set looks.
struct MadeUpShape {
  std::int64_t basins = 2;
  std::int64_t days = 60;
  std::int64_t inputs = 2;
  std::int64_t statics = 1;
  std::int64_t targets = 1;
  bool forcing = false;  ///< precipitation, temperature and PET too, for EXP-HYDRO
};

/// Prepared data of basins "b0", "b1", ... from 2000-01-01: inputs and attributes standard normal, the targets a linear store fed
/// by the first input, a different one for each basin; nothing is missing. Raw observations are the targets (scale 1, center 0).
class MadeUpData {
 public:
  explicit MadeUpData(const MadeUpShape& shape, std::uint64_t seed = 1) {
    data.inputs = shape.inputs;
    data.targets = shape.targets;
    data.statics = shape.statics;
    data.forcings = shape.forcing ? 3 : 0;
    for (std::int64_t b = 0; b < shape.basins; ++b) add_basin(shape, b, seed);
  }
  MadeUpData(const MadeUpData&) = delete;
  MadeUpData& operator=(const MadeUpData&) = delete;

  PreparedData data;

  float& input(std::size_t basin, std::int64_t day, std::int64_t k = 0) {
    return data.basins[basin].inputs[static_cast<std::size_t>(day * data.inputs + k)];
  }
  float& target(std::size_t basin, std::int64_t day, std::int64_t k = 0) {
    return data.basins[basin].targets[static_cast<std::size_t>(day * data.targets + k)];
  }
  /// The period of days [first, end) since the start of the data.
  static Period days(std::int64_t first, std::int64_t end) {
    const std::int64_t start = make_day(2000, 1, 1).minutes;
    return {{start + first * kMinutesPerDay}, {start + (end - 1) * kMinutesPerDay}};
  }

 private:
  void add_basin(const MadeUpShape& shape, std::int64_t b, std::uint64_t seed) {
    RngStream rng(seed, RngUse::kSynthetic, static_cast<std::uint64_t>(b));
    PreparedBasin basin{.id = fmt::format("b{}", b), .axis = {make_day(2000, 1, 1), kMinutesPerDay, shape.days}};
    for (std::int64_t i = 0; i < shape.days * shape.inputs; ++i) basin.inputs.push_back(static_cast<float>(rng.normal()));
    for (std::int64_t i = 0; i < shape.statics; ++i) basin.statics.push_back(static_cast<float>(rng.normal()));
    basin.targets.resize(static_cast<std::size_t>(shape.days * shape.targets));
    for (std::int64_t k = 0; k < shape.targets; ++k) {
      std::vector<float>& raw = storage_.emplace_back();
      float store = 0;
      for (std::int64_t t = 0; t < shape.days; ++t) {
        store = 0.7f * store + (0.5f + 0.1f * static_cast<float>(b)) * basin.inputs[static_cast<std::size_t>(t * shape.inputs)];
        basin.targets[static_cast<std::size_t>(t * shape.targets + k)] = store + static_cast<float>(k);
        raw.push_back(store + static_cast<float>(k));
      }
      basin.target_mean.push_back(1.0f + static_cast<float>(b));
      basin.target_std.push_back(0.5f + static_cast<float>(b));
      basin.target_scaling.emplace_back();
    }
    basin.set = b;
    for (std::int64_t t = 0; shape.forcing && t < shape.days; ++t) {
      const float season = std::sin(0.0172f * static_cast<float>(t));
      basin.forcing.push_back(std::max(0.0f, 8.0f * basin.inputs[static_cast<std::size_t>(t * shape.inputs)]));
      basin.forcing.push_back(12.0f * season + static_cast<float>(2 * rng.normal()) + static_cast<float>(b));
      basin.forcing.push_back(2.5f + 2.0f * season);
    }
    for (std::int64_t k = 0; k < shape.targets; ++k) {
      basin.observed.emplace_back(storage_[storage_.size() - static_cast<std::size_t>(shape.targets - k)]);
    }
    data.basins.push_back(std::move(basin));
  }

  std::deque<std::vector<float>> storage_;
};

}  // namespace freshet::testing_support
