#include "freshet/workflow/calibrate.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "freshet/cli/calibrate.hpp"
#include "freshet/cli/context.hpp"

namespace freshet::cli {

void report_calibration(const CalibrationOutcome& outcome) {
  fmt::print("{}", outcome.text);
  if (!outcome.report.empty()) fmt::print("Report: {}\n", outcome.report.string());
  fmt::print("{}\n", outcome.run_folder.string());
  std::fflush(stdout);
  if (!outcome.problems.empty()) throw InputError(outcome.problems);
}

void add_calibrate(CLI::App& app, Context& context) {
  struct Arguments {
    std::string config, out, basins, plugin, threads;
    std::vector<std::string> set;
    bool dry_run = false;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand(
      "calibrate", "Search the parameters of a process model on one basin or hundreds at once; prints scores and run folder");
  verb->add_option("config", args->config, "Configuration file (YAML)")->required();
  verb->add_option("--set", args->set, "Override one key of the configuration, key=value (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  verb->add_option("--basins", args->basins, "File with one basin id per line; default: basin_file of the configuration");
  verb->add_option("--threads", args->threads, "Number of threads; default: threads of the configuration");
  verb->add_option("--plugin", args->plugin, "Shared library with a model of your own, made with freshet_add_model");
  verb->add_option("--out", args->out, "Run folder to create; default: in run_dir, named after experiment_name and the time");
  verb->add_flag("--dry-run", args->dry_run,
                 "Read and check configuration and data, print parameters, ranges and the size of the work, and stop");
  verb->callback([args, &context] {
    std::vector<std::string> overrides = args->set;
    if (!args->basins.empty()) overrides.push_back("basin_file=" + args->basins);
    if (!args->threads.empty()) overrides.push_back("threads=" + args->threads);
    if (!args->plugin.empty()) overrides.push_back("plugin=" + args->plugin);
    const CalibrationConfig config = load_calibration_config(args->config, overrides);
    if (args->dry_run) {
      const CalibrationOutcome outcome = describe_calibration(config, args->out, context.observer);
      fmt::print("{}", outcome.text);
      std::fflush(stdout);
      if (!outcome.problems.empty()) throw InputError(outcome.problems);
    } else {
      report_calibration(calibrate(config, args->out, context.observer, context.stop_flag()));
    }
  });
}

}  // namespace freshet::cli
