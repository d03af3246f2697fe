#include "freshet/workflow/calibration_report.hpp"

#include <algorithm>
#include <map>

#include "freshet/calibration/objective.hpp"
#include "freshet/calibration/parameter_space.hpp"
#include "freshet/core/records.hpp"
#include "freshet/data/virtual/place.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/netcdf.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/report/html_report.hpp"
#include "freshet/workflow/calibration_config.hpp"
#include "freshet/workflow/prediction_file.hpp"
#include "freshet/workflow/process_model.hpp"
#include "freshet/workflow/report_basins.hpp"
#include "freshet/workflow/report_parameters.hpp"
#include "freshet/workflow/run_folder.hpp"

namespace freshet {
namespace {

/// Dots over all searches: what a page of some megabytes holds.
constexpr std::size_t kDots = 60'000;
/// Improvements of a search; the curve hardly changes with more.
constexpr std::size_t kImprovements = 60;

/// A search is known by its basin and seed.
using SearchKey = std::pair<std::string, std::int64_t>;

SearchKey key_of(const CsvTable& table, std::size_t row) {
  return {table.texts("basin")[row], std::stoll(table.texts("seed")[row])};
}

/// searches.csv without points and improvements.
std::map<SearchKey, SearchResult> read_searches(const RunFolder& folder, const CalibrationRecord& record) {
  const CsvTable table = read_csv(folder.dir() / "searches.csv");
  const auto objective = table.numbers("objective"), evaluations = table.numbers("evaluations");
  std::vector<std::vector<double>> values;
  for (const auto& parameter : record.parameters) values.push_back(table.numbers(parameter.name));
  std::map<SearchKey, SearchResult> searches;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    SearchResult search{.seed = key_of(table, r).second,
                        .objective = objective[r],
                        .evaluations = static_cast<std::int64_t>(evaluations[r]),
                        .best = {},
                        .improvements = {},
                        .objectives = {},
                        .points = {}};
    for (const auto& column : values) search.best.push_back(column[r]);
    searches[key_of(table, r)] = std::move(search);
  }
  return searches;
}

void read_trace(const RunFolder& folder, std::map<SearchKey, SearchResult>& searches) {
  const CsvTable table = read_csv(folder.dir() / "trace.csv");
  const auto evaluation = table.numbers("evaluation"), objective = table.numbers("objective");
  for (std::size_t r = 0; r < table.rows(); ++r)
    searches[key_of(table, r)].improvements.emplace_back(evaluation[r], objective[r]);
  for (auto& [key, search] : searches) {
    const auto all = std::move(search.improvements);
    search.improvements.clear();
    const std::size_t stride = std::max<std::size_t>(1, all.size() / kImprovements);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i % stride == 0 || i + 1 == all.size()) search.improvements.push_back(all[i]);
    }
  }
}

void read_points(const RunFolder& folder, const CalibrationRecord& record, std::map<SearchKey, SearchResult>& searches) {
  const NetcdfFile file(folder.dir() / "points.nc");
  const auto basins = file.read_strings("basin_id");
  const auto seeds = file.read_doubles("seed");
  const auto objectives = file.read_floats("objective");
  const std::size_t most = objectives.size() / std::max<std::size_t>(1, basins.size());
  const std::size_t dots = std::max<std::size_t>(50, kDots / std::max<std::size_t>(1, basins.size()));
  const std::size_t stride = std::max<std::size_t>(1, (most + dots - 1) / dots);
  std::vector<std::vector<float>> values;
  for (const auto& parameter : record.parameters) values.push_back(file.read_floats(parameter.name));
  for (std::size_t s = 0; s < basins.size(); ++s) {
    SearchResult& search = searches[{basins[s], static_cast<std::int64_t>(seeds[s])}];
    search.points.resize(values.size());
    for (std::size_t i = s * most; i < (s + 1) * most; i += stride) {
      if (!std::isfinite(objectives[i])) continue;
      search.objectives.push_back(objectives[i]);
      for (std::size_t p = 0; p < values.size(); ++p) search.points[p].push_back(values[p][i]);
    }
  }
}

CalibrationRecord read_calibration(const RunFolder& folder, const CalibrationConfig& config) {
  const kernels::Model& model = open_process_model(config.process.model, config.process.plugin.value_or(""));
  const kernels::Routing* routing = config.process.routing == "none" ? nullptr : &kernels::find_routing(config.process.routing);
  const calibration::ParameterSpace space(model, routing, config.process.parameter_ranges);
  CalibrationRecord record{.method = config.search.method,
                           .objective = calibration::Objective(config.objective).text(),
                           .parameters = parameter_records(space),
                           .searches = {}};
  auto searches = read_searches(folder, record);
  read_trace(folder, searches);
  read_points(folder, record, searches);
  for (auto& [key, search] : searches) record.searches[key.first].push_back(std::move(search));
  return record;
}

/// The calibration period's scores beside those of the test.
ComparisonResult comparison_of(const std::string& name, const ScoreTable& scores) {
  ComparisonResult result{.name = name, .scores = {}};
  for (std::size_t m = 0; m < scores.metrics.size(); ++m) {
    for (std::size_t b = 0; b < scores.basins.size(); ++b)
      result.scores[scores.metrics[m]][scores.basins[b]] = scores.values[b][m];
  }
  return result;
}

}  // namespace

std::filesystem::path write_calibration_report(const std::filesystem::path& run_folder) {
  const RunFolder folder = RunFolder::open(run_folder);
  const std::string of_train = results_tag(Split::kTrain);
  const bool tested = std::filesystem::exists(folder.predictions());
  if (!tested && !std::filesystem::exists(folder.predictions(of_train))) {
    throw InputError(
        {.what = "the calibration has not been finished", .file = run_folder.string(), .hint = "Go on with `freshet resume`."});
  }
  const CalibrationConfig config = load_calibration_config(folder.config(), {});
  const PredictionSet set = read_predictions(folder.predictions(tested ? "" : of_train));
  const ScoreTable scores = read_scores(folder.metrics(tested ? "" : of_train));
  RunResult result{
      .title = config.experiment.experiment_name,
      .subtitle = fmt::format("{} calibrated on {} basins", config.process.model, set.basins.size()),
      .synthetic = std::ranges::all_of(set.basins, synth::is_basin_id, &BasinSeriesPair::basin),
      .summary = {{"Model", fmt::format("{}, routing {}", config.process.model, config.process.routing)},
                  {"Search", fmt::format("{}, {} evaluations at most", config.search.method, config.search.max_evaluations)},
                  {"Calibrated on", to_string(config.train_period())},
                  {"Evaluated", to_string(Period{set.axis.first, set.axis.last()})},
                  {"Seed", std::to_string(config.experiment.seed)}},
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
  add_remarks(folder.evaluation(tested ? "" : of_train), result);
  // An ensemble of calibrations has scores alone.
  if (std::filesystem::exists(folder.dir() / "searches.csv")) {
    result.calibration = read_calibration(folder, config);
    add_parameters(folder.parameters(), result.calibration.parameters, result);
  }
  if (tested && std::filesystem::exists(folder.metrics(of_train)))
    result.comparisons.push_back(comparison_of("calibration period", read_scores(folder.metrics(of_train))));
  write_file_atomically(folder.report(), render_html_report(result));
  return folder.report();
}

}  // namespace freshet
