#include "freshet/workflow/crossval.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "freshet/cli/context.hpp"
#include "freshet/cli/crossval.hpp"

namespace freshet::cli {

void report_crossval(const CrossvalOutcome& outcome) {
  fmt::print("{}", outcome.text);
  if (!outcome.report.empty()) fmt::print("Report: {}\n", outcome.report.string());
  fmt::print("{}\n", outcome.folder.string());
  std::fflush(stdout);
  if (!outcome.problems.empty()) throw Error(outcome.code, outcome.problems);
}

void add_crossval(CLI::App& app, Context& context) {
  struct Arguments {
    std::string config, out;
    std::vector<std::string> set;
    std::size_t jobs = 1;
    bool dry_run = false;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand(
      "crossval", "Train and test on folds of basins, days or both, and join their predictions; the same command again goes on");
  verb->add_option("config", args->config, "Configuration file (YAML) of `train`, with `fold_by` and its other keys")->required();
  verb->add_option("--set", args->set, "Override one key of the configuration, key=value (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  verb->add_option("--out", args->out, "Folder to create or go on in; default: in run_dir, <experiment_name>_crossval");
  verb->add_option("--jobs", args->jobs,
                   "Folds to train at the same time; the cores are divided among them, results do not change")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1024}))
      ->default_str("1");
  verb->add_flag("--dry-run", args->dry_run, "Read and check configuration and data of all folds, print their sizes, and stop");
  verb->callback([args, &context] {
    const RunConfig config = load_run_config(args->config, args->set);
    const CrossvalRequest request{.folder = args->out, .jobs = args->jobs, .process = launched_process(process_environment())};
    if (args->dry_run) {
      fmt::print("{}", describe_crossval(config, request, context.observer));
    } else {
      report_crossval(crossval(config, request, context.observer, context.stop_flag()));
    }
  });
}

}  // namespace freshet::cli
