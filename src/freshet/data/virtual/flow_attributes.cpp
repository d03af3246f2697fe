#include "freshet/data/virtual/flow_attributes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "freshet/data/virtual/spells.hpp"

namespace freshet::synth {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double mean(const std::vector<double>& values) {
  return values.empty() ? kNan : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Linear between order statistics.
double quantile(const std::vector<double>& sorted, double p) {
  if (sorted.empty()) return kNan;
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return quantile(values, 0.5);
}

/// One pass of the filter along the series: q less its quick part.
std::vector<double> slow_part(const std::vector<double>& q) {
  constexpr double kAlpha = 0.925;
  std::vector<double> slow(q.size());
  double quick = 0;
  for (std::size_t t = 0; t < q.size(); ++t) {
    if (t > 0) quick = kAlpha * quick + 0.5 * (1.0 + kAlpha) * (q[t] - q[t - 1]);
    slow[t] = quick > 0 ? q[t] - quick : q[t];
  }
  return slow;
}

double baseflow_index(const std::vector<double>& q) {
  std::vector<double> slow = slow_part(q);
  std::reverse(slow.begin(), slow.end());
  slow = slow_part(slow);
  std::reverse(slow.begin(), slow.end());
  slow = slow_part(slow);
  return mean(slow) / mean(q);
}

struct WaterYear {
  std::vector<double> discharge, precipitation;
  std::vector<int> day;  ///< since 1 October
};

/// Water years (October to September) by the year they end in, with at least 350 observed days.
std::vector<WaterYear> water_years(const std::vector<double>& discharge, const std::vector<double>& precipitation,
                                   const TimeAxis& axis) {
  std::map<int, WaterYear> years;
  for (std::size_t t = 0; t < discharge.size(); ++t) {
    if (std::isnan(discharge[t])) continue;
    const Time time = axis.at(static_cast<std::int64_t>(t));
    const CalendarDay day = calendar_day(time);
    const int year = day.month >= 10 ? day.year + 1 : day.year;
    WaterYear& into = years[year];
    into.discharge.push_back(discharge[t]);
    into.precipitation.push_back(precipitation[t]);
    into.day.push_back(static_cast<int>((time.minutes - make_day(year - 1, 10, 1).minutes) / kMinutesPerDay));
  }
  std::vector<WaterYear> complete;
  for (auto& [year, data] : years) {
    if (data.day.size() >= 350) complete.push_back(std::move(data));
  }
  return complete;
}

double elasticity(const std::vector<WaterYear>& years, double q_mean, double p_mean) {
  if (years.size() < 2 || !(q_mean > 0)) return kNan;
  std::vector<double> ratios;
  for (const WaterYear& year : years) {
    const double dp = (mean(year.precipitation) - p_mean) / p_mean;
    if (dp != 0.0) ratios.push_back((mean(year.discharge) - q_mean) / q_mean / dp);
  }
  return median(std::move(ratios));
}

double half_flow_day(const std::vector<WaterYear>& years) {
  std::vector<double> days;
  for (const WaterYear& year : years) {
    const double half = 0.5 * std::accumulate(year.discharge.begin(), year.discharge.end(), 0.0);
    double sum = 0;
    for (std::size_t i = 0; i < year.day.size(); ++i) {
      sum += year.discharge[i];
      if (sum <= half) continue;
      days.push_back(year.day[i]);
      break;
    }
  }
  return mean(days);
}

}  // namespace

FlowAttributes flow_attributes(const std::vector<double>& discharge, const std::vector<double>& precipitation,
                               const TimeAxis& axis) {
  std::vector<double> q, p;
  for (std::size_t t = 0; t < discharge.size(); ++t) {
    if (std::isnan(discharge[t])) continue;
    q.push_back(discharge[t]);
    p.push_back(precipitation[t]);
  }
  std::vector<double> sorted = q;
  std::sort(sorted.begin(), sorted.end());
  FlowAttributes out;
  out.q_mean = mean(q);
  out.runoff_ratio = out.q_mean / mean(p);
  const double q33 = quantile(sorted, 1.0 - 0.33), q66 = quantile(sorted, 1.0 - 0.66);
  out.slope_fdc = q66 > 0 ? (std::log(q33) - std::log(q66)) / (0.66 - 0.33) : kNan;
  out.baseflow_index = baseflow_index(q);
  const std::vector<WaterYear> years = water_years(discharge, precipitation, axis);
  out.stream_elas = elasticity(years, out.q_mean, mean(p));
  out.hfd_mean = half_flow_day(years);
  out.q5 = quantile(sorted, 0.05);
  out.q95 = quantile(sorted, 0.95);
  std::vector<bool> high, low;
  const double middle = quantile(sorted, 0.5);
  for (const double value : q) {
    high.push_back(value > 9.0 * middle);
    low.push_back(value < 0.2 * out.q_mean);
    if (value == 0.0) out.zero_q_freq += 1.0 / static_cast<double>(q.size());
  }
  out.high_q_freq = spells(high).days_per_year;
  out.high_q_dur = spells(high).mean_length;
  out.low_q_freq = spells(low).days_per_year;
  out.low_q_dur = spells(low).mean_length;
  return out;
}

}  // namespace freshet::synth
