#include "freshet/workflow/report.hpp"

#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

#include "freshet/core/records.hpp"
#include "freshet/data/virtual/place.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/models/model_kind.hpp"
#include "freshet/report/html_report.hpp"
#include "freshet/workflow/calibrate.hpp"
#include "freshet/workflow/calibration_report.hpp"
#include "freshet/workflow/prediction_file.hpp"
#include "freshet/workflow/report_basins.hpp"
#include "freshet/workflow/report_parameters.hpp"
#include "freshet/workflow/run_folder.hpp"

namespace freshet {
namespace {

void read_event(const nlohmann::json& event, RunResult& result) {
  const std::string kind = event.at("event").get<std::string>();
  if (kind == "epoch") {
    result.epochs.push_back({.epoch = event.at("epoch").get<int>(),
                             .loss = event.at("loss").get<double>(),
                             .learning_rate = event.at("learning_rate").get<double>(),
                             .seconds = event.at("seconds").get<double>()});
  } else if (kind == "validation" && !result.epochs.empty() && event.at("score").is_number()) {
    result.epochs.back().validation = event.at("score").get<double>();
    result.validation_metric = event.at("metric").get<std::string>();
  } else if (kind == "warning") {
    result.data_notes.push_back(event.at("text").get<std::string>());
  }
}

/// Training curves and warnings from the event log.
void read_events(const std::filesystem::path& path, RunResult& result) {
  if (!std::filesystem::exists(path)) return;
  std::istringstream text(read_file(path));
  for (std::string line; std::getline(text, line);) {
    try {
      read_event(nlohmann::json::parse(line), result);
    } catch (const nlohmann::json::exception&) {
      continue;  // a line cut off by a kill
    }
  }
}

/// The columns "<name>_<metric>" of baselines.csv as further lines of the distribution.
void read_baselines(const std::filesystem::path& path, RunResult& result) {
  if (!std::filesystem::exists(path)) return;
  const ScoreTable table = read_scores(path);
  for (std::size_t m = 0; m < table.metrics.size(); ++m) {
    const std::size_t end = table.metrics[m].find('_');
    if (end == std::string::npos) {
      throw InputError({.what = "not a column of a baseline",
                        .file = path.string(),
                        .variable = table.metrics[m],
                        .expected = "<baseline>_<metric>",
                        .hint = "Evaluate the run again."});
    }
    const std::string name = table.metrics[m].substr(0, end);
    const std::string metric = table.metrics[m].substr(name.size() + 1);
    auto at = std::ranges::find(result.comparisons, name, &ComparisonResult::name);
    if (at == result.comparisons.end()) at = result.comparisons.insert(at, {.name = name, .scores = {}});
    for (std::size_t b = 0; b < table.basins.size(); ++b) at->scores[metric][table.basins[b]] = table.values[b][m];
  }
}

std::string model_text(const ModelOptions& model) {
  const ModelKind& kind = find_model_kind(model.model);
  const bool hybrid = kind.process || kind.per_basin;
  const std::string network = model.model == "lstm_local" ? "lstm" : model.network;
  std::string text = model.model;
  if (kind.process) text += ", " + model.process.process_model;
  if (kind.process && model.process.routing != "none") text += " with " + model.process.routing + " routing";
  if (hybrid && kind.network && network == "conv1d")
    return text + fmt::format(", {} filters over {} days", model.network_filters, model.network_kernel);
  if (!kind.network) return text;
  return text + (hybrid ? ", " + network : "") + fmt::format(", hidden size {}", model.hidden_size);
}

std::vector<std::pair<std::string, std::string>> summary_of(const PredictionSet& set, const RunConfig& config) {
  std::vector<std::pair<std::string, std::string>> summary = {
      {"Model", model_text(config.model)},
      {"Loss", config.training.loss},
      {"Inputs",
       fmt::format("{} forcings, {} attributes", config.data.dynamic_inputs.size(), config.data.static_attributes.size())},
      {"Evaluated", to_string(Period{set.axis.first, set.axis.last()})},
      {"Seed", std::to_string(config.experiment.seed)}};
  if (set.notes.contains("ensemble_members"))
    summary.back() = {"Ensemble", "mean of " + set.notes.at("ensemble_members") + " runs"};
  if (set.notes.contains("cross_validation")) summary.emplace_back("Cross-validation", set.notes.at("cross_validation"));
  return summary;
}

}  // namespace

std::filesystem::path write_report(const std::filesystem::path& run_folder) {
  if (is_calibration(run_folder)) return write_calibration_report(run_folder);
  const RunFolder folder = RunFolder::open(run_folder);
  if (!std::filesystem::exists(folder.predictions()) || !std::filesystem::exists(folder.metrics())) {
    throw InputError(
        {.what = "the run has not been evaluated", .file = run_folder.string(), .hint = "Run `freshet evaluate` on it first."});
  }
  const RunConfig config = load_stored_config(folder.config());
  const PredictionSet set = read_predictions(folder.predictions());
  const ScoreTable scores = read_scores(folder.metrics());
  RunResult result{.title = config.experiment.experiment_name,
                   .subtitle = fmt::format("{} on {}, {} basins", config.model.model, config.data.dataset, set.basins.size()),
                   .synthetic = std::ranges::all_of(set.basins, synth::is_basin_id, &BasinSeriesPair::basin),
                   .summary = summary_of(set, config),
                   .metrics = scores.metrics,
                   .basins = {},
                   .epochs = {},
                   .validation_metric = {},
                   .calibration = {},
                   .comparisons = {},
                   .config_yaml = read_file(folder.config()),
                   .data_notes = {}};
  add_basins(set, scores, folder, result);
  add_states(set, config.threads(), result);
  add_learned_parameters(folder.parameters(), config.model, result);
  read_events(folder.events(), result);
  add_remarks(folder.evaluation(), result);
  read_baselines(folder.baselines(), result);
  write_file_atomically(folder.report(), render_html_report(result));
  return folder.report();
}

}  // namespace freshet
