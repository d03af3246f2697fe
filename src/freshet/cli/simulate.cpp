#include "freshet/workflow/simulate.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "freshet/cli/context.hpp"
#include "freshet/core/parallel.hpp"

namespace freshet::cli {
namespace {

struct Arguments {
  SimulateRequest request;
  std::string plugin, parameters, forcing, basins, out, start, end, states_in, states_out, dynamic, variables,
      precision = "double";
  std::vector<std::string> columns;
  double latitude = 0, elevation = 0;
  bool dry_run = false;
};

std::optional<Time> day(const std::string& text, const char* option) {
  if (text.empty()) return std::nullopt;
  const auto time = parse_time(text);
  if (!time) throw InputError({.what = fmt::format("{} is not a date", option), .expected = "YYYY-MM-DD", .got = text});
  return time;
}

void add_source_options(CLI::App& verb, Arguments& args) {
  ForcingOptions& forcing = args.request.forcing;
  verb.add_option("--forcing", args.forcing,
                  "CSV file (date,prcp,tmean,pet[,tmin,tmax,dayl,srad,vp,...]), NetCDF file, or folder of a data set")
      ->required();
  verb.add_option("--dataset", forcing.dataset, "Kind of data set the folder is; default: recognised (`freshet list datasets`)");
  verb.add_option("--products", forcing.products, "Forcing product of a camels_us folder")->delimiter(',');
  verb.add_option("--basins", args.basins,
                  "File with one basin id per line; default: those that the parameter file names, else all");
  verb.add_option("--column", args.columns, "VARIABLE=COLUMN: the column to take for a variable, e.g. pet=PET_FAO (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  verb.add_option("--pet", forcing.pet,
                  "How PET is got: auto (as given, else oudin), given, oudin, hamon, hargreaves, priestley_taylor")
      ->default_str("auto");
  verb.add_option("--latitude", args.latitude, "Degrees north, for PET, where the source does not know it");
  verb.add_option("--elevation", args.elevation, "Metres, for priestley_taylor, likewise");
  verb.add_option("--start", args.start, "First day, YYYY-MM-DD; default: the first that all basins have");
  verb.add_option("--end", args.end, "Last day, YYYY-MM-DD; default: the last that all basins have");
}

void add_run_options(CLI::App& verb, Arguments& args) {
  SimulateRequest& request = args.request;
  verb.add_option("--variables", args.variables,
                  "States, fluxes and forcings to write, e.g. discharge,soil_moisture,pet; default: all states and fluxes");
  verb.add_flag("--ledger", request.ledger, "Add the water balance of each step, and sum it up");
  verb.add_option("--routing", request.routing, "Routing, or none; default: the one whose parameters are given");
  verb.add_flag("--allow-out-of-range", request.allow_out_of_range, "Take parameters outside their usual range");
  verb.add_option("--dynamic-parameters", args.dynamic,
                  "CSV or NetCDF file of parameters that vary from day to day: a column for each");
  verb.add_option("--initial", args.states_in, "Go on from the states in this file, bit for bit as in one run");
  verb.add_option("--states-out", args.states_out, "File to write the states after the last step to");
  verb.add_option("--precision", args.precision, "double or float")
      ->check(CLI::IsMember({"double", "float"}))
      ->default_str("double");
  verb.add_option("--backend", request.backend,
                  "Instructions to run on: best, interpreter, generic, avx2, avx512; cuda in builds that have it")
      ->default_str("best");
  request.threads = available_threads();
  verb.add_option("--threads", request.threads, "Threads; default: all cores. Results do not depend on them")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1024}))
      ->default_str("");
  verb.add_flag("--dry-run", args.dry_run, "Read and check everything, say what would be run, and stop");
}

void complete(Arguments& args, const CLI::App& verb) {
  SimulateRequest& request = args.request;
  request.plugin = args.plugin;
  request.parameters = args.parameters;
  request.basin_file = args.basins;
  request.out = args.out;
  request.dynamic_parameters = args.dynamic;
  request.states_in = args.states_in;
  request.states_out = args.states_out;
  if (!args.variables.empty()) {
    for (std::size_t from = 0; from <= args.variables.size();) {
      const std::size_t to = std::min(args.variables.find(',', from), args.variables.size());
      request.variables.push_back(args.variables.substr(from, to - from));
      from = to + 1;
    }
  }
  request.single_precision = args.precision == "float";
  request.forcing.source = args.forcing;
  request.forcing.first = day(args.start, "--start");
  request.forcing.last = day(args.end, "--end");
  if (verb.count("--latitude") > 0) request.forcing.latitude = args.latitude;
  if (verb.count("--elevation") > 0) request.forcing.elevation = args.elevation;
  for (const std::string& column : args.columns) {
    const std::size_t equals = column.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == column.size()) {
      throw InputError({.what = fmt::format("`--column {}` is not of the form VARIABLE=COLUMN", column)});
    }
    request.forcing.columns[column.substr(0, equals)] = column.substr(equals + 1);
  }
}

}  // namespace

void add_simulate(CLI::App& app, Context& context) {
  auto args = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand(
      "simulate", "Run a process model (HBV, GR4J, VIC, ...) on one basin or many; writes states and fluxes as CSV or NetCDF");
  verb->add_option("--model", args->request.model, "Process model (`freshet list models`); default: the plug-in's");
  verb->add_option("--plugin", args->plugin, "Plug-in with a model of your own");
  verb->add_option("--parameters", args->parameters, "YAML file of parameters, or CSV table with a row for each basin")
      ->required();
  verb->add_option("--out", args->out, "File to write: .csv (a row for each step) or .nc")->required();
  add_source_options(*verb, *args);
  add_run_options(*verb, *args);
  verb->callback([args, verb, &context] {
    complete(*args, *verb);
    const SimulateResult result = args->dry_run ? describe_simulation(args->request, context.observer)
                                                : simulate(args->request, context.observer, context.stop_flag());
    fmt::print("{}", result.text);
    std::fflush(stdout);
    if (!result.refused.empty()) throw InputError(result.refused);
  });
}

}  // namespace freshet::cli
