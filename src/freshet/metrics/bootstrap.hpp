#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace freshet {

/// How uncertainty over basins is estimated: basins are drawn with replacement, as many as there are.
struct BootstrapOptions {
  std::size_t resamples = 10'000;
  double confidence = 0.95;  ///< in (0, 1)
  std::uint64_t seed = 0;
};

struct Interval {
  double low;
  double high;
};

/// Median and mean of one column over every resample.
struct ResampledCentres {
  std::vector<double> medians;  ///< [resample]
  std::vector<double> means;    ///< [resample]
};

/// Draws the basins options.resamples times and gives the centres of every column over the same draws, so that the values of two
/// columns may be compared draw by draw. Draw r of n basins depends on the seed, r and n alone: not on the columns, nor on the
/// number of threads.
/// @param columns  finite values of the same basins in the same order; InternalError if their lengths differ
/// Nothing is drawn ([] in every member) from fewer than two basins.
/// Source: Efron (1979), "Bootstrap methods: another look at the jackknife".
std::vector<ResampledCentres> resample_centres(std::span<const std::vector<double>> columns, const BootstrapOptions& options,
                                               std::size_t threads);

/// The percentile interval: the (1 - confidence) / 2 and (1 + confidence) / 2 quantiles; NaN for no values.
Interval percentile_interval(std::span<const double> resampled, double confidence);

}  // namespace freshet
