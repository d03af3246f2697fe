#pragma once

#include <span>
#include <string>
#include <vector>

#include "freshet/data/scaler.hpp"

namespace freshet {

/// A basin as the network sees it.
struct PreparedBasin {
  std::string id;
  TimeAxis axis;
  std::vector<float> inputs;                     ///< [time, input], standardised; NaN is missing
  std::vector<float> targets;                    ///< [time, target], standardised; NaN is missing
  std::vector<float> statics;                    ///< [attribute], standardised
  std::vector<std::span<const float>> observed;  ///< [target] raw observations on `axis`, views into the series store
  std::vector<float> target_mean;  ///< [target] raw mean of the observations in training; NaN for basins not trained on
  std::vector<float> target_std;   ///< [target] raw standard deviation, likewise
};

struct PreparedData {
  std::vector<PreparedBasin> basins;
  std::int64_t inputs = 0, targets = 0, statics = 0;  ///< numbers of variables
};

/// Standardises the series. A target the data set does not have is all missing (prediction).
PreparedData prepare(const std::vector<BasinView>& basins, const std::map<std::string, std::vector<double>>& attributes,
                     const Scaler& scaler, const DataOptions& options, std::size_t threads);

}  // namespace freshet
