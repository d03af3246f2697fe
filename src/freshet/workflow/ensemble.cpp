#include "freshet/workflow/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "freshet/core/parallel.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/metrics/summary.hpp"
#include "freshet/workflow/prediction_file.hpp"
#include "freshet/workflow/run_folder.hpp"
#include "freshet/workflow/score_lines.hpp"

namespace freshet {
namespace {

constexpr double kQuantiles[] = {0.05, 0.25, 0.5, 0.75, 0.95};

/// Cuts every set to the basins all have; they must be on one axis and about the same target.
void keep_common_basins(std::vector<PredictionSet>& sets, const std::vector<std::filesystem::path>& folders, Observer& observer) {
  for (std::size_t i = 1; i < sets.size(); ++i) {
    if (sets[i].axis != sets[0].axis || sets[i].targets != sets[0].targets) {
      throw InputError({.what = "the runs were evaluated on different days or targets",
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
  for (std::size_t i = 1; i < sets.size(); ++i) {
    for (std::size_t b = 0; b < sets[0].basins.size(); ++b) {
      const auto same = [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); };
      if (!std::ranges::equal(sets[0].basins[b].observed[0], sets[i].basins[b].observed[0], same)) {
        throw InputError({.what = "the runs were scored against different observations",
                          .file = folders[i].string(),
                          .basin = sets[0].basins[b].basin});
      }
    }
  }
}

/// Calls visit(basin, target, step, members' values) for every value all members have; elsewhere the result stays NaN.
template <class Visit>
void for_each_value(const std::vector<PredictionSet>& sets, Visit visit) {
  std::vector<double> members(sets.size());
  for (std::size_t b = 0; b < sets[0].basins.size(); ++b) {
    for (std::size_t k = 0; k < sets[0].targets.size(); ++k) {
      for (std::size_t t = 0; t < static_cast<std::size_t>(sets[0].axis.size); ++t) {
        for (std::size_t i = 0; i < sets.size(); ++i) members[i] = sets[i].basins[b].simulated[k][t];
        visit(b, k, t, members);
      }
    }
  }
}

PredictionSet mean_of(const std::vector<PredictionSet>& sets) {
  PredictionSet mean = sets[0];
  for_each_value(sets, [&mean](std::size_t b, std::size_t k, std::size_t t, const std::vector<double>& members) {
    double sum = 0;
    for (const double value : members) sum += value;
    mean.basins[b].simulated[k][t] = static_cast<float>(sum / static_cast<double>(members.size()));
  });
  mean.notes["ensemble_members"] = std::to_string(sets.size());
  return mean;
}

/// The quantiles as further targets "<target> q05" ... of one set.
PredictionSet quantiles_of(const std::vector<PredictionSet>& sets) {
  PredictionSet out = sets[0];
  out.targets.clear();
  out.units.clear();
  for (BasinSeriesPair& basin : out.basins) basin.simulated.clear(), basin.observed.clear();
  for (std::size_t k = 0; k < sets[0].targets.size(); ++k) {
    for (const double q : kQuantiles) {
      out.targets.push_back(fmt::format("{}_q{:02.0f}", sets[0].targets[k], 100 * q));
      out.units.push_back(sets[0].units[k]);
      for (std::size_t b = 0; b < out.basins.size(); ++b) {
        out.basins[b].simulated.emplace_back(static_cast<std::size_t>(out.axis.size));
        out.basins[b].observed.push_back(sets[0].basins[b].observed[k]);
      }
    }
  }
  for_each_value(sets, [&out](std::size_t b, std::size_t k, std::size_t t, const std::vector<double>& members) {
    const bool complete = std::ranges::none_of(members, [](double x) { return std::isnan(x); });
    for (std::size_t q = 0; q < std::size(kQuantiles); ++q) {
      out.basins[b].simulated[k * std::size(kQuantiles) + q][t] =
          complete ? static_cast<float>(quantile_valid(members, kQuantiles[q])) : std::nanf("");
    }
  });
  return out;
}

void check_folders(const std::vector<std::filesystem::path>& run_folders, const std::filesystem::path& out) {
  if (run_folders.size() < 2) throw InputError({.what = "an ensemble needs at least two runs"});
  std::set<std::filesystem::path> seen;
  for (const auto& dir : run_folders) {
    if (!seen.insert(std::filesystem::weakly_canonical(dir)).second)
      throw InputError({.what = "the run is listed twice", .file = dir.string()});
  }
  if (seen.contains(std::filesystem::weakly_canonical(out)) || std::filesystem::exists(out / "checkpoints")) {
    throw InputError({.what = "the folder holds a run, whose results would be lost",
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
    const RunFolder folder = RunFolder::open(dir);
    if (!std::filesystem::exists(folder.predictions(tag))) {
      throw InputError({.what = fmt::format("the run has not been evaluated on its {} period", to_string(split)),
                        .file = dir.string(),
                        .hint = fmt::format("Run `freshet evaluate --split {}` on it first.", to_string(split))});
    }
    observer.info("reading " + folder.predictions(tag).string());
    sets.push_back(read_predictions(folder.predictions(tag)));
  }
  keep_common_basins(sets, run_folders, observer);
  check_same_observations(sets, run_folders);

  const std::size_t threads = available_threads();
  const PredictionSet mean = mean_of(sets);
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
  write_predictions(out / ("quantiles" + tag + ".nc"), quantiles_of(sets));
  write_scores(summary.metrics_file, scores);
  // The report reads the configuration of the first member: data and protocol are the same for all.
  write_file_atomically(out / "config.yml", read_file(RunFolder::open(run_folders[0]).config()));
  nlohmann::ordered_json json = {
      {"period", summary.period}, {"remarks", summary.remarks}, {"scores", nlohmann::ordered_json::array()}};
  for (const ScoreLine& line : summary.lines)
    json["scores"].push_back(
        {{"name", line.name}, {"median_nse", line.median_nse}, {"mean_nse", line.mean_nse}, {"basins", line.basins}});
  write_file_atomically(out / ("evaluation" + tag + ".json"), json.dump(1) + "\n");
  return summary;
}

}  // namespace freshet
