#include "freshet/workflow/state_results.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "freshet/core/counted.hpp"
#include "freshet/data/state_observations.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/number_text.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

StateLine state_line(const StateEvaluation& evaluation) {
  const auto median_of = [&evaluation](const std::string& metric) { return median_valid(evaluation.scores.column(metric)); };
  StateLine line{.name = evaluation.state.name,
                 .basins = static_cast<std::int64_t>(evaluation.scores.basins.size()),
                 .without = static_cast<std::int64_t>(evaluation.without),
                 .median_pearson_r = median_of("pearson_r"),
                 .median_spearman_r = median_of("spearman_r"),
                 .mean_days = static_cast<std::int64_t>(evaluation.mean_days),
                 .mean_pearson_r = evaluation.mean_pearson_r,
                 .snow = is_snow(evaluation.state.name)};
  if (line.snow) {
    line.peak_ratio = median_of("peak_ratio");
    line.peak_days = median_of("peak_days");
    line.melt_out_days = median_of("melt_out_days");
    const auto years = evaluation.scores.column("water_years"), kept = evaluation.scores.column("years_kept");
    for (std::size_t b = 0; b < years.size(); ++b) line.keeping += kept[b] > 0 && 2 * kept[b] >= years[b];
  }
  return line;
}

}  // namespace

void compare_states(PredictionSet& set, const StateObservationOptions& options, std::size_t threads) {
  if (options.state_observations.empty()) return;
  std::vector<std::string> basins;
  for (const BasinSeriesPair& basin : set.basins) basins.push_back(basin.basin);
  attach_observations(set, read_state_observations(options, basins, set.axis, threads));
}

std::vector<StateLine> write_state_scores(const RunFolder& folder, const std::string& tag, const PredictionSet& set,
                                          std::size_t threads) {
  const std::vector<StateEvaluation> evaluations = score_states(set, threads);
  if (evaluations.empty()) {
    std::filesystem::remove(folder.states(tag));  // of an earlier evaluation
    return {};
  }
  // Snow has all columns; other states have the first of them.
  std::vector<std::string> metrics;
  std::vector<StateLine> lines;
  for (const StateEvaluation& evaluation : evaluations) {
    if (evaluation.scores.metrics.size() > metrics.size()) metrics = evaluation.scores.metrics;
    lines.push_back(state_line(evaluation));
  }
  std::vector<std::string> header = {"state", "basin"};
  header.insert(header.end(), metrics.begin(), metrics.end());
  std::vector<std::vector<std::string>> rows;
  for (const StateEvaluation& evaluation : evaluations) {
    for (std::size_t b = 0; b < evaluation.scores.basins.size(); ++b) {
      std::vector<std::string> cells = {evaluation.state.name, evaluation.scores.basins[b]};
      for (const double value : evaluation.scores.values[b]) cells.push_back(number_text(value));
      cells.resize(header.size());
      rows.push_back(std::move(cells));
    }
  }
  write_csv(folder.states(tag), header, rows);
  return lines;
}

std::string to_text(const std::vector<StateLine>& lines) {
  if (lines.empty()) return "";
  std::string text =
      fmt::format("{:<24} {:>8} {:>15} {:>17} {:>10} {:>9} {:>8} {:>7} {:>13}\n", "against observations", "median r",
                  "median Spearman", "r of mean series", "peak ratio", "peak", "melt-out", "basins", "not observed");
  const auto days = [](double value) { return std::isnan(value) ? std::string("-") : fmt::format("{:+.1f} d", value); };
  for (const StateLine& line : lines) {
    text += fmt::format("{:<24} {:>8.3f} {:>15.3f} {:>17.3f} {:>10} {:>9} {:>8} {:>7} {:>13}\n", line.name, line.median_pearson_r,
                        line.median_spearman_r, line.mean_pearson_r, line.snow ? fmt::format("{:.2f}", line.peak_ratio) : "-",
                        days(line.peak_days), days(line.melt_out_days), line.basins, line.without);
  }
  for (const StateLine& line : lines) {
    if (line.keeping > 0)
      text += fmt::format("- {}: in {} the simulated snow outlasts half of the summers or more, and weighs on the mean series\n",
                          line.name, counted(line.keeping, "basin"));
  }
  return text;
}

}  // namespace freshet
