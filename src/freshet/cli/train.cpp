#include "freshet/workflow/train.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "freshet/cli/context.hpp"

namespace freshet::cli {
namespace {

struct Arguments {
  std::string config;
  std::vector<std::string> set;
  std::vector<std::int64_t> seeds;
  std::string out;
  bool dry_run = false;
  bool verify_cache = false;
};

void run_one(const Arguments& args, const std::vector<std::string>& overrides, const std::string& out, Context& context) {
  const RunConfig config = load_run_config(args.config, overrides);
  const TrainRequest request{.run_folder = out, .verify_cache = args.verify_cache};
  if (args.dry_run) {
    fmt::print("{}", describe_training(config, request, context.observer));
    return;
  }
  const auto folder = train(config, request, context.observer, context.stop);
  fmt::print("{}\n", folder.string());
}

}  // namespace

void add_train(CLI::App& app, Context& context) {
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand("train", "Train a model as a configuration says; prints the run folder");
  verb->add_option("config", args->config, "Configuration, a YAML file")->required();
  verb->add_option("--set", args->set, "key=value in place of the configuration's (repeatable)")->take_all();
  verb->add_option("--seeds", args->seeds, "Train once with each of these seeds, e.g. 1,2,3")->delimiter(',');
  verb->add_option("--out", args->out, "Run folder to make (with --seeds: its first part)");
  verb->add_flag("--dry-run", args->dry_run, "Check everything and say what would be opened and done, without doing it");
  verb->add_flag("--verify-cache", args->verify_cache, "Compare every source file with the hash in the cache");
  verb->callback([args, &context] {
    if (args->seeds.empty()) return run_one(*args, args->set, args->out, context);
    for (const std::int64_t seed : args->seeds) {
      std::vector<std::string> overrides = args->set;
      overrides.push_back(fmt::format("seed={}", seed));
      if (args->out.empty()) overrides.push_back(fmt::format("experiment_name={}_seed{}", load_run_config(args->config, args->set).experiment.experiment_name, seed));
      run_one(*args, overrides, args->out.empty() ? "" : fmt::format("{}_seed{}", args->out, seed), context);
    }
  });
}

void add_resume(CLI::App& app, Context& context) {
  auto run = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("resume", "Go on with a run that was stopped or killed, to the same bits as if it never had been");
  verb->add_option("run", *run, "Run folder")->required();
  verb->callback([run, &context] { fmt::print("{}\n", resume(*run, context.observer, context.stop).string()); });
}

void add_finetune(CLI::App& app, Context& context) {
  struct FinetuneArguments : Arguments {
    std::string run;
    std::vector<std::string> modules;
  };
  auto args = std::make_shared<FinetuneArguments>();
  CLI::App* verb = app.add_subcommand("finetune", "Train a finished run's model further, on other basins, dates or at another rate");
  verb->add_option("run", args->run, "Run folder of the base model")->required();
  verb->add_option("--config", args->config, "Configuration; default: the base run's");
  verb->add_option("--set", args->set, "key=value in place of the configuration's (repeatable)")->take_all();
  verb->add_option("--modules", args->modules, "Parts that train, e.g. head; default: all")->delimiter(',');
  verb->add_option("--out", args->out, "Run folder to make");
  verb->callback([args, &context] {
    const std::string file = args->config.empty() ? args->run + "/config.yml" : args->config;
    const RunConfig config = load_run_config(file, args->set);
    fmt::print("{}\n", finetune(args->run, config, args->modules, {.run_folder = args->out}, context.observer, context.stop).string());
  });
}

}  // namespace freshet::cli
