#include "freshet/workflow/evaluate.hpp"

#include <cmath>

#include <fmt/ranges.h>

#include "freshet/metrics/summary.hpp"
#include "freshet/workflow/baseline_sets.hpp"
#include "freshet/workflow/learned_parameters.hpp"
#include "freshet/workflow/prediction_file.hpp"
#include "freshet/workflow/score_lines.hpp"
#include "freshet/workflow/state_results.hpp"
#include "freshet/workflow/trained_model.hpp"
#include "freshet/workflow/training_session.hpp"
#include "freshet/workflow/water_balance_results.hpp"

namespace freshet {
namespace {

/// How far windowed and stateful predictions of the same days are apart, on the first `count` basins.
std::string compare_modes(const TrainedModel& trained, const RunInputs& inputs, Split split, std::int64_t count,
                          const std::vector<Period>& periods, Observer& observer) {
  std::vector<std::string> ids = inputs.basins.at(split);
  const std::size_t step = std::max<std::size_t>(1, ids.size() / static_cast<std::size_t>(count));
  std::vector<std::string> chosen;
  for (std::size_t i = 0; i < ids.size() && chosen.size() < static_cast<std::size_t>(count); i += step) chosen.push_back(ids[i]);
  PredictionRequest request = prediction_request(trained.config, periods);
  request.seq_length = request.options.warmup_steps + 1;
  const PreparedData data =
      prepare_run(trained.config, trained.scaler, inputs, inputs.views(chosen), periods, request.options.warmup_steps, observer);
  std::vector<std::vector<double>> nse;
  std::vector<PredictionSet> sets;
  for (const char* mode : {"stateful", "windowed"}) {
    request.options.evaluation_mode = mode;
    sets.push_back(to_prediction_set(predict(*trained.model, data, request), inputs, trained.config));
    nse.push_back(score(sets.back(), 0, trained.config.threads()).column("nse"));
  }
  std::vector<double> differences, gains;
  for (std::size_t b = 0; b < chosen.size(); ++b) {
    double sum = 0, days = 0, flow = 0;
    for (std::size_t t = 0; t < sets[0].basins[b].simulated[0].size(); ++t) {
      const double a = sets[0].basins[b].simulated[0][t], w = sets[1].basins[b].simulated[0][t];
      if (std::isnan(a) || std::isnan(w)) continue;
      sum += std::abs(a - w);
      flow += std::abs(w);
      days += 1;
    }
    differences.push_back(flow > 0 && days > 0 ? 100 * sum / flow : std::nan(""));
    gains.push_back(nse[0][b] - nse[1][b]);
  }
  return fmt::format(
      "stateful against windowed runs of {} days on {} basins: median NSE {:.4f} against {:.4f}, median difference {:+.4f} (from "
      "{:+.4f} to {:+.4f}); "
      "median absolute difference of the flow {:.2f} %",
      request.seq_length, chosen.size(), median_valid(nse[0]), median_valid(nse[1]), median_valid(gains),
      quantile_valid(gains, 0), quantile_valid(gains, 1), median_valid(differences));
}

/// As results_tag, with the mode where it is not that of the run's own configuration, and with the name of other weights.
std::string tag_of(const EvaluateRequest& request, const TrainedModel& trained) {
  const std::string own_mode = load_stored_config(trained.folder.config()).inference.evaluation_mode;
  const std::string& mode = trained.config.inference.evaluation_mode;
  const std::string weights = request.weights.stem().string();
  return results_tag(request.split) + (mode == own_mode ? "" : "_" + mode) + (weights.empty() ? "" : "_" + weights);
}

/// InputError for a compared state that the model does not have.
void check_compared_states(const TrainedModel& trained) {
  std::vector<NamedUnit> known;
  for (const ModelSeries& state : trained.model->series()) known.push_back({state.name, state.unit});
  check_state_names(trained.config.states, known, trained.config.model.model);
}

/// The predictions with all that belongs beside them.
PredictionSet set_of(const TrainedModel& trained, const RunInputs& inputs, const std::vector<BasinPrediction>& predictions,
                     Split split) {
  PredictionSet set = to_prediction_set(predictions, inputs, trained.config);
  set.notes["split"] = to_string(split);
  add_model_states(set, predictions, *trained.model);
  if (!set.states.empty()) compare_states(set, trained.config.states, trained.config.threads());
  return set;
}

void require_scores(const ScoreTable& scores, const Period& period) {
  if (summarize(scores.column("nse")).scored > 0) return;
  throw InputError({.what = "no basin can be scored: there are no pairs of predictions and observations that differ in time",
                    .got = fmt::format("{} basins, {}", scores.basins.size(), to_string(period)),
                    .hint = "`freshet data check` shows what is observed; `freshet predict` needs no observations."});
}

}  // namespace

EvaluationSummary evaluate(const std::filesystem::path& run_folder, const EvaluateRequest& request, Observer& observer) {
  TrainedModel trained = load_trained_model(run_folder, request.overrides, request.weights);
  if (!request.mode.empty()) trained.config.inference.evaluation_mode = request.mode;
  const std::vector<Period> periods = split_periods(trained.config.data, request.split);
  if (periods.empty()) {
    throw InputError({.what = fmt::format("the run has no {0} period: `{0}_start_date` and `{0}_end_date` are not set",
                                          to_string(request.split)),
                      .file = trained.folder.config().string(),
                      .hint = "Give it with --set."});
  }
  check_compared_states(trained);
  const RunInputs inputs = open_inputs(trained.config, {request.split}, false, observer);
  const std::int64_t warm_up = trained.config.inference.evaluation_mode == "stateful" ? trained.config.inference.warmup_steps
                                                                                      : trained.config.data.seq_length - 1;
  const PreparedData data =
      prepare_run(trained.config, trained.scaler, inputs, inputs.views(request.split), periods, warm_up, observer);
  check_in_record(inputs.views(request.split), periods, to_string(request.split) + " period");
  observer.info(fmt::format("running {} basins over {}, {}", data.basins.size(), to_string(periods.front()),
                            trained.config.inference.evaluation_mode));
  const auto predictions = predict(*trained.model, data, prediction_request(trained.config, periods));
  const PredictionSet set = set_of(trained, inputs, predictions, request.split);
  const ScoreTable scores = score(set, 0, trained.config.threads());
  require_scores(scores, periods.front());
  EvaluationSummary summary{.period = to_string(periods.front()),
                            .lines = {score_line(trained.config.model.model, scores)},
                            .remarks = prediction_remarks(predictions, trained.config),
                            .metrics_file = {}};
  for (std::size_t p = 1; p < periods.size(); ++p) summary.period += ", " + to_string(periods[p]);
  std::vector<std::pair<std::string, ScoreTable>> baselines;
  for (const auto& [name, baseline] : baseline_sets(set, inputs, trained.config)) {
    baselines.emplace_back(name, score(baseline, 0, trained.config.threads()));
    summary.lines.push_back(score_line(name, baselines.back().second));
  }
  if (set.states.empty() && !trained.config.states.state_observations.empty())
    summary.remarks.push_back("states are compared with observations in stateful runs alone");
  if (!request.overrides.empty()) summary.remarks.push_back(fmt::format("evaluated with {}", fmt::join(request.overrides, ", ")));
  if (request.compare_modes > 0)
    summary.remarks.push_back(compare_modes(trained, inputs, request.split, request.compare_modes, periods, observer));

  const std::string tag = tag_of(request, trained);
  summary.is_main = tag.empty();
  summary.metrics_file = trained.folder.metrics(tag);
  write_predictions(trained.folder.predictions(tag), set);
  write_scores(summary.metrics_file, scores);
  write_learned_parameters(trained.folder.parameters(tag), *trained.model, data);
  for (std::string& remark : write_water_balance(trained.folder.water_balance(tag), set))
    summary.remarks.push_back(std::move(remark));
  summary.states = write_state_scores(trained.folder, tag, set, trained.config.threads());
  write_scores(trained.folder.baselines(tag), baseline_table(baselines));
  write_summary(trained.folder.evaluation(tag), summary, trained.config.inference.evaluation_mode);
  return summary;
}

}  // namespace freshet
