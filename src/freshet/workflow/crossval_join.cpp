#include "freshet/workflow/crossval_join.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/ranges.h>
#include <xxhash.h>
#include <nlohmann/json.hpp>

#include "freshet/core/counted.hpp"
#include "freshet/evaluation/joined.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/number_text.hpp"
#include "freshet/metrics/summary.hpp"
#include "freshet/workflow/baseline_sets.hpp"
#include "freshet/workflow/prediction_file.hpp"
#include "freshet/workflow/report.hpp"
#include "freshet/workflow/run_folder.hpp"
#include "freshet/workflow/score_lines.hpp"
#include "freshet/workflow/state_results.hpp"
#include "freshet/workflow/water_balance_results.hpp"

namespace freshet {
namespace {

void set_scores(const std::vector<double>& nse, FoldScores& line) {
  line.median_nse = median_valid(nse);
  line.mean_nse = mean_valid(nse);
  line.deviation_nse = deviation_valid(nse);
  line.below_zero = static_cast<std::size_t>(std::ranges::count_if(nse, [](double x) { return x < 0; }));
  line.scored = summarize(nse).scored;
}

FoldScores scores_of(const Fold& fold, const CrossvalFolder& folder) {
  const bool finished = folder.is_finished(fold);
  FoldScores line{.fold = fold.name,
                  .state = finished ? "finished" : "failed",
                  .train = fold.train.size(),
                  .validation = fold.validation.size(),
                  .test = fold.test.size(),
                  .median_nse = std::nan(""),
                  .mean_nse = std::nan(""),
                  .deviation_nse = std::nan(""),
                  .held_out = fold.held_out};
  if (finished) set_scores(read_scores(RunFolder::open(folder.fold(fold)).metrics()).column("nse"), line);
  return line;
}

/// Which results of which folds were joined.
std::string origin_of(const std::vector<const Fold*>& finished, const CrossvalFolder& folder) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const Fold* fold : finished) {
    const RunFolder run = RunFolder::open(folder.fold(*fold));
    const std::string results = read_file(run.metrics()) + read_file(run.evaluation());
    json[fold->name] = fmt::format("{:016x}", XXH3_64bits(results.data(), results.size()));
  }
  return json.dump(1) + "\n";
}

bool is_joined(const std::string& origin, const CrossvalFolder& folder) {
  const RunFolder run = RunFolder::open(folder.dir());
  for (const auto& file :
       {folder.joined(), folder.scores(), run.predictions(), run.metrics(), run.baselines(), run.evaluation(), run.report()}) {
    if (!std::filesystem::exists(file)) return false;
  }
  return read_file(folder.joined()) == origin;
}

void write_table(const std::filesystem::path& path, const std::vector<FoldScores>& lines) {
  std::vector<std::vector<std::string>> rows;
  for (const FoldScores& line : lines) {
    rows.push_back({line.fold, line.state, std::to_string(line.train), std::to_string(line.validation), std::to_string(line.test),
                    std::to_string(line.scored), number_text(line.median_nse), number_text(line.mean_nse),
                    number_text(line.deviation_nse), line.state == "finished" ? std::to_string(line.below_zero) : "",
                    line.held_out});
  }
  write_csv(path,
            {"fold", "state", "train_basins", "validation_basins", "test_basins", "scored_basins", "median_nse", "mean_nse",
             "std_nse", "nse_below_0", "held_out"},
            rows);
}

/// What is said of every fold's evaluation alike.
std::vector<std::string> common_remarks(const std::vector<const Fold*>& finished, const CrossvalFolder& folder) {
  std::vector<std::string> order;
  std::map<std::string, std::size_t> counts;
  for (const Fold* fold : finished) {
    const auto file = RunFolder::open(folder.fold(*fold)).evaluation();
    try {
      for (const auto& remark : nlohmann::json::parse(read_file(file)).at("remarks")) {
        const auto text = remark.get<std::string>();
        if (++counts[text] == 1) order.push_back(text);
      }
    } catch (const nlohmann::json::exception&) {
      throw InputError({.what = "the file is damaged", .file = file.string(), .hint = "Evaluate the fold again."});
    }
  }
  std::erase_if(order, [&](const std::string& text) { return counts.at(text) < finished.size(); });
  return order;
}

std::vector<std::string> remarks_of(const CrossvalPlan& plan, const std::vector<const Fold*>& finished,
                                    const CrossvalFolder& folder) {
  std::vector<std::string> remarks = {
      fmt::format("cross-validation: {}; each prediction is of the fold that holds it out", plan.kind)};
  for (const Fold& fold : plan.folds) {
    if (!folder.is_finished(fold))
      remarks.push_back(fmt::format("{} failed: its {} are not in these results", fold.name, counted(fold.test.size(), "basin")));
  }
  for (std::string& text : common_remarks(finished, folder)) remarks.push_back(std::move(text));
  return remarks;
}

std::string tested_period(const RunConfig& config) {
  std::vector<std::string> texts;
  for (const Period& period : split_periods(config.data, config.crossval.by_time() ? Split::kTrain : Split::kTest))
    texts.push_back(to_string(period));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// The folds' predictions as one set, and the baselines of the same days.
struct JoinedSets {
  PredictionSet predictions;
  BaselineSets baselines;
};

JoinedSets joined_sets(const CrossvalPlan& plan, const std::vector<const Fold*>& finished, const CrossvalFolder& folder,
                       const RunInputs& inputs) {
  std::vector<PredictionSet> sets;
  std::vector<std::vector<PredictionSet>> baselines;
  std::vector<std::string> names;
  for (const Fold* fold : finished) {
    sets.push_back(read_predictions(RunFolder::open(folder.fold(*fold)).predictions()));
    names.clear();
    for (auto& [name, set] : baseline_sets(sets.back(), inputs, fold->config)) {
      if (baselines.size() == names.size()) baselines.emplace_back();
      baselines[names.size()].push_back(std::move(set));
      names.push_back(name);
    }
  }
  JoinedSets joined{.predictions = join_predictions(sets), .baselines = {}};
  for (std::size_t i = 0; i < names.size(); ++i) joined.baselines.emplace_back(names[i], join_predictions(baselines[i]));
  joined.predictions.notes["experiment"] = plan.config.experiment.experiment_name;
  joined.predictions.notes["cross_validation"] = plan.kind;
  return joined;
}

void write_joined(const CrossvalPlan& plan, const RunFolder& run, const RunInputs& inputs,
                  const std::vector<const Fold*>& finished, const CrossvalFolder& folder, EvaluationSummary& summary) {
  const JoinedSets joined = joined_sets(plan, finished, folder, inputs);
  const std::size_t threads = plan.config.threads();
  const ScoreTable scores = score(joined.predictions, 0, threads);
  summary.lines = {score_line(plan.config.model.model, scores)};
  std::vector<std::pair<std::string, ScoreTable>> baselines;
  for (const auto& [name, set] : joined.baselines) {
    baselines.emplace_back(name, score(set, 0, threads));
    summary.lines.push_back(score_line(name, baselines.back().second));
  }
  write_predictions(run.predictions(), joined.predictions);
  write_scores(run.metrics(), scores);
  for (std::string& remark : write_water_balance(run.water_balance(), joined.predictions)) {
    // Of one finished fold it has been said.
    if (std::ranges::find(summary.remarks, remark) == summary.remarks.end()) summary.remarks.push_back(std::move(remark));
  }
  summary.states = write_state_scores(run, "", joined.predictions, threads);
  write_scores(run.baselines(), baseline_table(baselines));
  write_summary(run.evaluation(), summary, plan.config.inference.evaluation_mode);
  write_report(run.dir());
}

}  // namespace

CrossvalScores join_folds(const CrossvalPlan& plan, const CrossvalFolder& folder, const RunInputs& inputs) {
  std::vector<const Fold*> finished;
  CrossvalScores result;
  for (const Fold& fold : plan.folds) {
    if (folder.is_finished(fold)) finished.push_back(&fold);
    result.folds.push_back(scores_of(fold, folder));
  }
  const RunFolder run = RunFolder::open(folder.dir());
  result.all = {.fold = "all", .state = "", .median_nse = std::nan(""), .mean_nse = std::nan(""), .deviation_nse = std::nan("")};
  if (finished.empty()) {
    write_table(folder.scores(), result.folds);
    return result;
  }
  result.summary = {.period = tested_period(plan.config),
                    .lines = {},
                    .remarks = remarks_of(plan, finished, folder),
                    .metrics_file = run.metrics(),
                    .is_main = true};
  const std::string origin = origin_of(finished, folder);
  if (!is_joined(origin, folder)) {
    write_joined(plan, run, inputs, finished, folder, result.summary);
    write_table(folder.scores(), result.folds);
    write_file_atomically(folder.joined(), origin);
  }
  const ScoreTable scores = read_scores(run.metrics());
  if (result.summary.lines.empty()) result.summary.lines = {score_line(plan.config.model.model, scores)};
  result.all.test = scores.basins.size();
  set_scores(scores.column("nse"), result.all);
  return result;
}

std::string to_text(const CrossvalScores& scores) {
  std::string text = fmt::format("\n{:<10} {:>7} {:>10} {:>7} {:>11} {:>9} {:>9} {:>8}  {}\n", "fold", "trained", "validated",
                                 "tested", "median NSE", "mean NSE", "std", "NSE < 0", "held out");
  for (const FoldScores& line : scores.folds) {
    text += fmt::format("{:<10} {:>7} {:>10} {:>7}", line.fold, line.train, line.validation, line.test);
    if (line.state == "finished") {
      text +=
          fmt::format(" {:>11.3f} {:>9.3f} {:>9.3f} {:>8}", line.median_nse, line.mean_nse, line.deviation_nse, line.below_zero);
    } else {
      text += fmt::format(" {:>11} {:>29}", line.state, "");
    }
    text += line.held_out.empty() ? "\n" : fmt::format("  {}\n", line.held_out);
  }
  const FoldScores& all = scores.all;
  if (all.scored == 0) return text;
  text += fmt::format("{:<10} {:>7} {:>10} {:>7} {:>11.3f} {:>9.3f} {:>9.3f} {:>8}\n", all.fold, "", "", all.test, all.median_nse,
                      all.mean_nse, all.deviation_nse, all.below_zero);
  return text + to_text(scores.summary);
}

}  // namespace freshet
