#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "freshet/core/rng.hpp"
#include "freshet/data/virtual/weather.hpp"

namespace freshet::synth {

/// A gauge's record of discharge, with the errors and gaps a real one has.
struct Observation {
  enum class Flag : unsigned char { kApproved, kEstimated, kMissing };

  std::vector<double> discharge_cfs;  ///< [time], ft3/s to three significant digits (at least 0.01); NaN missing
  std::vector<Flag> flags;            ///< [time]
  std::size_t first_day = 0;          ///< the gauge was set up on this day; earlier days are not in its file
};

/// "A", "A:e" or "M", as in the streamflow files of CAMELS-US.
std::string_view flag_text(Observation::Flag flag);

/// ft3/s to mm/day over an area: q = Q 28316846.592 86400 / (area_km2 1e12).
double cfs_to_mm_per_day(double cfs, double area_km2);

/// Observes true discharge.
/// - Error: multiplicative and lognormal with mean 1, its log an AR(1) process (lag-1 0.9) with standard deviation 0.05; 0.12
/// under
///   ice (a week's mean temperature below -3 degC), where days are flagged as estimated.
/// - Gaps: about one gauge in three has none. The others lose spells of lognormal length (median 20 days) at a rate of their
///   own, at most 30 % of the days. One gauge in ten starts late, by up to 30 % of the record.
/// @param discharge  mm/day
Observation observe(const std::vector<double>& discharge, const Weather& weather, double area_km2, RngStream& rng);

}  // namespace freshet::synth
