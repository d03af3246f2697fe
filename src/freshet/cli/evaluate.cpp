#include "freshet/workflow/evaluate.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "freshet/cli/context.hpp"
#include "freshet/cli/split_option.hpp"
#include "freshet/workflow/ensemble.hpp"
#include "freshet/workflow/report.hpp"

namespace freshet::cli {

void add_evaluate(CLI::App& app, Context& context) {
  struct Arguments {
    std::string run, weights;
    EvaluateRequest request;
    bool no_report = false;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand(
      "evaluate", "Score a run on a period, beside persistence and climatology; writes predictions, metrics, report");
  verb->add_option("run", args->run, "Run folder")->required();
  add_split(*verb, args->request.split);
  verb->add_option("--mode", args->request.mode, "stateful or windowed; default: evaluation_mode of the run")
      ->check(CLI::IsMember({"stateful", "windowed"}));
  verb->add_option("--compare-modes", args->request.compare_modes,
                   "Also run both modes on this many basins and report how far they differ")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  verb->add_option("--weights", args->weights, "Weights file; default: the best of validation, else the last");
  verb->add_option("--set", args->request.overrides, "Override one key of the configuration, key=value (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  verb->add_flag("--no-report", args->no_report, "Do not write report.html (evaluations of other periods or modes never do)");
  verb->callback([args, &context] {
    args->request.weights = args->weights;
    const EvaluationSummary summary = evaluate(args->run, args->request, context.observer);
    fmt::print("{}", to_text(summary));
    if (summary.is_main && !args->no_report) fmt::print("Report: {}\n", write_report(args->run).string());
  });
}

void add_ensemble(CLI::App& app, Context& context) {
  struct Arguments {
    std::vector<std::string> runs;
    Split split = Split::kTest;
    std::string out;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* verb =
      app.add_subcommand("ensemble", "Average the predictions of evaluated runs (mean and quantiles) and score them");
  verb->add_option("runs", args->runs, "Run folders, two or more")->required();
  add_split(*verb, args->split);
  verb->add_option("--out", args->out, "Folder to write")->required();
  verb->callback([args, &context] {
    const auto summary = ensemble({args->runs.begin(), args->runs.end()}, args->split, args->out, context.observer);
    fmt::print("{}", to_text(summary));
    if (summary.is_main) fmt::print("Report: {}\n", write_report(args->out).string());
  });
}

void add_report(CLI::App& app, Context&) {
  auto run = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("report", "Write report.html of an evaluated run: one file, works offline");
  verb->add_option("run", *run, "Run folder")->required();
  verb->callback([run] { fmt::print("{}\n", write_report(*run).string()); });
}

}  // namespace freshet::cli
