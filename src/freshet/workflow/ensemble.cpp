#include "freshet/workflow/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/ranges.h>

#include "freshet/core/parallel.hpp"
#include "freshet/evaluation/ensemble.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/workflow/evaluated_run.hpp"
#include "freshet/workflow/prediction_file.hpp"
#include "freshet/workflow/score_lines.hpp"
#include "freshet/workflow/water_balance_results.hpp"

namespace freshet {
namespace {

/// Cuts every set to the basins all have; they must be on one axis and about the same target.
void keep_common_basins(std::vector<PredictionSet>& sets, const std::vector<std::filesystem::path>& folders, Observer& observer) {
  for (std::size_t i = 1; i < sets.size(); ++i) {
    if (sets[i].targets != sets[0].targets) {
      throw InputError({.what = "the runs predict different targets",
                        .file = folders[i].string(),
                        .expected = fmt::format("{}", fmt::join(sets[0].targets, ", ")),
                        .got = fmt::format("{}", fmt::join(sets[i].targets, ", "))});
    }
    if (sets[i].axis != sets[0].axis) {
      throw InputError({.what = "the runs were evaluated on different days",
                        .file = folders[i].string(),
                        .expected = to_string(Period{sets[0].axis.first, sets[0].axis.last()}),
                        .got = to_string(Period{sets[i].axis.first, sets[i].axis.last()})});
    }
  }
  std::set<std::string> common;
  for (const BasinSeriesPair& basin : sets[0].basins) common.insert(basin.basin);
  for (const PredictionSet& set : sets) {
    std::set<std::string> own;
    for (const BasinSeriesPair& basin : set.basins) own.insert(basin.basin);
    std::erase_if(common, [&own](const std::string& id) { return !own.contains(id); });
  }
  if (common.empty()) throw InputError({.what = "the runs have no basin in common"});
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (sets[i].basins.size() > common.size()) {
      observer.warn(fmt::format("{}: {} of {} basins are used, those that all runs have", folders[i].string(), common.size(),
                                sets[i].basins.size()));
    }
  }
  for (PredictionSet& set : sets) {
    std::erase_if(set.basins, [&common](const BasinSeriesPair& basin) { return !common.contains(basin.basin); });
    std::ranges::sort(set.basins, {}, &BasinSeriesPair::basin);
  }
}

void check_same_observations(const std::vector<PredictionSet>& sets, const std::vector<std::filesystem::path>& folders) {
  const auto same = [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  const auto same_series = [&same](const auto& x, const auto& y) { return std::ranges::equal(x, y, same); };
  for (std::size_t i = 1; i < sets.size(); ++i) {
    for (std::size_t b = 0; b < sets[0].basins.size(); ++b) {
      if (!std::ranges::equal(sets[0].basins[b].observed, sets[i].basins[b].observed, same_series)) {
        throw InputError({.what = "the runs were scored against different observations",
                          .file = folders[i].string(),
                          .basin = sets[0].basins[b].basin});
      }
    }
  }
}

void check_folders(const std::vector<std::filesystem::path>& run_folders, const std::filesystem::path& out) {
  if (run_folders.size() < 2) throw InputError({.what = "an ensemble needs at least two runs"});
  std::set<std::filesystem::path> seen;
  for (const auto& dir : run_folders) {
    if (!seen.insert(std::filesystem::weakly_canonical(dir)).second)
      throw InputError({.what = "the run is listed twice", .file = dir.string()});
  }
  std::error_code ignored;
  if (!std::filesystem::exists(out) || std::filesystem::is_empty(out, ignored)) return;
  const auto is_quantiles = [](const auto& entry) { return entry.path().filename().string().starts_with("quantiles"); };
  if (std::ranges::none_of(std::filesystem::directory_iterator(out, ignored), is_quantiles)) {
    throw InputError({.what = "the folder is not empty and not an earlier ensemble: something would be lost",
                      .file = out.string(),
                      .hint = "Choose another for the ensemble."});
  }
}

}  // namespace

EvaluationSummary ensemble(const std::vector<std::filesystem::path>& run_folders, Split split, const std::filesystem::path& out,
                           Observer& observer) {
  check_folders(run_folders, out);
  const std::string tag = results_tag(split);
  std::vector<PredictionSet> sets;
  for (const auto& dir : run_folders) {
    const RunFolder folder = open_evaluated_run(dir, split, &RunFolder::predictions);
    observer.info("reading " + folder.predictions(tag).string());
    sets.push_back(read_predictions(folder.predictions(tag)));
  }
  keep_common_basins(sets, run_folders, observer);
  check_same_observations(sets, run_folders);

  const std::size_t threads = available_threads();
  PredictionSet mean = ensemble_mean(sets);
  const ScoreTable scores = score(mean, 0, threads);
  EvaluationSummary summary{.period = to_string(Period{mean.axis.first, mean.axis.last()}),
                            .lines = {score_line(fmt::format("mean of {}", sets.size()), scores)},
                            .remarks = {},
                            .metrics_file = out / ("metrics" + tag + ".csv"),
                            .is_main = split == Split::kTest};
  for (std::size_t i = 0; i < sets.size(); ++i)
    summary.lines.push_back(score_line(fmt::format("member {}", i + 1), score(sets[i], 0, threads)));
  for (std::size_t i = 0; i < sets.size(); ++i)
    summary.remarks.push_back(fmt::format("member {}: {}", i + 1, run_folders[i].string()));

  std::error_code error;
  std::filesystem::create_directories(out, error);
  if (error) throw EnvironmentError({.what = "cannot make the folder: " + error.message(), .file = out.string()});
  write_predictions(out / ("predictions" + tag + ".nc"), mean);
  write_predictions(out / ("quantiles" + tag + ".nc"), ensemble_quantiles(sets));
  write_scores(summary.metrics_file, scores);
  for (std::string& remark : write_water_balance(out / ("water_balance" + tag + ".csv"), mean))
    summary.remarks.push_back(std::move(remark));
  // The report reads the configuration of the first member: data and protocol are the same for all.
  write_file_atomically(out / "config.yml", read_file(RunFolder::open(run_folders[0]).config()));
  write_summary(out / ("evaluation" + tag + ".json"), summary, mean.notes["evaluation_mode"]);
  return summary;
}

}  // namespace freshet
