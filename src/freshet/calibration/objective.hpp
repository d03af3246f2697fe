#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "freshet/calibration/flow_transform.hpp"
#include "freshet/calibration/moment_metrics.hpp"
#include "freshet/calibration/objective_options.hpp"
#include "freshet/core/time.hpp"
#include "freshet/metrics/registry.hpp"

namespace freshet::calibration {

/// One metric of an objective.
struct ObjectiveTerm {
  const Metric* metric = nullptr;
  double weight = 1;  ///< all weights sum to 1
  FlowTransform::Kind transform = FlowTransform::Kind::kNone;
  /// Where the metric is a function of moments: of which, after which transform (log_nse is the NSE of logarithms). Else null.
  const MomentMetric* formula = nullptr;
  FlowTransform::Kind formula_transform = FlowTransform::Kind::kNone;
};

/// sum of weight * |metric - its perfect value|, which a search makes small: with one metric of which higher is better, its
/// perfect value less the metric.
class Objective {
 public:
  /// @throws InputError for an unknown metric
  explicit Objective(const ObjectiveOptions& options);

  const std::vector<ObjectiveTerm>& terms() const { return terms_; }
  /// Whether the derivatives by the simulated flow are known: whether all metrics are functions of moments.
  bool differentiable() const;
  /// "nse", or "0.5 kge_2009 + 0.5 log_nse", and the transform.
  std::string text() const;

 private:
  std::vector<ObjectiveTerm> terms_;
};

/// Observations of one basin after one transform, as moments are taken with them.
template <class T>
struct TransformedObservations {
  FlowTransform transform;
  T centre = 0;                  ///< c, near the mean
  std::vector<T> deviations;     ///< [observation] o - c
  double sum_of_deviations = 0;  ///< of the above
  ObservedMoments moments;
};

/// Sums over the observations of s - c, (s - c)^2 and (s - c)(o - c) of one lane.
struct LaneSums {
  double first = 0, second = 0, product = 0;
};

/// An objective of one basin: everything that its observations give, so that a candidate costs three sums.
template <class T>
class BasinObjective {
 public:
  /// @param observed      [step] mm/day; NaN where missing, and where it is not to be compared (the warm-up)
  /// @throws InputError, naming the basin, where the objective is not defined with these observations
  BasinObjective(const Objective& objective, const std::string& basin, const TimeAxis& axis, std::vector<double> observed);

  /// Steps with an observation.
  const std::vector<std::int32_t>& steps() const { return steps_; }
  /// One for each transform that a moment formula of the objective takes.
  const std::vector<TransformedObservations<T>>& transformed() const { return transformed_; }
  bool needs_series() const { return needs_series_; }

  /// The value to be made small. NaN where it is not defined.
  /// @param sums       [transformed()]
  /// @param simulated  [step]; empty unless needs_series()
  double value(std::span<const LaneSums> sums, std::span<const double> simulated) const;
  /// The value, and its derivatives by the sums. @param slopes  [transformed()], written
  double differentiate(std::span<const LaneSums> sums, std::span<LaneSums> slopes) const;

  /// The value by the registry's metrics alone, of any simulated series [step].
  double value_of_series(std::span<const double> simulated) const;

 private:
  Jet distance(const ObjectiveTerm& term, std::size_t transformed, const LaneSums& sums) const;
  double metric_of(const ObjectiveTerm& term, std::span<const double> simulated) const;
  void check_defined(const std::string& basin, const TimeAxis& axis) const;
  void add_transformed(FlowTransform::Kind kind);

  const Objective& objective_;
  std::int64_t step_minutes_;
  std::vector<double> observed_;
  std::vector<std::int32_t> steps_;
  double mean_ = 0;
  std::vector<TransformedObservations<T>> transformed_;
  std::vector<std::size_t> transformed_of_term_;
  bool needs_series_ = false;
};

}  // namespace freshet::calibration
