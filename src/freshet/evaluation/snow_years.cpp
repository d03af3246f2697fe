#include "freshet/evaluation/snow_years.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeastObserved = 10;  // mm: below, the year has no snow season to speak of
constexpr double kLeastSimulated = 1;  // mm
constexpr double kGone = 0.05;         // of the maximum
constexpr double kLeastShare = 0.9;    // of days with both values

struct Season {
  float peak = -1;
  double peak_day = kNaN, melt_out_day = kNaN;  ///< days since the first step of the axis
};

/// @param steps  the year's steps with both values
Season season_of(const TimeAxis& axis, std::span<const float> values, std::span<const std::int64_t> steps) {
  Season season;
  auto peak = steps.begin();
  for (auto t = steps.begin(); t != steps.end(); ++t) {
    const float value = values[static_cast<std::size_t>(*t)];
    if (value <= season.peak) continue;
    season.peak = value;
    peak = t;
  }
  season.peak_day = axis.step_days() * static_cast<double>(*peak);
  const auto gone = std::find_if(peak, steps.end(), [&](std::int64_t t) {
    return values[static_cast<std::size_t>(t)] < kGone * static_cast<double>(season.peak);
  });
  if (gone != steps.end()) season.melt_out_day = axis.step_days() * static_cast<double>(*gone);
  return season;
}

}  // namespace

std::vector<SnowYear> snow_years(const TimeAxis& axis, std::span<const float> observed, std::span<const float> simulated,
                                 bool southern) {
  std::vector<SnowYear> years;
  if (axis.size == 0) return years;
  const int month = southern ? 4 : 10;
  for (int year = calendar_day(axis.first).year; year < calendar_day(axis.last()).year + 1; ++year) {
    const Time start = make_day(year, month, 1), end = make_day(year + 1, month, 1);
    if (start < axis.first || axis.at(axis.size) < end) continue;
    std::vector<std::int64_t> steps;
    const auto ceiling = [&](Time time) {
      return (time.minutes - axis.first.minutes + axis.step_minutes - 1) / axis.step_minutes;
    };
    const std::int64_t from = ceiling(start), to = ceiling(end);
    for (std::int64_t t = from; t < to; ++t) {
      const auto at = static_cast<std::size_t>(t);
      if (std::isfinite(observed[at]) && std::isfinite(simulated[at])) steps.push_back(t);
    }
    if (static_cast<double>(steps.size()) < kLeastShare * static_cast<double>(to - from)) continue;
    const Season o = season_of(axis, observed, steps), s = season_of(axis, simulated, steps);
    if (o.peak < kLeastObserved) continue;
    const bool dated = s.peak >= kLeastSimulated;
    years.push_back({.year = year + 1,
                     .peak_ratio = static_cast<double>(s.peak) / static_cast<double>(o.peak),
                     .peak_days = dated ? s.peak_day - o.peak_day : kNaN,
                     .melt_out_days = dated ? s.melt_out_day - o.melt_out_day : kNaN,
                     .outlasts = dated && std::isnan(s.melt_out_day) && !std::isnan(o.melt_out_day)});
  }
  return years;
}

}  // namespace freshet
