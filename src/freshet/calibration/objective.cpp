#include "freshet/calibration/objective.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/ranges.h>

#include "freshet/core/error.hpp"

namespace freshet::calibration {

namespace {

using Kind = FlowTransform::Kind;

/// How a metric follows from moments, if it does: by itself, or as the NSE of transformed flow.
void set_formula(ObjectiveTerm& term) {
  term.formula = find_moment_metric(term.metric->name);
  term.formula_transform = term.transform;
  if (term.formula != nullptr || term.transform != Kind::kNone) return;
  if (term.metric->name == "log_nse") term.formula_transform = Kind::kLog;
  if (term.metric->name == "sqrt_nse") term.formula_transform = Kind::kSqrt;
  if (term.formula_transform != Kind::kNone) term.formula = find_moment_metric("nse");
}

/// The share of a sum of squares that rounding may have made, for sums taken in T.
template <class T>
constexpr double kRounding = std::is_same_v<T, float> ? 1e-6 : 1e-14;

}  // namespace

Objective::Objective(const ObjectiveOptions& options) {
  const double sum = std::accumulate(options.weights.begin(), options.weights.end(), 0.0);
  for (std::size_t i = 0; i < options.metrics.size(); ++i) {
    ObjectiveTerm term{.metric = &find_metric(options.metrics[i])};
    term.weight = options.weights.empty() ? 1.0 / static_cast<double>(options.metrics.size()) : options.weights[i] / sum;
    term.transform = flow_transform_kind(options.flow_transform);
    set_formula(term);
    terms_.push_back(term);
  }
}

bool Objective::differentiable() const {
  return std::ranges::all_of(terms_, [](const ObjectiveTerm& term) { return term.formula != nullptr; });
}

std::string Objective::text() const {
  std::vector<std::string> parts;
  for (const ObjectiveTerm& term : terms_) {
    parts.push_back(terms_.size() == 1 ? std::string(term.metric->name)
                                       : fmt::format("{:.3g} {}", term.weight, term.metric->name));
  }
  const Kind kind = terms_.front().transform;
  const std::string of = kind == Kind::kNone ? "" : " of " + flow_transform_names()[static_cast<std::size_t>(kind)] + " flow";
  return fmt::format("{}{}", fmt::join(parts, " + "), of);
}

template <class T>
BasinObjective<T>::BasinObjective(const Objective& objective, const std::string& basin, const TimeAxis& axis,
                                  std::vector<double> observed)
    : objective_(objective), step_minutes_(axis.step_minutes), observed_(std::move(observed)) {
  for (std::size_t t = 0; t < observed_.size(); ++t) {
    if (std::isnan(observed_[t])) continue;
    steps_.push_back(static_cast<std::int32_t>(t));
    mean_ += observed_[t];
  }
  mean_ /= static_cast<double>(steps_.size());
  check_defined(basin, axis);
  for (const ObjectiveTerm& term : objective_.terms()) {
    if (term.formula == nullptr) {
      needs_series_ = true;
      transformed_of_term_.push_back(0);
      continue;
    }
    const auto same = [&term](const auto& t) { return t.transform.kind() == term.formula_transform; };
    const auto found = std::ranges::find_if(transformed_, same);
    transformed_of_term_.push_back(static_cast<std::size_t>(found - transformed_.begin()));
    if (found == transformed_.end()) add_transformed(term.formula_transform);
  }
}

template <class T>
void BasinObjective<T>::check_defined(const std::string& basin, const TimeAxis& axis) const {
  Problem problem{.basin = basin, .variable = "discharge"};
  if (steps_.size() < 2) {
    problem.what = "the objective is not defined: there is no observed discharge to compare with";
    problem.expected = "two observations at least";
    problem.got = std::to_string(steps_.size());
    throw InputError(problem);
  }
  for (const ObjectiveTerm& term : objective_.terms()) {
    const bool roots = term.transform != Kind::kNone || (term.formula != nullptr && term.formula_transform != Kind::kNone);
    const auto negative =
        std::ranges::find_if(steps_, [this](std::int32_t t) { return observed_[static_cast<std::size_t>(t)] < 0; });
    if (roots && negative != steps_.end()) {
      problem.what = fmt::format("the objective `{}` is not defined: observed discharge is negative", objective_.text());
      problem.date = to_string(axis.at(*negative));
      problem.got = fmt::format("{:g} mm/day", observed_[static_cast<std::size_t>(*negative)]);
      throw InputError(problem);
    }
    // With the observations themselves as the simulation a metric is perfect, or not defined for them at all.
    if (std::isfinite(metric_of(term, observed_))) continue;
    const auto [low, high] =
        std::ranges::minmax(steps_, {}, [this](std::int32_t t) { return observed_[static_cast<std::size_t>(t)]; });
    const double lowest = observed_[static_cast<std::size_t>(low)], highest = observed_[static_cast<std::size_t>(high)];
    problem.what = fmt::format("the metric `{}` is not defined for the observed discharge{}", term.metric->name,
                               lowest == highest ? ", which is the same on all days" : "");
    problem.got = fmt::format("{} observations from {:g} to {:g} mm/day", steps_.size(), lowest, highest);
    throw InputError(problem);
  }
}

template <class T>
void BasinObjective<T>::add_transformed(Kind kind) {
  TransformedObservations<T> result{.transform = FlowTransform(kind, mean_)};
  std::vector<double> values;
  for (const std::int32_t t : steps_) values.push_back(result.transform(observed_[static_cast<std::size_t>(t)]));
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  result.centre = static_cast<T>(mean);
  result.moments = {.count = n, .mean = mean};
  for (const double value : values) {
    result.moments.sum_of_squares += (value - mean) * (value - mean);
    result.deviations.push_back(static_cast<T>(value - static_cast<double>(result.centre)));
    result.sum_of_deviations += static_cast<double>(result.deviations.back());
  }
  transformed_.push_back(std::move(result));
}

template <class T>
Jet BasinObjective<T>::distance(const ObjectiveTerm& term, std::size_t transformed, const LaneSums& sums) const {
  const TransformedObservations<T>& o = transformed_[transformed];
  const double n = o.moments.count;
  const Jet first = Jet::variable(sums.first, 0), second = Jet::variable(sums.second, 1),
            product = Jet::variable(sums.product, 2);
  SimulatedMoments s{.mean = first / n + static_cast<double>(o.centre),
                     .sum_of_squares = second - first * first / n,
                     .sum_of_products = product - first * o.sum_of_deviations / n};
  // A constant simulation: what is left of its spread is rounding, and would give it any correlation.
  if (s.sum_of_squares.value <= kRounding<T> * sums.second) s.sum_of_squares = s.sum_of_products = Jet(0.0);
  return abs(term.formula->compute(o.moments, s) - term.metric->perfect);
}

template <class T>
double BasinObjective<T>::metric_of(const ObjectiveTerm& term, std::span<const double> simulated) const {
  if (term.transform == Kind::kNone) return term.metric->compute({observed_, simulated, step_minutes_});
  const FlowTransform transform(term.transform, mean_);
  std::vector<double> o = observed_, s(simulated.begin(), simulated.end());
  for (std::size_t t = 0; t < o.size(); ++t) {
    o[t] = std::isnan(o[t]) ? o[t] : transform(o[t]);
    s[t] = std::isnan(s[t]) ? s[t] : transform(s[t]);
  }
  return term.metric->compute({o, s, step_minutes_});
}

template <class T>
double BasinObjective<T>::value(std::span<const LaneSums> sums, std::span<const double> simulated) const {
  double value = 0;
  for (std::size_t i = 0; i < objective_.terms().size(); ++i) {
    const ObjectiveTerm& term = objective_.terms()[i];
    const std::size_t k = transformed_of_term_[i];
    value += term.weight * (term.formula != nullptr ? distance(term, k, sums[k]).value
                                                    : std::abs(metric_of(term, simulated) - term.metric->perfect));
  }
  return value;
}

template <class T>
double BasinObjective<T>::differentiate(std::span<const LaneSums> sums, std::span<LaneSums> slopes) const {
  std::ranges::fill(slopes, LaneSums{});
  double value = 0;
  for (std::size_t i = 0; i < objective_.terms().size(); ++i) {
    const ObjectiveTerm& term = objective_.terms()[i];
    const std::size_t k = transformed_of_term_[i];
    const Jet jet = distance(term, k, sums[k]);
    value += term.weight * jet.value;
    slopes[k].first += term.weight * jet.slopes[0];
    slopes[k].second += term.weight * jet.slopes[1];
    slopes[k].product += term.weight * jet.slopes[2];
  }
  return value;
}

template <class T>
double BasinObjective<T>::value_of_series(std::span<const double> simulated) const {
  double value = 0;
  for (const ObjectiveTerm& term : objective_.terms())
    value += term.weight * std::abs(metric_of(term, simulated) - term.metric->perfect);
  return value;
}

template class BasinObjective<float>;
template class BasinObjective<double>;

}  // namespace freshet::calibration
