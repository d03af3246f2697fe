#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// Which local maxima count as peaks.
struct PeakRule {
  double height = -std::numeric_limits<double>::infinity();  ///< at least this high
  std::int64_t distance = 1;                                 ///< at least this many steps apart
  double prominence = 0;                                     ///< at least this far above the higher of its two bases
};

/// Indices of the peaks of a series without missing values, ascending. A peak is higher than both neighbours; a flat top
/// counts once, at its middle (rounded down), and the two ends of the series are never peaks. The rules apply in the order of
/// PeakRule: of peaks too close together the highest stays (of equal ones the first), and a base is the lowest point between the
/// peak and the next higher point, or the end of the series, on that side.
std::vector<std::int64_t> find_peaks(std::span<const double> series, const PeakRule& rule);

/// The three metrics below compare floods one by one. Steps with a missing value in either series are taken out before peaks
/// are sought; distances are counted in the steps that are left. `step_minutes` is the time step. NaN with fewer than two pairs.
/// Source: Kratzert et al. (2021), doi:10.5194/hess-25-2685-2021; Gauch et al. (2021), doi:10.5194/hess-25-2045-2021.

/// Mean absolute lag between observed and simulated peaks, in steps. Observed peaks are at least 100 steps apart with a
/// prominence of at least the standard deviation of the observed flow. The simulated peak is at the same step if the
/// simulation has a local maximum there, else it is the (first) greatest simulated value within w = max(12 h / step, 3) steps.
/// Peaks whose window leaves the record or spans missing steps are skipped; NaN if none is left.
double peak_timing(std::span<const double> observed, std::span<const double> simulated,
                   std::int64_t step_minutes = kMinutesPerDay);

/// 100 mean |s - o| / |o| in per cent at the peaks of peak_timing, none skipped, s taken at the observed peak's own step. NaN
/// without peaks or if an observed peak is zero.
double peak_mape(std::span<const double> observed, std::span<const double> simulated);

/// Share of observed peaks without a simulated peak within w = max(12 h / step, 1) steps. Peaks are at least 30 steps apart and
/// not below the 80th percentile of their own series. Peaks whose window leaves the record or spans missing steps cannot be
/// missed but stay in the denominator; 0 without observed peaks.
double missed_peaks(std::span<const double> observed, std::span<const double> simulated,
                    std::int64_t step_minutes = kMinutesPerDay);

}  // namespace freshet
