#include "freshet/workflow/check_gradients.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "freshet/cli/context.hpp"

namespace freshet::cli {

void add_check_gradients(CLI::App& app, Context&) {
  struct Arguments {
    CheckGradientsRequest request;
    std::string plugin;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand("check-gradients",
                                      "Check the derivatives of a process model with dual numbers, LibTorch and differences; "
                                      "exit code 1 if they disagree");
  verb->add_option("--model", args->request.model, "Process model (`freshet list models`); default: the plug-in's");
  verb->add_option("--plugin", args->plugin, "Plug-in with a model of your own");
  verb->add_option("--steps", args->request.steps, "Days of random weather")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000}))
      ->capture_default_str();
  verb->add_option("--seed", args->request.seed, "Seed of parameters and weather")->capture_default_str();
  verb->callback([args] {
    args->request.plugin = args->plugin;
    const CheckGradientsResult result = check_gradients(args->request);
    fmt::print("{}", result.text);
    std::fflush(stdout);
    if (!result.pass) throw CLI::RuntimeError(1);
  });
}

}  // namespace freshet::cli
