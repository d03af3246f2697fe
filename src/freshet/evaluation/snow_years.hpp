#pragma once

#include <span>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// Simulated against observed snow water of one water year. NaN where a date does not exist.
struct SnowYear {
  int year = 0;              ///< the calendar year it ends in
  double peak_ratio = 0;     ///< simulated / observed maximum
  double peak_days = 0;      ///< day of the simulated maximum less day of the observed one
  double melt_out_days = 0;  ///< likewise of the day on which the snow is gone
  bool outlasts = false;     ///< the observed snow is gone before the year ends, the simulated is not
};

/// The water years (October to September, south of the equator April to March) that lie whole in the axis, have both values on at
/// least nine tenths of their days, and an observed maximum of 10 mm or more. The maximum is the first day of the greatest value;
/// the snow is gone on the first day after it with less than a twentieth of it, of each series by its own maximum. A simulated
/// maximum below 1 mm has no dates; a series that keeps more than a twentieth to the end of the year has no end.
/// @param observed, simulated  [axis.size], mm, NaN is missing; days without both are passed over
std::vector<SnowYear> snow_years(const TimeAxis& axis, std::span<const float> observed, std::span<const float> simulated,
                                 bool southern);

}  // namespace freshet
