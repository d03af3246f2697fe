#include "freshet/workflow/compare.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "freshet/cli/context.hpp"
#include "freshet/cli/split_option.hpp"

namespace freshet::cli {

void add_compare(CLI::App& app, Context& context) {
  struct Arguments {
    CompareRequest request;
    std::string basins, out;
  };
  auto args = std::make_shared<Arguments>();
  CompareRequest& request = args->request;
  BootstrapOptions& bootstrap = request.options.bootstrap;
  CLI::App* verb = app.add_subcommand(
      "compare", "Compare evaluated runs and published scores basin by basin: intervals, tests, tables, a page");
  verb->add_option("runs", request.runs,
                   "[NAME=]RUN_FOLDER or [NAME=]FILE.csv[:COLUMN]; all are compared with the first and with each other")
      ->required();
  verb->add_option("--context", request.context, "Scores of another protocol, given likewise: shown, never tested (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  add_split(*verb, request.split);
  verb->add_option(
          "--metrics", request.metrics,
          "Metrics, separated by commas, the main one first; default: nse, and kge_2009, mnse, fhv, pfab where all have them")
      ->delimiter(',')
      ->take_all()
      ->allow_extra_args(false);
  verb->add_option("--reference", request.reference, "Name of the run the others are compared with; default: the first");
  verb->add_option("--basins", args->basins, "File with one basin id per line; default: all common basins");
  verb->add_option("--out", args->out, "Folder for tables (CSV, Markdown) and the page comparison.html");
  verb->add_option("--good", request.options.good, "An efficiency of at least this is counted as good")->capture_default_str();
  const auto zeros = [&request](const std::string& rule) {
    request.options.zeros = rule == "pratt" ? ZeroRule::kPratt : ZeroRule::kWilcoxon;
  };
  verb->add_option_function<std::string>("--zeros", zeros,
                                         "Equal scores in the signed-rank test: wilcoxon drops, pratt ranks them")
      ->check(CLI::IsMember({"wilcoxon", "pratt"}))
      ->default_str("wilcoxon");
  verb->add_option("--resamples", bootstrap.resamples, "Bootstrap resamples of the basins")
      ->check(CLI::Range(std::size_t{100}, std::size_t{100'000}))
      ->capture_default_str();
  verb->add_option("--confidence", bootstrap.confidence, "Of the bootstrap intervals")
      ->check(CLI::Range(0.5, 0.9999))
      ->capture_default_str();
  verb->add_option("--seed", bootstrap.seed, "Of the bootstrap; the same seed gives the same numbers")->capture_default_str();
  verb->callback([args, &context] {
    args->request.basin_file = args->basins;
    args->request.out = args->out;
    fmt::print("{}", compare(args->request, context.observer));
    if (!args->out.empty()) fmt::print("Page: {}\n", (args->request.out / "comparison.html").string());
  });
}

}  // namespace freshet::cli
