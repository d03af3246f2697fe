#pragma once

#include <limits>
#include <string>
#include <vector>

#include "freshet/evaluation/prediction_set.hpp"

namespace freshet {

/// What became of one basin's precipitation, over the days that have precipitation, an observation and a prediction. NaN where
/// there is no such day, and in ratios to no precipitation.
struct WaterBalance {
  std::string basin;
  double days = 0;                                                   ///< steps counted, times their length
  double precipitation = std::numeric_limits<double>::quiet_NaN();   ///< means over those days, mm/day
  double observed = std::numeric_limits<double>::quiet_NaN();        ///< runoff, likewise
  double simulated = std::numeric_limits<double>::quiet_NaN();       ///< likewise
  double observed_ratio = std::numeric_limits<double>::quiet_NaN();  ///< runoff ratio: sum of runoff / sum of precipitation
  double simulated_ratio = std::numeric_limits<double>::quiet_NaN();

  double difference() const { return simulated_ratio - observed_ratio; }
};

/// Whether a set's first target is discharge, and its unit and that of the precipitation can be converted to mm/day; discharge
/// in m3/s takes an area, which basins may lack.
bool has_water_balance(const PredictionSet& set);

/// The balance of every basin, in the set's order, by its first target. Negative values count as they stand. No rows for a set
/// without has_water_balance, and where no basin has a day that counts.
std::vector<WaterBalance> water_balances(const PredictionSet& set);

}  // namespace freshet
