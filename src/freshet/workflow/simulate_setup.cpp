#include "freshet/workflow/simulate_setup.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/core/error.hpp"
#include "freshet/data/options.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/kernels/ledger.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/workflow/process_model.hpp"
#include "freshet/workflow/run_inputs.hpp"
#include "freshet/workflow/simulate_parameter_checks.hpp"

namespace freshet {
namespace {

using kernels::Series;

kernels::Backend find_backend(const std::string& name) {
  if (name == "best") return kernels::Backend::kBest;
  std::vector<std::string> names = {"best"};
  for (const kernels::Backend backend : kernels::available_backends()) {
    if (kernels::name(backend) == name) return backend;
    names.emplace_back(kernels::name(backend));
  }
  throw InputError({.what = fmt::format("there is no backend `{}` on this processor", name),
                    .expected = fmt::format("one of {}", fmt::join(names, ", ")),
                    .hint = did_you_mean(name, names)});
}

/// Every series a model has, as the output names it.
std::vector<OutputSeries> all_outputs(const kernels::Model& model, const kernels::Routing* routing) {
  std::vector<OutputSeries> all;
  const auto add = [&](const auto& row, Series series) {
    all.push_back({{std::string(row.name), std::string(row.unit), std::string(row.meaning)}, series});
  };
  const bool has_own = model.find_flux("discharge") || model.find_state("discharge");
  if (!has_own) all.push_back({{"discharge", "mm/day", "runoff, before routing"}, {Series::Kind::kFlux, model.runoff()}});
  if (routing != nullptr) all.push_back({{"discharge_routed", "mm/day", "runoff after routing"}, {}});
  for (std::size_t i = 0; i < model.states().size(); ++i) add(model.states()[i], {Series::Kind::kState, i});
  for (std::size_t i = 0; i < model.fluxes().size(); ++i) add(model.fluxes()[i], {Series::Kind::kFlux, i});
  for (std::int32_t i = 0; i < model.table().delay_count; ++i) {
    const kernels::DelayRow& delay = model.table().delays[i];
    all.push_back({{delay.name, "mm/day", fmt::format("{} after its unit hydrograph", delay.flux)},
                   {Series::Kind::kDelayed, static_cast<std::size_t>(i)}});
  }
  return all;
}

std::vector<OutputSeries> choose_outputs(const std::vector<std::string>& wanted, const kernels::Model& model,
                                         const kernels::Routing* routing) {
  std::vector<OutputSeries> all = all_outputs(model, routing);
  if (wanted.empty()) return all;
  for (std::size_t i = 0; i < model.forcings().size(); ++i) {
    const auto& row = model.forcings()[i];
    all.push_back({.column = {std::string(row.name), std::string(row.unit), std::string(row.meaning)}, .forcing = i});
  }
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const OutputSeries& output : all) names.push_back(output.column.name);
  std::vector<OutputSeries> chosen;
  std::vector<Problem> problems;
  for (const std::string& name : wanted) {
    const auto found = std::ranges::find(names, name);
    if (name.empty()) {
      problems.push_back({.what = "the name of a variable is empty", .expected = "--variables NAME,NAME"});
    } else if (std::ranges::count(wanted, name) > 1) {
      problems.push_back({.what = fmt::format("the variable `{}` is asked for twice", name)});
    } else if (found != names.end()) {
      chosen.push_back(all[static_cast<std::size_t>(found - names.begin())]);
    } else if (name == "discharge_routed") {
      problems.push_back({.what = "there is no routed discharge without a routing",
                          .hint = "Give `routing: {method: ...}` in the parameter file; `freshet list routings` names them."});
    } else {
      std::string hint = did_you_mean(name, names);
      if (hint.empty()) hint = fmt::format("`freshet list models --verbose` names them.");
      problems.push_back(
          {.what = fmt::format("{} has no state, flux or forcing `{}`", model.name(), name), .hint = std::move(hint)});
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return chosen;
}

/// Which basins to read: those of the list, else those of the parameters, else all.
std::vector<std::string> wanted_basins(const SimulateRequest& request, const ParameterFile& parameters) {
  std::vector<std::string> ids = request.forcing.basins;
  if (!request.basin_file.empty()) {
    for (const ListedBasin& basin : read_basin_list(request.basin_file)) ids.push_back(basin.id);
  }
  if (ids.empty() && !parameters.sets.contains("")) {
    for (const auto& [id, values] : parameters.sets) ids.push_back(id);
  }
  return ids;
}

ForcingOptions forcing_options(const SimulateRequest& request, const ParameterFile& parameters,
                               const std::optional<ProcessStates>& start) {
  ForcingOptions options = request.forcing;
  options.basins = wanted_basins(request, parameters);
  options.basins_if_named = request.basin_file.empty();
  options.threads = request.threads;
  options.cache_dir = cache_folder({});
  if (!start) return options;
  if (!options.first) options.first = start->next;
  if (*options.first != start->next) {
    throw InputError({.what = "the simulation does not go on where the states are",
                      .file = request.states_in.string(),
                      .expected = fmt::format("--start {}", to_string(start->next)),
                      .got = to_string(*options.first)});
  }
  return options;
}

/// @throws InputError for a basin that has none
const ParameterValues& values_of(const SimulationSetup& setup, const std::string& basin) {
  // A forcing file that names no basin, and one row: they belong together, whatever the file is called.
  const bool are_one = !setup.forcing.names_basins && setup.parameters.sets.size() == 1;
  return are_one ? setup.parameters.sets.begin()->second : setup.parameters.of(basin);
}

/// Takes basins out of the forcing that have no parameters or states, or whose unit hydrographs are cut.
void refuse_unmatched(SimulationSetup& setup, const SimulateRequest& request) {
  ProcessForcing& forcing = setup.forcing;
  std::erase_if(forcing.basins, [&](const BasinForcing& basin) {
    try {
      const ParameterValues& values = values_of(setup, basin.id);
      check_hydrographs(*setup.model, setup.routing(), values.parameters, values.routing, forcing.axis.step_minutes);
    } catch (const InputError& error) {
      for (Problem problem : error.problems()) {
        problem.file = setup.parameters.path.string();
        problem.basin = basin.id;
        forcing.refused.push_back(std::move(problem));
      }
      return true;
    }
    if (!setup.start || setup.start->basins.contains(basin.id)) return false;
    forcing.refused.push_back(
        {.what = "the state file has no state of the basin", .file = request.states_in.string(), .basin = basin.id});
    return true;
  });
  if (forcing.basins.empty()) throw InputError(forcing.refused);
}

void check_start(const SimulationSetup& setup, const SimulateRequest& request) {
  if (!setup.start) return;
  if (setup.start->step_minutes != setup.forcing.axis.step_minutes) {
    throw InputError({.what = "the states are of another time step",
                      .file = request.states_in.string(),
                      .expected = fmt::format("{} minutes", setup.forcing.axis.step_minutes),
                      .got = fmt::format("{} minutes", setup.start->step_minutes)});
  }
  for (const auto& [basin, values] : setup.parameters.sets) {
    if (values.initial_states.empty()) continue;
    throw InputError({.what = "states to start from are given twice",
                      .file = setup.parameters.path.string(),
                      .got = request.states_in.string(),
                      .hint = "Leave out `initial_states`, or --initial."});
  }
}

/// Of a path as it is where the system knows no other, as of a pipe.
std::filesystem::path true_path(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path found = std::filesystem::weakly_canonical(path, error);
  return error ? path : found;
}

/// Outputs that cannot be written, or would be written over each other or the input, are found before the run.
void check_paths(const SimulateRequest& request) {
  std::vector<std::pair<const char*, std::filesystem::path>> files = {{"--parameters", request.parameters},
                                                                      {"--forcing", request.forcing.source},
                                                                      {"--basins", request.basin_file},
                                                                      {"--dynamic-parameters", request.dynamic_parameters},
                                                                      {"--initial", request.states_in}};
  const auto add_output = [&](const char* option, const std::filesystem::path& path) {
    if (path.empty()) return;
    for (const auto& [other, used] : files) {
      if (used.empty() || true_path(used) != true_path(path)) continue;
      throw InputError({.what = fmt::format("{} and {} are the same file", other, option), .file = path.string()});
    }
    files.emplace_back(option, path);
  };
  check_output_path(request.out);
  add_output("--out", request.out);
  add_output("--states-out", request.states_out);
  if (!request.states_out.empty()) check_writable(request.states_out);
}

}  // namespace

SimulationSetup set_up_simulation(const SimulateRequest& request, Observer& observer) {
  check_paths(request);
  SimulationSetup setup;
  setup.model = &open_process_model(request.model, request.plugin);
  const kernels::Model& model = *setup.model;
  setup.options.model = &model;
  setup.options.backend = find_backend(request.backend);
  setup.options.threads = request.threads;

  std::optional<DynamicParameterFile> dynamic;
  if (!request.dynamic_parameters.empty()) dynamic.emplace(request.dynamic_parameters, model);
  setup.parameters = read_parameter_file(request.parameters, model,
                                         {.routing = request.routing,
                                          .static_elsewhere = dynamic ? dynamic->names() : std::vector<std::string>(),
                                          .allow_out_of_range = request.allow_out_of_range});
  for (const std::string& remark : setup.parameters.remarks) observer.warn(remark);
  setup.options.routing = setup.routing();
  setup.options.substeps_per_day = setup.parameters.substeps_per_day;
  setup.outputs = choose_outputs(request.variables, model, setup.routing());
  if (!request.states_in.empty())
    setup.start = read_process_states(request.states_in, model, setup.routing(), request.single_precision);

  setup.forcing = read_process_forcing(forcing_options(request, setup.parameters, setup.start), forcing_needs(model), observer);
  setup.options.steps = static_cast<std::size_t>(setup.forcing.axis.size);
  setup.options.dt = setup.forcing.axis.step_days();
  model.divide(setup.options.dt, setup.options.substeps_per_day);  // settings that do not fit are an error now
  check_start(setup, request);
  refuse_unmatched(setup, request);
  if (dynamic) setup.dynamic = dynamic->read(setup.forcing, request.allow_out_of_range, observer);
  for (const BasinForcing& basin : setup.forcing.basins) setup.values.push_back(&values_of(setup, basin.id));

  const auto want = [&](Series series) {
    if (std::ranges::find(setup.options.wanted, series) == setup.options.wanted.end()) setup.options.wanted.push_back(series);
  };
  for (const OutputSeries& output : setup.outputs) {
    if (!output.forcing) want(output.series);
  }
  if (request.ledger) {
    for (const Series series : kernels::ledger_series(model, setup.routing())) want(series);
  }
  return setup;
}

}  // namespace freshet
