#pragma once

#include <cstddef>
#include <span>

namespace freshet {

/// Mean of the values that are not NaN; NaN if there are none.
double mean_valid(std::span<const double> values);

/// Sample standard deviation (sum of squares divided by n - 1) of the values that are not NaN; NaN with fewer than two.
double deviation_valid(std::span<const double> values);

/// The p-quantile (p in [0, 1], non-exceedance) of the values that are not NaN, linear between order statistics at rank
/// p (n - 1) (Hyndman and Fan's type 7); NaN if there are none. InternalError for another p.
double quantile_valid(std::span<const double> values, double p);

/// quantile_valid at one half.
double median_valid(std::span<const double> values);

/// One metric over many basins. Basins without a score (NaN) are left out of every statistic but `failed`: print it next to
/// them. The statistics are NaN if no basin has a score.
struct ScoreSummary {
  std::size_t scored = 0;  ///< basins with a score
  std::size_t failed = 0;  ///< basins without
  double mean;
  double median;
  double lower_quartile;
  double upper_quartile;
  double lowest;
  double highest;
};
ScoreSummary summarize(std::span<const double> scores);

}  // namespace freshet
