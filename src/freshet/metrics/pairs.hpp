#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace freshet {

/// Observed and simulated values side by side, without the steps where either is missing.
struct Pairs {
  std::vector<double> observed;
  std::vector<double> simulated;
  std::vector<std::int64_t> position;  ///< index of each pair in the original series, ascending

  std::size_t size() const { return observed.size(); }
  /// A score needs at least two pairs; with fewer every metric is NaN.
  bool too_few() const { return size() < 2; }
};

/// Drops every step where the observed or the simulated value is NaN. Both series have the same length and unit;
/// InternalError otherwise. Infinite values are kept.
Pairs valid_pairs(std::span<const double> observed, std::span<const double> simulated);

/// Mean and spread of a series without missing values. A constant series has exactly zero spread, whatever the rounding of
/// its mean, so that callers can test for a zero denominator.
struct Moments {
  double mean;
  double sum_of_squares;  ///< sum of (x - mean)^2
  double deviation;       ///< population standard deviation, sqrt(sum_of_squares / n)
};

/// NaN in every field for an empty series.
Moments moments(std::span<const double> values);

}  // namespace freshet
