#include "freshet/workflow/calibration_results.hpp"

#include <algorithm>
#include <cmath>

#include "freshet/calibration/driver.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/evaluation/state_scores.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/number_text.hpp"
#include "freshet/workflow/calibration_tables.hpp"
#include "freshet/workflow/prediction_file.hpp"
#include "freshet/workflow/score_lines.hpp"
#include "freshet/workflow/state_results.hpp"
#include "freshet/workflow/water_balance_results.hpp"

namespace freshet {
namespace {

std::vector<float> to_floats(std::span<const double> values) {
  std::vector<float> floats;
  for (const double value : values) floats.push_back(static_cast<float>(value));
  return floats;
}

/// Precipitation of the period, if the model is driven by it.
std::vector<float> precipitation_of(const CalibrationInputs& inputs, const calibration::BasinSeriesData& basin,
                                    std::size_t warm_up) {
  const auto forcings = inputs.model->forcings();
  for (std::size_t v = 0; v < forcings.size(); ++v) {
    if (forcings[v].name == "precipitation") return to_floats(std::span(basin.forcing[v]).subspan(warm_up));
  }
  return {};
}

/// The states that are compared, each once: terms of sums by themselves.
std::vector<std::string> compared_states(const CalibrationConfig& config) {
  std::vector<std::string> names;
  for (const auto& [key, source] : config.states.state_observations) {
    for (const std::string& term : state_terms(key)) {
      if (std::ranges::find(names, term) == names.end()) names.push_back(term);
    }
  }
  return names;
}

std::string unit_of(const kernels::Model& model, kernels::Series series) {
  const auto list = series.kind == kernels::Series::Kind::kState ? model.states() : model.fluxes();
  return std::string(list[series.index].unit);
}

/// The best parameters of all basins over a period.
PredictionSet predictions_of(const CalibrationConfig& config, const CalibrationInputs& inputs, const BestParameters& best,
                             const Period& period, Split split) {
  const WarmedUpPeriod days = warmed_up(config, inputs.forcing.axis, period);
  const auto warm_up = static_cast<std::size_t>(days.warm_up);
  PredictionSet set{.axis = {days.axis.at(days.warm_up), days.axis.step_minutes, days.axis.size - days.warm_up},
                    .targets = {"discharge"},
                    .units = {"mm/day"},
                    .basins = std::vector<BasinSeriesPair>(best.basins.size()),
                    .notes = {{"split", to_string(split)}, {"model", config.process.model}}};
  std::vector<kernels::Series> wanted = {{}};  // discharge, then the states
  for (const std::string& state : compared_states(config)) {
    wanted.push_back(kernels::find_series(*inputs.model, state));
    set.states.push_back({.name = state, .unit = unit_of(*inputs.model, wanted.back())});
  }
  parallel_for(best.basins.size(), config.threads(), [&](std::size_t i) {
    const std::size_t b = best.basins[i];
    const auto basin = basin_over(inputs.forcing.basins[b], inputs.forcing.axis, days);
    const auto series = calibration::simulate_series(inputs.train, basin, best.values[i], wanted);
    set.basins[i] = {.basin = basin.id,
                     .gauge = inputs.gauges[b],
                     .observed = {to_floats(std::span(basin.observed).subspan(warm_up))},
                     .simulated = {to_floats(std::span(series.front()).subspan(warm_up))},
                     .precipitation = precipitation_of(inputs, basin, warm_up)};
    for (std::size_t s = 1; s < series.size(); ++s)
      set.basins[i].states.push_back(to_floats(std::span(series[s]).subspan(warm_up)));
  });
  std::vector<StateObservations> observed;
  for (const StateObservations& all : inputs.observed_states) observed.push_back(over(all, inputs.forcing.axis, set.axis));
  if (!observed.empty()) attach_observations(set, observed);
  return set;
}

EvaluationSummary write_period(const CalibrationConfig& config, const RunFolder& folder, const PredictionSet& set,
                               const Period& period, Split split, const std::vector<Problem>& refused) {
  const std::string tag = results_tag(split);
  const ScoreTable scores = score(set, 0, config.threads());
  EvaluationSummary summary{.period = to_string(period),
                            .lines = {score_line(config.process.model, scores)},
                            .remarks = {},
                            .metrics_file = folder.metrics(tag),
                            .is_main = split == Split::kTest};
  write_predictions(folder.predictions(tag), set);
  write_scores(summary.metrics_file, scores);
  summary.remarks = write_water_balance(folder.water_balance(tag), set);
  summary.states = write_state_scores(folder, tag, set, config.threads());
  EvaluationSummary with_remarks = summary;
  for (const Problem& problem : refused) with_remarks.remarks.push_back("not calibrated: " + to_string(problem));
  write_summary(folder.evaluation(tag), with_remarks, "stateful");
  return summary;
}

}  // namespace

std::vector<EvaluationSummary> write_calibration_results(const CalibrationConfig& config, const RunFolder& folder,
                                                         const CalibrationInputs& inputs, const calibration::Driver& driver,
                                                         std::vector<Problem>& refused) {
  BestParameters best;
  for (std::size_t b = 0; b < inputs.forcing.basins.size(); ++b) {
    const calibration::Driver::Run& run = driver.best(b);
    if (std::isfinite(run.search->best_value())) {
      best.basins.push_back(b);
      best.values.push_back(inputs.space->values(run.search->best_point()));
    } else {
      refused.push_back({.what = "no candidate gave a finite objective",
                         .basin = inputs.forcing.basins[b].id,
                         .got = fmt::format("{} evaluations", run.search->evaluations())});
    }
  }
  write_search_tables(folder, inputs, driver);
  if (best.basins.empty()) return {};
  write_parameters(folder, inputs, best);
  std::vector<EvaluationSummary> summaries;
  const auto add = [&](const Period& period, Split split) {
    summaries.push_back(
        write_period(config, folder, predictions_of(config, inputs, best, period, split), period, split, refused));
  };
  add(config.train_period(), Split::kTrain);
  if (const auto test = config.test_period()) add(*test, Split::kTest);
  return summaries;
}

}  // namespace freshet
