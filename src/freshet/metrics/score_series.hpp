#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// An observed and a simulated series on one regular axis, NaN where missing: [axis.size] each, one unit.
struct ScoreInput {
  TimeAxis axis;
  std::vector<double> observed;
  std::vector<double> simulated;
};

/// How much of a pair of series could be compared. Nothing is clipped: negative flows are counted and scored as they are.
struct PairCounts {
  std::int64_t steps = 0;              ///< axis.size
  std::int64_t valid_pairs = 0;        ///< steps with both values
  std::int64_t missing_observed = 0;   ///< steps without an observed value
  std::int64_t missing_simulated = 0;  ///< steps without a simulated value
  std::int64_t negative_observed = 0;
  std::int64_t negative_simulated = 0;
};
PairCounts count_pairs(const ScoreInput& input);

struct Score {
  std::string name;  ///< of the registry
  double value;      ///< NaN where the metric is not defined for these series
};

/// Every registered metric, in the registry's order. InternalError if the series have not axis.size values.
std::vector<Score> score_series(const ScoreInput& input);

}  // namespace freshet
