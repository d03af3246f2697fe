#include "freshet/evaluation/state_scores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/evaluation/snow_years.hpp"
#include "freshet/metrics/correlation.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

std::vector<double> to_doubles(std::span<const float> values) {
  return {values.begin(), values.end()};
}

bool has_any(std::span<const float> values) {
  return std::ranges::any_of(values, [](float value) { return std::isfinite(value); });
}

std::vector<double> scores_of(std::span<const float> observed, std::span<const float> simulated) {
  double days = 0, sum_observed = 0, sum_simulated = 0;
  for (std::size_t t = 0; t < observed.size(); ++t) {
    if (!std::isfinite(observed[t]) || !std::isfinite(simulated[t])) continue;
    days += 1;
    sum_observed += static_cast<double>(observed[t]);
    sum_simulated += static_cast<double>(simulated[t]);
  }
  const std::vector<double> o = to_doubles(observed), s = to_doubles(simulated);
  return {
      days, sum_observed / days, sum_simulated / days, (sum_simulated - sum_observed) / days, pearson_r(o, s), spearman_r(o, s)};
}

void append_snow(const std::vector<SnowYear>& years, std::vector<double>& scores) {
  const auto median_of = [&years](double SnowYear::*member) {
    std::vector<double> values;
    for (const SnowYear& year : years) values.push_back(year.*member);
    return median_valid(values);
  };
  scores.push_back(static_cast<double>(years.size()));
  scores.push_back(static_cast<double>(std::ranges::count_if(years, &SnowYear::outlasts)));
  for (const auto member : {&SnowYear::peak_ratio, &SnowYear::peak_days, &SnowYear::melt_out_days})
    scores.push_back(median_of(member));
}

/// The mean series over the basins (places in the set), and what they have in common.
void add_mean_series(const PredictionSet& set, std::size_t state, const std::vector<std::size_t>& basins,
                     StateEvaluation& evaluation) {
  const auto steps = static_cast<std::size_t>(set.axis.size);
  evaluation.mean_observed.assign(steps, kNaN);
  evaluation.mean_simulated.assign(steps, kNaN);
  for (std::size_t t = 0; t < steps && !basins.empty(); ++t) {
    double observed = 0, simulated = 0;
    for (const std::size_t b : basins) {
      observed += static_cast<double>(set.basins[b].observed_states[state][t]);
      simulated += static_cast<double>(set.basins[b].states[state][t]);
    }
    if (!std::isfinite(observed) || !std::isfinite(simulated)) continue;
    const auto n = static_cast<double>(basins.size());
    evaluation.mean_observed[t] = static_cast<float>(observed / n);
    evaluation.mean_simulated[t] = static_cast<float>(simulated / n);
    ++evaluation.mean_days;
  }
  evaluation.mean_pearson_r = pearson_r(to_doubles(evaluation.mean_observed), to_doubles(evaluation.mean_simulated));
}

StateEvaluation evaluate_state(const PredictionSet& set, std::size_t state, std::size_t threads) {
  StateEvaluation evaluation{.state = set.states[state], .scores = {}, .mean_observed = {}, .mean_simulated = {}};
  const bool snow = is_snow(evaluation.state.name);
  evaluation.scores.metrics = {"days", "mean_observed", "mean_simulated", "bias", "pearson_r", "spearman_r"};
  if (snow) {
    for (const char* name : {"water_years", "years_kept", "peak_ratio", "peak_days", "melt_out_days"})
      evaluation.scores.metrics.emplace_back(name);
  }
  std::vector<std::size_t> basins;
  for (std::size_t b = 0; b < set.basins.size(); ++b) {
    const bool compared = has_any(set.basins[b].observed_states[state]) && has_any(set.basins[b].states[state]);
    if (compared) basins.push_back(b);
  }
  evaluation.without = set.basins.size() - basins.size();
  for (const std::size_t b : basins) evaluation.scores.basins.push_back(set.basins[b].basin);
  evaluation.scores.values.resize(basins.size());
  parallel_for(basins.size(), threads, [&](std::size_t i) {
    const BasinSeriesPair& basin = set.basins[basins[i]];
    const auto &observed = basin.observed_states[state], &simulated = basin.states[state];
    evaluation.scores.values[i] = scores_of(observed, simulated);
    if (snow) append_snow(snow_years(set.axis, observed, simulated, basin.gauge.latitude < 0), evaluation.scores.values[i]);
  });
  add_mean_series(set, state, basins, evaluation);
  return evaluation;
}

/// The place of a state in the set; of a sum, after it was added.
std::size_t place_of(PredictionSet& set, const std::string& key) {
  const auto find = [&set](const std::string& name) {
    const auto at = std::ranges::find(set.states, name, &StateInfo::name);
    return static_cast<std::size_t>(at - set.states.begin());
  };
  if (const std::size_t own = find(key); own < set.states.size()) return own;
  std::vector<std::size_t> terms;
  for (const std::string& term : state_terms(key)) {
    terms.push_back(find(term));
    if (terms.back() == set.states.size()) throw InternalError("the model has no state `" + term + "`");
  }
  set.states.push_back({.name = key, .unit = set.states[terms.front()].unit});
  for (BasinSeriesPair& basin : set.basins) {
    std::vector<float> sum = basin.states[terms.front()];
    for (std::size_t i = 1; i < terms.size(); ++i) {
      for (std::size_t t = 0; t < sum.size(); ++t) sum[t] += basin.states[terms[i]][t];
    }
    basin.states.push_back(std::move(sum));
  }
  return set.states.size() - 1;
}

}  // namespace

bool is_snow(const std::string& state) {
  return state.find("snowpack") != std::string::npos || state.find("swe") != std::string::npos;
}

void attach_observations(PredictionSet& set, const std::vector<StateObservations>& observations) {
  for (const StateObservations& observed : observations) {
    const std::size_t state = place_of(set, observed.state);
    set.states[state].compared = true;
    for (BasinSeriesPair& basin : set.basins) {
      basin.observed_states.resize(set.states.size());
      const auto at = std::ranges::find(observed.basins, basin.basin);
      if (at == observed.basins.end()) continue;
      basin.observed_states[state] = observed.values[static_cast<std::size_t>(at - observed.basins.begin())];
    }
  }
  for (BasinSeriesPair& basin : set.basins) basin.observed_states.resize(set.states.size());
}

std::vector<StateEvaluation> score_states(const PredictionSet& set, std::size_t threads) {
  std::vector<StateEvaluation> evaluations;
  for (std::size_t state = 0; state < set.states.size(); ++state) {
    if (set.states[state].compared) evaluations.push_back(evaluate_state(set, state, threads));
  }
  return evaluations;
}

}  // namespace freshet
