#include "freshet/workflow/train.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/cli/calibrate.hpp"
#include "freshet/cli/context.hpp"
#include "freshet/cli/crossval.hpp"
#include "freshet/core/error.hpp"
#include "freshet/workflow/crossval_folder.hpp"
#include "freshet/workflow/run_folder.hpp"

namespace freshet::cli {
namespace {

struct Arguments {
  std::vector<std::string> configs;
  std::vector<std::string> set;
  std::vector<std::int64_t> seeds;
  std::string out;
  bool dry_run = false;
  bool verify_cache = false;
};

/// One training run of the command.
struct Job {
  RunConfig config;
  TrainRequest request;
};

Job job_of(const Arguments& args, const std::string& config, const std::vector<std::string>& overrides, const std::string& out) {
  Job job{.config = load_run_config(config, overrides), .request = {.run_folder = out, .verify_cache = args.verify_cache}};
  RunFolder::check_free(RunFolder::planned(job.config.experiment, job.request.run_folder));
  return job;
}

/// One run of a configuration, or one for each seed.
void add_jobs(const Arguments& args, const std::string& config, std::vector<Job>& jobs) {
  if (args.seeds.empty()) {
    jobs.push_back(job_of(args, config, args.set, args.out));
    return;
  }
  for (std::size_t i = 0; i < args.seeds.size(); ++i) {
    const std::int64_t seed = args.seeds[i];
    if (std::find(args.seeds.begin(), args.seeds.begin() + static_cast<std::ptrdiff_t>(i), seed) !=
        args.seeds.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw InputError({.what = "a seed is listed twice", .got = fmt::format("--seeds {}", fmt::join(args.seeds, ","))});
    }
    std::vector<std::string> overrides = args.set;
    overrides.push_back(fmt::format("seed={}", seed));
    if (args.out.empty())
      overrides.push_back(
          fmt::format("experiment_name={}_seed{}", load_run_config(config, args.set).experiment.experiment_name, seed));
    jobs.push_back(job_of(args, config, overrides, args.out.empty() ? "" : fmt::format("{}_seed{}", args.out, seed)));
  }
}

/// Everything is checked before the first run starts: the last must not fail hours later for what could be seen now.
std::vector<Job> jobs_of(const Arguments& args) {
  if (args.configs.size() > 1 && !args.out.empty())
    throw InputError(Problem{.what = "--out names one run folder, and there are several configurations",
                             .hint = "Their `run_dir` and `experiment_name` say where the runs go."});
  std::vector<Job> jobs;
  for (const std::string& config : args.configs) add_jobs(args, config, jobs);
  return jobs;
}

void run_jobs(const Arguments& args, Context& context) {
  for (const Job& job : jobs_of(args)) {
    if (args.dry_run) {
      fmt::print("{}", describe_training(job.config, job.request, context.observer));
      continue;
    }
    fmt::print("{}\n", train(job.config, job.request, context.observer, context.stop_flag()).string());
    std::fflush(stdout);
  }
}

}  // namespace

void add_train(CLI::App& app, Context& context) {
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand("train", "Train models as configuration files describe; prints the run folders");
  verb->add_option("config", args->configs, "Configuration files (YAML): a run for each, one after another")->required();
  verb->add_option("--set", args->set, "Override one key of the configuration, key=value (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  verb->add_option("--seeds", args->seeds,
                   "One run for each of these seeds, e.g. 1,2,3; the folders' names end in _seed1, _seed2, ...")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb->add_option("--out", args->out, "Run folder to create; default: in run_dir, named after experiment_name and the time");
  verb->add_flag("--dry-run", args->dry_run, "Read and check configuration and data, print the size of the work, and stop");
  verb->add_flag("--verify-cache", args->verify_cache, "Re-read every data file and compare it with the cache first");
  verb->callback([args, &context] { run_jobs(*args, context); });
}

void add_resume(CLI::App& app, Context& context) {
  auto run = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand(
      "resume", "Continue a stopped or killed run; the result has the same bits as that of an uninterrupted run");
  verb->add_option("run", *run, "Run folder")->required();
  verb->callback([run, &context] {
    if (is_calibration(*run)) {
      report_calibration(resume_calibration(*run, context.observer, context.stop_flag()));
    } else if (is_crossval(*run)) {
      report_crossval(resume_crossval(*run, context.observer, context.stop_flag()));
    } else {
      fmt::print("{}\n", resume(*run, context.observer, context.stop_flag()).string());
    }
  });
}

void add_finetune(CLI::App& app, Context& context) {
  struct FinetuneArguments {
    std::string run, config, out;
    std::vector<std::string> set;
    std::vector<std::string> modules;
  };
  auto args = std::make_shared<FinetuneArguments>();
  CLI::App* verb = app.add_subcommand(
      "finetune", "Train a finished run's model further: on other basins or dates, or at another learning rate");
  verb->add_option("run", args->run, "Run folder of the base model")->required();
  verb->add_option("--config", args->config, "Configuration file; default: that of the base run");
  verb->add_option("--set", args->set, "Override one key of the configuration, key=value (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  verb->add_option("--modules", args->modules, "Parts to train: lstm, head (comma-separated); default: all")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb->add_option("--out", args->out, "Run folder to create; default: in run_dir, named after experiment_name and the time");
  verb->callback([args, &context] {
    const RunFolder base = RunFolder::open(args->run);
    const RunConfig config = args->config.empty() ? base.load_config(args->set) : load_run_config(args->config, args->set);
    fmt::print(
        "{}\n",
        finetune(args->run, config, args->modules, {.run_folder = args->out}, context.observer, context.stop_flag()).string());
  });
}

}  // namespace freshet::cli
