#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// What a metric is computed from: two series of one length and unit, NaN where missing, at regular steps.
struct MetricInput {
  std::span<const double> observed;
  std::span<const double> simulated;
  std::int64_t step_minutes = kMinutesPerDay;
};

/// One row of the registry. Being here enrols a metric in the checks of tests/unit/metrics/registry_test.cpp.
struct Metric {
  std::string_view name;     ///< as in files and on the command line, e.g. "kge_2009"
  std::string_view title;    ///< for people
  std::string_view unit;     ///< "" without unit, "%", "steps", or "flow" (that of the series), "flow^2"
  std::string_view formula;  ///< o observed, s simulated
  double perfect;            ///< value of a perfect simulation
  double lowest;             ///< range, possibly infinite
  double highest;
  bool higher_is_better;           ///< false also where the best value lies inside the range: use is_better
  bool uses_position = false;      ///< peak metrics look at neighbouring steps, all others at the set of pairs alone
  std::optional<int> scale_power;  ///< p if metric(c o, c s) = c^p metric(o, s) for c > 0; nothing if no such rule holds
  double (*compute)(const MetricInput& input);
};

/// All metrics, in the order of tables.
std::span<const Metric> metrics();

/// The names of all metrics, in the same order.
std::vector<std::string> metric_names();

/// The metric of a name, or of NeuralHydrology's name for it, as find_metric takes them; nullptr for any other word.
const Metric* known_metric(std::string_view name);

/// The metric of a name, or of NeuralHydrology's name for it (KGE, Alpha-NSE, Pearson-r, Peak-Timing, ...); capitals do not
/// matter. InputError with the nearest name otherwise.
const Metric& find_metric(std::string_view name);

/// True if `candidate` is nearer to the metric's perfect value than `incumbent`. NaN is worse than any number and not better
/// than NaN.
bool is_better(const Metric& metric, double candidate, double incumbent);

}  // namespace freshet
