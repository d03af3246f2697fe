#include <memory>

#include <fmt/format.h>

#include "freshet/cli/context.hpp"
#include "freshet/workflow/check_data.hpp"
#include "freshet/workflow/score.hpp"
#include "freshet/workflow/synth.hpp"

namespace freshet::cli {

void add_data(CLI::App& app, Context& context) {
  struct Arguments {
    CheckRequest request;
    std::string source;
    bool json = false;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* data = app.add_subcommand("data", "Inspect data sets");
  data->require_subcommand(1);
  CLI::App* verb = data->add_subcommand("check", "Read all data a run would open; report periods, gaps and oddities");
  verb->add_option("source", args->source, "Configuration file, or folder of a data set")->required();
  verb->add_option("--dataset", args->request.dataset, "Kind of data set of a folder; default: recognised by its layout");
  verb->add_option("--forcings", args->request.forcings, "Forcing products of a camels_us folder (comma-separated)")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb->add_option("--set", args->request.overrides, "Override one key of the configuration, key=value (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  verb->add_flag("--json", args->json, "Print JSON");
  verb->callback([args, &context] {
    args->request.source = args->source;
    const DataCheckReport report = check_run_data(args->request, context.observer);
    fmt::print("{}", args->json ? to_json(report) : to_text(report));
  });
}

void add_synth(CLI::App& app, Context& context) {
  struct Arguments {
    SynthOptions options;
    std::string out;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand("synth", "Write virtual (synthetic) basins with known truth, in the layout of CAMELS-US");
  verb->add_option("--basins", args->options.basins, "Number of basins")->capture_default_str();
  verb->add_option("--years", args->options.years, "Years of daily data")->capture_default_str();
  verb->add_option("--seed", args->options.seed, "Seed; the same seed gives the same bytes")->capture_default_str();
  verb->add_option("--out", args->out, "Folder to write, new or empty")->required();
  verb->callback([args, &context] {
    args->options.out = args->out;
    synth(args->options, context.observer);
    fmt::print("{}\n", args->out);
  });
}

void add_score(CLI::App& app, Context&) {
  struct Arguments {
    std::string file, observed, simulated, date;
    bool json = false;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand("score", "Score a simulated against an observed series in a CSV or NetCDF file");
  verb->add_option("file", args->file, "CSV or NetCDF file")->required();
  verb->add_option("--observed", args->observed, "Column or variable with the observations")->required();
  verb->add_option("--simulated", args->simulated, "Column or variable with the simulation")->required();
  verb->add_option("--date", args->date, "Column or variable with the dates; default for CSV: rows are successive days");
  verb->add_flag("--json", args->json, "Print JSON");
  verb->callback([args] {
    const ScoreOptions options{.file = args->file,
                               .observed = args->observed,
                               .simulated = args->simulated,
                               .date = args->date.empty() ? std::nullopt : std::optional(args->date)};
    const ScoreReport report = score_file(options);
    fmt::print("{}", args->json ? to_json(report) : to_text(report));
  });
}

}  // namespace freshet::cli
