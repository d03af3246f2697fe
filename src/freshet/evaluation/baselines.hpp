#pragma once

#include <span>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// Yesterday's observation as today's prediction. Needs the gauge to report every day, which a model does not: strong on slow
/// rivers. The first step and steps after a missing observation are NaN.
std::vector<float> persistence(std::span<const float> observed);

/// The mean observation of the calendar days within a week of each day, over the training periods: what a river usually carries
/// at that time of the year.
/// @param observed  [axis.size], NaN is missing
/// @return [wanted.size]; NaN where no training observation lies near the day
std::vector<float> climatology(const TimeAxis& axis, std::span<const float> observed, const std::vector<Period>& training,
                               const TimeAxis& wanted);

}  // namespace freshet
