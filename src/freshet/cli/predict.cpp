#include "freshet/workflow/predict.hpp"

#include <memory>

#include <fmt/format.h>

#include "freshet/cli/context.hpp"
#include "freshet/core/error.hpp"

namespace freshet::cli {
namespace {

std::optional<Time> day(const std::string& text, const char* option) {
  if (text.empty()) return std::nullopt;
  const auto time = parse_time(text);
  if (!time) throw InputError({.what = fmt::format("{} is not a date", option), .expected = "YYYY-MM-DD", .got = text});
  return time;
}

}  // namespace

void add_predict(CLI::App& app, Context& context) {
  struct Arguments {
    std::string run, start, end, basins, state_in, state_out, out;
    std::vector<std::string> set;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand(
      "predict", "Run a trained model on any days with forcing; no discharge needed. States can be saved and continued");
  verb->add_option("run", args->run, "Run folder")->required();
  verb->add_option("--out", args->out, "NetCDF file to write")->required();
  verb->add_option("--start", args->start,
                   "First day, YYYY-MM-DD; default: the day after --state-in, else the test period's first");
  verb->add_option("--end", args->end, "Last day, YYYY-MM-DD; default: the test period's");
  verb->add_option("--basins", args->basins, "File with one basin id per line; default: the run's test basins");
  verb->add_option("--state-in", args->state_in, "Continue from the states in this file, bit for bit as in one run");
  verb->add_option("--state-out", args->state_out, "File to write the states after the last day to");
  verb->add_option("--set", args->set, "Override one key of the configuration, e.g. data_dir=DIR (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  verb->callback([args, &context] {
    const PredictRequest request{.out = args->out,
                                 .first = day(args->start, "--start"),
                                 .last = day(args->end, "--end"),
                                 .basin_file = args->basins,
                                 .state_in = args->state_in,
                                 .state_out = args->state_out,
                                 .overrides = args->set};
    for (const std::string& remark : predict_run(args->run, request, context.observer)) context.observer.info(remark);
    fmt::print("{}\n", args->out);
  });
}

}  // namespace freshet::cli
