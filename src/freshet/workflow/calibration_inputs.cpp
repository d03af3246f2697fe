#include "freshet/workflow/calibration_inputs.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include <xxhash.h>

#include "freshet/calibration/registry.hpp"
#include "freshet/core/step_range.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/workflow/process_model.hpp"
#include "freshet/workflow/run_inputs.hpp"
#include "freshet/workflow/simulate_parameter_checks.hpp"

namespace freshet {
namespace {

ForcingOptions forcing_options(const CalibrationConfig& config) {
  const CalibrationDataOptions& data = config.data;
  const std::int64_t warm_up = data.warmup_days * kMinutesPerDay;
  ForcingOptions options{.source = data.data_dir,
                         .dataset = data.dataset,
                         .products = data.forcings,
                         .area_source = data.area_source,
                         .cache_dir = cache_folder(data.cache_dir),
                         .basins = {},
                         .columns = data.columns,
                         .pet = data.pet_method,
                         .latitude = data.latitude,
                         .elevation = data.elevation,
                         .first = {},
                         .last = {},
                         .periods = {},
                         .uncovered_hint = {},
                         .discharge = true,
                         .threads = config.threads()};
  const auto add = [&](const Period& period) {
    const Period warmed{Time{period.first.minutes - warm_up}, period.last};
    options.first = options.first ? std::min(*options.first, warmed.first) : warmed.first;
    options.last = options.last ? std::max(*options.last, warmed.last) : warmed.last;
    options.periods.push_back(warmed);
  };
  add(config.train_period());
  if (const auto test = config.test_period()) add(*test);
  if (data.warmup_days > 0)
    options.uncovered_hint = fmt::format("`warmup_days` ({}) before the first day are needed too.", data.warmup_days);
  if (data.basin_file) {
    for (const ListedBasin& basin : read_basin_list(*data.basin_file)) options.basins.push_back(basin.id);
    std::ranges::sort(options.basins);
  }
  return options;
}

/// Name and place of the basins' gauges, where the source is a data set.
std::vector<Gauge> gauges_of(const CalibrationConfig& config, const ProcessForcing& forcing) {
  std::unique_ptr<Dataset> dataset;
  if (std::filesystem::is_directory(config.data.data_dir)) {
    const DatasetOptions options{.name = config.data.dataset,
                                 .data_dir = config.data.data_dir,
                                 .forcings = config.data.forcings,
                                 .area_source = config.data.area_source};
    dataset = config.data.dataset.empty() ? recognise_dataset(options) : open_dataset(options);
  }
  std::vector<Gauge> gauges;
  for (const BasinForcing& basin : forcing.basins) {
    Gauge gauge;
    if (dataset != nullptr) gauge = dataset->gauge(basin.id);
    if (std::isnan(gauge.latitude)) gauge.latitude = basin.latitude;
    if (std::isnan(gauge.area_km2)) gauge.area_km2 = basin.area_km2;
    gauges.push_back(gauge);
  }
  return gauges;
}

/// Moves the basins whose objective is not defined to `refused`.
void refuse_undefined(CalibrationInputs& inputs, const CalibrationConfig& config) {
  const WarmedUpPeriod period = warmed_up(config, inputs.forcing.axis, config.train_period());
  std::vector<BasinForcing> sound;
  for (BasinForcing& basin : inputs.forcing.basins) {
    try {
      calibration::BasinSeriesData data = basin_over(basin, inputs.forcing.axis, period);
      calibration::BasinObjective<double>(*inputs.objective, basin.id, period.axis, data.observed);
      inputs.train.basins.push_back(std::move(data));
      sound.push_back(std::move(basin));
    } catch (const InputError& error) {
      inputs.refused.insert(inputs.refused.end(), error.problems().begin(), error.problems().end());
    }
  }
  inputs.forcing.basins = std::move(sound);
  if (inputs.forcing.basins.empty()) throw InputError(inputs.refused);
}

std::uint64_t hash_of(const calibration::EvaluationSetup& setup) {
  std::uint64_t hash = 0;
  const auto add = [&hash](const std::vector<double>& values) {
    hash = XXH3_64bits_withSeed(values.data(), values.size() * sizeof(double), hash);
  };
  for (const auto& basin : setup.basins) {
    hash = XXH3_64bits_withSeed(basin.id.data(), basin.id.size(), hash);
    for (const auto& series : basin.forcing) add(series);
    add(basin.observed);
  }
  return hash;
}

/// The model's settings and unit hydrographs must go with the data's time step. Hydrographs are longest at one end of the ranges.
void check_time_step(const CalibrationInputs& inputs) {
  const TimeAxis& axis = inputs.forcing.axis;
  inputs.model->divide(axis.step_days(), inputs.train.substeps_per_day);
  for (const double end : {0.0, 1.0}) {
    const std::vector<double> values = inputs.space->values(std::vector<double>(inputs.space->dimensions(), end));
    const std::size_t of_model = inputs.space->model_parameters();
    try {
      check_hydrographs(*inputs.model, inputs.routing, std::span(values).first(of_model), std::span(values).subspan(of_model),
                        axis.step_minutes);
    } catch (const InputError& error) {
      Problem problem = error.problems().front();
      problem.got += fmt::format(" at the {} end of the ranges", end == 0 ? "lower" : "upper");
      problem.hint = "Its number of steps is fixed: narrow `parameter_ranges` to less delay, or calibrate on daily data.";
      throw InputError(std::move(problem));
    }
  }
}

std::unique_ptr<calibration::ParameterSpace> space_of(const CalibrationConfig& config, const kernels::Model& model,
                                                      const kernels::Routing* routing) {
  try {
    return std::make_unique<calibration::ParameterSpace>(model, routing, config.process.parameter_ranges);
  } catch (const InputError& error) {
    std::vector<Problem> problems = error.problems();
    for (Problem& problem : problems) {
      problem.file = config.ranges_place.file;
      problem.line = config.ranges_place.line;
    }
    throw InputError(std::move(problems));
  }
}

/// Remarks on settings that are allowed and hardly meant.
void warn_of_settings(const CalibrationConfig& config, const calibration::ParameterSpace& space, Observer& observer) {
  const Period train = config.train_period();
  if (const auto test = config.test_period(); test && test->first <= train.last && train.first <= test->last)
    observer.warn(seen_days_warning(*test, train, "all"));
  const std::int64_t first_round = calibration::initial_evaluations(config.search, space.dimensions());
  if (config.search.max_evaluations >= first_round) return;
  observer.warn(
      fmt::format("`max_evaluations` ({}) is less than the {} points that {} begins with: nothing is searched for, the best "
                  "of a random sample is taken",
                  config.search.max_evaluations, first_round, config.search.method));
}

/// Gradient methods need an objective with derivatives.
void check_method(const CalibrationConfig& config, const calibration::Objective& objective) {
  const auto method = std::ranges::find(calibration::search_methods(), config.search.method, &calibration::SearchMethod::name);
  if (!method->wants_gradients || objective.differentiable()) return;
  std::vector<std::string> names;
  for (const auto& metric : calibration::moment_metrics()) names.emplace_back(metric.name);
  throw InputError(
      {.what = fmt::format("the objective `{}` has no derivatives, which `{}` needs", objective.text(), method->name),
       .expected = fmt::format("one of {}, log_nse, sqrt_nse", fmt::join(names, ", ")),
       .hint = "Or choose a `calibration_method` without gradients."});
}

/// What can be compared of a process model: its states and fluxes, as `freshet simulate` names them.
std::vector<NamedUnit> comparable(const kernels::Model& model) {
  std::vector<NamedUnit> known;
  for (const auto& list : {model.states(), model.fluxes()}) {
    for (const auto& variable : list) known.push_back({std::string(variable.name), std::string(variable.unit)});
  }
  return known;
}

}  // namespace

std::vector<std::string> CalibrationInputs::basin_ids() const {
  std::vector<std::string> ids;
  for (const BasinForcing& basin : forcing.basins) ids.push_back(basin.id);
  return ids;
}

WarmedUpPeriod warmed_up(const CalibrationConfig& config, const TimeAxis& record, const Period& period) {
  WarmedUpPeriod result;
  result.warm_up = config.data.warmup_days * kMinutesPerDay / record.step_minutes;
  const StepRange days = steps_within(record, period);
  result.axis = {record.at(days.first - result.warm_up), record.step_minutes, days.size() + result.warm_up};
  return result;
}

calibration::BasinSeriesData basin_over(const BasinForcing& basin, const TimeAxis& record, const WarmedUpPeriod& period) {
  const auto first = static_cast<std::ptrdiff_t>(*record.index_of(period.axis.first));
  const auto slice = [&](const std::vector<double>& values) {
    return std::vector<double>(values.begin() + first, values.begin() + first + period.axis.size);
  };
  calibration::BasinSeriesData data{.id = basin.id, .forcing = {}, .observed = {}};
  for (const auto& series : basin.variables) data.forcing.push_back(slice(series));
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  data.observed =
      basin.observed.empty() ? std::vector<double>(static_cast<std::size_t>(period.axis.size), kNaN) : slice(basin.observed);
  std::fill_n(data.observed.begin(), period.warm_up, kNaN);
  return data;
}

CalibrationInputs open_calibration_inputs(const CalibrationConfig& config, Observer& observer) {
  CalibrationInputs inputs;
  inputs.model = &open_process_model(config.process.model, config.process.plugin.value_or(""));
  if (config.process.routing != "none") inputs.routing = &kernels::find_routing(config.process.routing);
  inputs.space = space_of(config, *inputs.model, inputs.routing);
  inputs.objective = std::make_unique<calibration::Objective>(config.objective);
  check_method(config, *inputs.objective);
  warn_of_settings(config, *inputs.space, observer);
  inputs.train.substeps_per_day = settings_of(*inputs.model, config.process.settings);
  inputs.forcing = read_process_forcing(forcing_options(config), forcing_needs(*inputs.model), observer);
  check_state_names(config.states, comparable(*inputs.model), config.process.model);
  check_time_step(inputs);
  inputs.refused = std::move(inputs.forcing.refused);
  refuse_undefined(inputs, config);
  inputs.gauges = gauges_of(config, inputs.forcing);
  inputs.observed_states = read_state_observations(config.states, inputs.basin_ids(), inputs.forcing.axis, config.threads());
  inputs.train.model = inputs.model;
  inputs.train.routing = inputs.routing;
  inputs.train.space = inputs.space.get();
  inputs.train.objective = inputs.objective.get();
  inputs.train.axis = warmed_up(config, inputs.forcing.axis, config.train_period()).axis;
  inputs.train.precision = config.process.precision;
  inputs.train.threads = config.threads();
  inputs.data_hash = hash_of(inputs.train);
  return inputs;
}

}  // namespace freshet
