#include "freshet/metrics/signatures.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/metrics/pairs.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kFlowGuard = 1e-8;

void require_size(const TimeAxis& axis, std::span<const double> series) {
  if (std::ssize(series) == axis.size) return;
  throw InternalError(fmt::format("a series of {} values was given for a time axis of {} steps", series.size(), axis.size));
}

/// Index of the first step at or after `time`.
std::int64_t first_step_from(const TimeAxis& axis, Time time) {
  const std::int64_t minutes = time.minutes - axis.first.minutes;
  return minutes <= 0 ? 0 : std::min(axis.size, (minutes + axis.step_minutes - 1) / axis.step_minutes);
}

/// Step ranges [begin, end) of the years that begin in `month`, begin not before the record and are followed by more of it.
std::vector<std::pair<std::int64_t, std::int64_t>> complete_years(const TimeAxis& axis, int month) {
  std::vector<std::pair<std::int64_t, std::int64_t>> years;
  if (axis.size == 0) return years;
  for (int year = calendar_day(axis.first).year; make_day(year + 1, month, 1) <= axis.last(); ++year) {
    if (make_day(year, month, 1) < axis.first) continue;
    years.emplace_back(first_step_from(axis, make_day(year, month, 1)), first_step_from(axis, make_day(year + 1, month, 1)));
  }
  return years;
}

bool has_values(std::span<const double> series) {
  return std::ranges::any_of(series, [](double value) { return !std::isnan(value); });
}

/// True for flows above `factor` times the median.
auto high_flow(std::span<const double> discharge, double factor) {
  return [threshold = factor * median_valid(discharge)](double flow) { return flow > threshold; };
}

/// True for flows below `factor` times the mean.
auto low_flow(std::span<const double> discharge, double factor) {
  return [threshold = factor * mean_valid(discharge)](double flow) { return flow < threshold; };
}

template <typename Condition>
double days_per_year(const TimeAxis& axis, std::span<const double> discharge, Condition condition) {
  require_size(axis, discharge);
  std::vector<double> days;
  for (const auto& [begin, end] : complete_years(axis, 1)) {
    const std::span<const double> year = discharge.subspan(begin, end - begin);
    if (!has_values(year)) continue;
    days.push_back(axis.step_days() * static_cast<double>(std::ranges::count_if(year, condition)));
  }
  return mean_valid(days);
}

template <typename Condition>
double mean_run_days(const TimeAxis& axis, std::span<const double> discharge, Condition condition) {
  require_size(axis, discharge);
  std::int64_t steps = 0;
  std::int64_t runs = 0;
  bool inside = false;
  for (const double flow : discharge) {
    const bool now = condition(flow);
    if (now && !inside) ++runs;
    if (now) ++steps;
    inside = now;
  }
  return runs == 0 ? kNaN : axis.step_days() * static_cast<double>(steps) / static_cast<double>(runs);
}

/// One pass over a run, whose own base replaces it. Before the run the flow is taken to be all quick.
void filter_pass(std::vector<double>& flow, double alpha) {
  double quick = flow.front();
  double previous = flow.front();
  flow.front() -= std::max(quick, 0.0);
  for (std::size_t i = 1; i < flow.size(); ++i) {
    quick = alpha * quick + (1 + alpha) / 2 * (flow[i] - previous);
    previous = flow[i];
    flow[i] -= std::max(quick, 0.0);
  }
}

/// Baseflow of one run without missing values, longer than the warm-up.
std::vector<double> filter_run(std::span<const double> run, const BaseflowFilter& filter) {
  const std::size_t warm_up = static_cast<std::size_t>(filter.warm_up);
  std::vector<double> flow;
  flow.reserve(run.size() + 2 * warm_up);
  for (std::size_t i = warm_up; i > 0; --i) flow.push_back(run[i]);
  flow.insert(flow.end(), run.begin(), run.end());
  for (std::size_t i = 1; i <= warm_up; ++i) flow.push_back(run[run.size() - 1 - i]);

  for (int pass = 0; pass < filter.passes; ++pass) {
    if (pass > 0) std::ranges::reverse(flow);
    filter_pass(flow, filter.alpha);
  }
  return {flow.begin() + filter.warm_up, flow.end() - filter.warm_up};
}

}  // namespace

double high_flow_frequency(const TimeAxis& axis, std::span<const double> discharge, double factor) {
  return days_per_year(axis, discharge, high_flow(discharge, factor));
}

double low_flow_frequency(const TimeAxis& axis, std::span<const double> discharge, double factor) {
  return days_per_year(axis, discharge, low_flow(discharge, factor));
}

double high_flow_duration(const TimeAxis& axis, std::span<const double> discharge, double factor) {
  return mean_run_days(axis, discharge, high_flow(discharge, factor));
}

double low_flow_duration(const TimeAxis& axis, std::span<const double> discharge, double factor) {
  return mean_run_days(axis, discharge, low_flow(discharge, factor));
}

double zero_flow_frequency(std::span<const double> discharge) {
  const auto valid = std::ranges::count_if(discharge, [](double flow) { return !std::isnan(flow); });
  if (valid == 0) return kNaN;
  return static_cast<double>(std::ranges::count(discharge, 0.0)) / static_cast<double>(valid);
}

double half_flow_date(const TimeAxis& axis, std::span<const double> discharge) {
  require_size(axis, discharge);
  std::vector<double> days;
  for (const auto& [begin, end] : complete_years(axis, 10)) {
    const std::span<const double> year = discharge.subspan(begin, end - begin);
    const auto add_valid = [](double sum, double flow) { return std::isnan(flow) ? sum : sum + flow; };
    const double half = std::accumulate(year.begin(), year.end(), 0.0, add_valid) / 2;
    double sum = 0;
    const auto step = std::ranges::find_if(year, [&](double flow) { return (sum = add_valid(sum, flow)) > half; });
    if (step != year.end()) days.push_back(axis.step_days() * static_cast<double>(step - year.begin()));
  }
  return mean_valid(days);
}

std::vector<double> baseflow(std::span<const double> discharge, const BaseflowFilter& filter) {
  if (filter.passes < 1 || filter.passes % 2 == 0 || filter.warm_up < 0) {
    throw InternalError(fmt::format("a baseflow filter of {} passes with {} warm-up steps was asked for; the passes must be odd",
                                    filter.passes, filter.warm_up));
  }
  std::vector<double> base(discharge.size(), kNaN);
  const auto is_valid = [](double flow) { return !std::isnan(flow); };
  for (auto begin = discharge.begin(); begin != discharge.end();) {
    begin = std::find_if(begin, discharge.end(), is_valid);
    const auto end = std::find_if_not(begin, discharge.end(), is_valid);
    if (end - begin > filter.warm_up) {
      std::ranges::copy(filter_run({begin, end}, filter), base.begin() + (begin - discharge.begin()));
    }
    begin = end;
  }
  return base;
}

double baseflow_index(std::span<const double> discharge, const BaseflowFilter& filter) {
  const std::vector<double> base = baseflow(discharge, filter);
  double base_sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    if (std::isnan(base[i])) continue;
    base_sum += base[i];
    total += discharge[i];
  }
  return total == 0 ? kNaN : base_sum / total;
}

double slope_of_flow_duration_curve(std::span<const double> discharge, double lower, double upper) {
  std::vector<double> flows;
  std::ranges::copy_if(discharge, std::back_inserter(flows), [](double flow) { return !std::isnan(flow); });
  std::ranges::sort(flows, std::greater());
  const double n = static_cast<double>(flows.size());
  const auto l = static_cast<std::size_t>(std::nearbyint(lower * n));
  const auto u = static_cast<std::size_t>(std::nearbyint(upper * n));
  if (flows.size() < 2 || u >= flows.size()) return kNaN;
  return (std::log(flows[l] + kFlowGuard) - std::log(flows[u] + kFlowGuard)) / (upper - lower);
}

double stream_elasticity(const TimeAxis& axis, std::span<const double> discharge, std::span<const double> precipitation) {
  require_size(axis, discharge);
  require_size(axis, precipitation);
  std::vector<double> q(discharge.begin(), discharge.end());
  std::vector<double> p(precipitation.begin(), precipitation.end());
  for (std::size_t i = 0; i < q.size(); ++i) {
    if (!(q[i] >= 0) || std::isnan(p[i])) q[i] = p[i] = kNaN;
  }
  const double q_mean = mean_valid(q);
  const double p_mean = mean_valid(p);
  if (!(q_mean > 0)) return kNaN;

  std::vector<double> elasticities;
  for (const auto& [begin, end] : complete_years(axis, 10)) {
    const double q_change = mean_valid(std::span(q).subspan(begin, end - begin)) - q_mean;
    const double p_change = mean_valid(std::span(p).subspan(begin, end - begin)) - p_mean;
    if (p_change != 0) elasticities.push_back(q_change / p_change * p_mean / q_mean);
  }
  return median_valid(elasticities);
}

double runoff_ratio(std::span<const double> discharge, std::span<const double> precipitation) {
  const Pairs pairs = valid_pairs(discharge, precipitation);
  const double rain = moments(pairs.simulated).mean;
  return pairs.size() == 0 || rain == 0 ? kNaN : moments(pairs.observed).mean / rain;
}

}  // namespace freshet
