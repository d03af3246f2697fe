#include "freshet/workflow/report_basins.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "freshet/core/error.hpp"
#include "freshet/evaluation/state_scores.hpp"
#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

BasinResult basin_result(const BasinSeriesPair& basin, const TimeAxis& axis, const ScoreTable& scores, std::size_t row) {
  BasinResult result{.id = basin.basin,
                     .name = basin.gauge.name,
                     .latitude = basin.gauge.latitude,
                     .longitude = basin.gauge.longitude,
                     .area_km2 = basin.gauge.area_km2,
                     .scores = {},
                     .axis = axis,
                     .observed = basin.observed[0],
                     .simulated = basin.simulated[0],
                     .precipitation = basin.precipitation};
  for (std::size_t m = 0; m < scores.metrics.size(); ++m) result.scores[scores.metrics[m]] = scores.values[row][m];
  return result;
}

}  // namespace

void add_remarks(const std::filesystem::path& path, RunResult& result) {
  if (!std::filesystem::exists(path)) return;
  try {
    const auto json = nlohmann::json::parse(read_file(path));
    for (const auto& remark : json.at("remarks")) result.data_notes.push_back(remark.get<std::string>());
  } catch (const nlohmann::json::exception&) {
    throw InputError({.what = "the file is damaged", .file = path.string(), .hint = "Evaluate the run again."});
  }
}

void add_basins(const PredictionSet& set, const ScoreTable& scores, const RunFolder& folder, RunResult& result) {
  for (std::size_t b = 0; b < set.basins.size(); ++b) {
    const auto row = std::ranges::find(scores.basins, set.basins[b].basin);
    if (row == scores.basins.end())
      throw InputError({.what = "metrics and predictions are of different evaluations",
                        .file = folder.metrics().string(),
                        .basin = set.basins[b].basin,
                        .hint = "Evaluate the run again."});
    result.basins.push_back(basin_result(set.basins[b], set.axis, scores, static_cast<std::size_t>(row - scores.basins.begin())));
  }
}

void add_states(const PredictionSet& set, std::size_t threads, RunResult& result) {
  for (StateEvaluation& evaluation : score_states(set, threads)) {
    StateResult state{.name = evaluation.state.name,
                      .unit = evaluation.state.unit,
                      .metrics = evaluation.scores.metrics,
                      .scores = {},
                      .axis = set.axis,
                      .mean_observed = std::move(evaluation.mean_observed),
                      .mean_simulated = std::move(evaluation.mean_simulated),
                      .mean_pearson_r = evaluation.mean_pearson_r,
                      .mean_days = static_cast<std::int64_t>(evaluation.mean_days)};
    for (std::size_t b = 0; b < evaluation.scores.basins.size(); ++b)
      state.scores[evaluation.scores.basins[b]] = std::move(evaluation.scores.values[b]);
    result.states.push_back(std::move(state));
  }
}

}  // namespace freshet
