#include "freshet/workflow/trained_model.hpp"

#include <algorithm>
#include <cmath>

#include "freshet/core/records.hpp"
#include "freshet/data/forcing_names.hpp"
#include "freshet/models/weights.hpp"
#include "freshet/training/trainer.hpp"
#include "freshet/workflow/crossval_folder.hpp"
#include "freshet/workflow/environment.hpp"
#include "freshet/workflow/training_session.hpp"

namespace freshet {
namespace {

constexpr const char* kRate = "mm/day";

/// The values of a record's column on another axis of the same step; NaN where the record has none.
std::vector<float> on_axis(const BasinView& view, const std::string& column, const TimeAxis& axis) {
  const ColumnView* found = view.find(column);
  if (found == nullptr) return {};
  std::vector<float> values(static_cast<std::size_t>(axis.size), kMissing);
  const std::int64_t offset = (axis.first.minutes - view.axis.first.minutes) / axis.step_minutes;
  for (std::int64_t t = 0; t < axis.size; ++t) {
    if (offset + t >= 0 && offset + t < view.axis.size)
      values[static_cast<std::size_t>(t)] = found->values[static_cast<std::size_t>(offset + t)];
  }
  return values;
}

TimeAxis common_axis(const std::vector<BasinPrediction>& predictions) {
  TimeAxis axis{.size = 0};
  for (const BasinPrediction& p : predictions) {
    if (p.axis.size == 0) continue;
    if (axis.size == 0) {
      axis = p.axis;
      continue;
    }
    const Time last = std::max(axis.last(), p.axis.last());
    axis.first = std::min(axis.first, p.axis.first);
    axis.size = (last.minutes - axis.first.minutes) / axis.step_minutes + 1;
  }
  if (axis.size == 0) throw InternalError("there is nothing to write: no prediction");
  return axis;
}

/// What the values of a column are multiplied with to be mm/day, in which daily ones are where the source declares no unit;
/// nothing for another or an unknown unit.
std::optional<double> factor_to_rate(const ColumnLabel& column, const TimeAxis& axis) {
  const std::string unit = declared_unit(column);
  if (unit.empty()) return axis.step_minutes == kMinutesPerDay ? std::optional(1.0) : std::nullopt;
  const auto conversion = convert_unit(unit, axis.step_days(), std::nan(""));
  return conversion && conversion->to == kRate ? std::optional(conversion->factor) : std::nullopt;
}

/// Puts the first precipitation that a basin has beside its predictions, in mm/day.
void add_precipitation(const RunInputs& inputs, const BasinView& view, PredictionSet& set, BasinSeriesPair& pair) {
  for (const std::string& name : inputs.dataset->precipitation_names()) {
    const ColumnView* column = view.find(name);
    if (column == nullptr) continue;
    pair.precipitation = on_axis(view, name, set.axis);
    const auto factor = factor_to_rate({name, column->unit}, set.axis);
    if (!factor) set.precipitation_unit = declared_unit({name, column->unit});
    if (factor && *factor != 1) {
      for (float& value : pair.precipitation) value = static_cast<float>(*factor * static_cast<double>(value));
    }
    return;
  }
}

}  // namespace

void check_same_model(const RunConfig& stored, const RunConfig& config, const std::filesystem::path& file) {
  std::vector<Problem> problems;
  const auto compare = [&](const char* key, const std::string& then, const std::string& now) {
    if (then == now) return;
    problems.push_back({.what = fmt::format("`{}` is part of the trained model and cannot be changed", key),
                        .file = file.string(),
                        .expected = then.empty() ? "none" : then,
                        .got = now.empty() ? "none" : now});
  };
  const auto list = [](const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); };
  compare("dynamic_inputs", list(stored.data.dynamic_inputs), list(config.data.dynamic_inputs));
  compare("static_attributes", list(stored.data.static_attributes), list(config.data.static_attributes));
  compare("target_variables", list(stored.data.target_variables), list(config.data.target_variables));
  compare("nan_handling_method", stored.data.nan_handling_method, config.data.nan_handling_method);
  compare("model", stored.model.model, config.model.model);
  compare("head", stored.model.head, config.model.head);
  compare("hidden_size", std::to_string(stored.model.hidden_size), std::to_string(config.model.hidden_size));
  compare("output_activation", stored.model.output_activation, config.model.output_activation);
  if (find_model_kind(config.model.model).process || find_model_kind(config.model.model).per_basin) {
    const ModelOptions &then = stored.model, &now = config.model;
    compare("network", then.network, now.network);
    compare("network_filters", std::to_string(then.network_filters), std::to_string(now.network_filters));
    compare("network_kernel", std::to_string(then.network_kernel), std::to_string(now.network_kernel));
    compare("network_input_scaling", then.network_input_scaling, now.network_input_scaling);
    compare("process_model", then.process.process_model, now.process.process_model);
    compare("routing", then.process.routing, now.process.routing);
    compare("process_discharge", list(then.process.process_discharge), list(now.process.process_discharge));
    compare("parameter_transform", then.process.parameter_transform, now.process.parameter_transform);
    compare("pet_method", stored.data.pet_method, config.data.pet_method);
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

TrainedModel load_trained_model(const std::filesystem::path& run_folder, const std::vector<std::string>& overrides,
                                const std::filesystem::path& weights) {
  use_one_thread_per_tensor_operation();
  const RunFolder folder = RunFolder::open(run_folder);
  if (is_crossval(run_folder)) {
    throw InputError({.what = "a cross-validation has a model for each fold, and none of its own",
                      .file = run_folder.string(),
                      .hint = "Name one of its folds, e.g. fold_1."});
  }
  TrainedModel trained{
      .folder = folder, .config = folder.load_config(overrides), .scaler = folder.load_scaler(), .model = nullptr};
  check_same_model(load_stored_config(folder.config()), trained.config, folder.config());
  trained.model = make_model(trained.config, trained.scaler);
  const auto file = weights.empty() ? TrainingLoop::model_weights(folder.checkpoints()) : weights;
  if (!std::filesystem::exists(file)) {
    if (!weights.empty()) throw InputError({.what = "the file of weights does not exist", .file = file.string()});
    throw InputError(
        {.what = "the run has no weights yet", .file = file.string(), .hint = "Let it finish an epoch: `freshet resume`."});
  }
  load_weights(*trained.model, "", read_tensor_file(file), file.string());
  return trained;
}

PredictionSet to_prediction_set(const std::vector<BasinPrediction>& predictions, const RunInputs& inputs,
                                const RunConfig& config) {
  const std::size_t targets = config.data.target_variables.size();
  PredictionSet set{.axis = common_axis(predictions),
                    .targets = config.data.target_variables,
                    .units = std::vector<std::string>(targets),
                    .basins = {},
                    .notes = {}};
  for (const BasinPrediction& prediction : predictions) {
    const BasinView view = inputs.views({prediction.basin}).front();
    BasinSeriesPair pair{.basin = prediction.basin,
                         .gauge = inputs.dataset->gauge(prediction.basin),
                         .observed = {},
                         .simulated = {},
                         .precipitation = {}};
    if (std::isnan(pair.gauge.area_km2)) pair.gauge.area_km2 = view.area_km2;
    const std::int64_t offset = (prediction.axis.first.minutes - set.axis.first.minutes) / set.axis.step_minutes;
    for (std::size_t k = 0; k < targets; ++k) {
      pair.observed.push_back(on_axis(view, set.targets[k], set.axis));
      if (const ColumnView* column = view.find(set.targets[k])) set.units[k] = column->unit;
      std::vector<float> simulated(static_cast<std::size_t>(set.axis.size), kMissing);
      for (std::int64_t t = 0; t < prediction.axis.size; ++t) {
        simulated[static_cast<std::size_t>(offset + t)] = prediction.simulated[static_cast<std::size_t>(t) * targets + k];
      }
      pair.simulated.push_back(std::move(simulated));
    }
    add_precipitation(inputs, view, set, pair);
    set.basins.push_back(std::move(pair));
  }
  const std::vector<std::string> discharge = inputs.dataset->target_names();
  for (std::size_t k = 0; k < targets; ++k) {
    if (set.units[k].empty() && std::ranges::find(discharge, set.targets[k]) != discharge.end())
      set.units[k] = factor_to_rate({set.targets[k], ""}, set.axis) == 1.0 ? kRate : declared_unit({set.targets[k], ""});
  }
  set.notes = {
      {"source", "Freshet " + version()},
      {"evaluation_mode", config.inference.evaluation_mode},
      {"experiment", config.experiment.experiment_name},
      {"dataset", config.data.dataset},
      {"negative_predictions", config.inference.clip_targets_to_zero.empty()
                                   ? "kept"
                                   : fmt::format("set to zero for {}", fmt::join(config.inference.clip_targets_to_zero, ", "))}};
  return set;
}

void add_model_states(PredictionSet& set, const std::vector<BasinPrediction>& predictions, const Model& model) {
  if (std::ranges::all_of(predictions, [](const BasinPrediction& p) { return p.series.empty(); })) return;
  const std::vector<ModelSeries> states = model.series();
  for (const ModelSeries& state : states) set.states.push_back({.name = state.name, .unit = state.unit});
  for (std::size_t b = 0; b < predictions.size(); ++b) {
    const BasinPrediction& prediction = predictions[b];
    const std::int64_t offset = (prediction.axis.first.minutes - set.axis.first.minutes) / set.axis.step_minutes;
    for (std::size_t s = 0; s < states.size(); ++s) {
      std::vector<float> values(static_cast<std::size_t>(set.axis.size), kMissing);
      if (s < prediction.series.size()) std::ranges::copy(prediction.series[s], values.begin() + offset);
      set.basins[b].states.push_back(std::move(values));
    }
  }
}

std::vector<std::string> prediction_remarks(const std::vector<BasinPrediction>& predictions, const RunConfig& config) {
  std::int64_t clipped = 0, missing = 0, missing_basins = 0, outside = 0, outside_basins = 0, short_basins = 0, longest = 0,
               values = 0;
  for (const BasinPrediction& p : predictions) {
    clipped += p.clipped;
    values += p.clippable;
    missing += p.missing_input_days;
    missing_basins += p.missing_input_days > 0;
    outside = std::max(outside, p.outside_record);
    outside_basins += p.outside_record > 0;
    short_basins += p.short_warmup > 0;
    longest = std::max(longest, p.short_warmup);
  }
  std::vector<std::string> remarks;
  if (!config.inference.clip_targets_to_zero.empty()) {
    remarks.push_back(fmt::format("{} of {} predicted values were negative and set to zero", clipped, values));
  } else {
    remarks.push_back("negative predictions are kept as they are");
  }
  if (outside > 0)
    remarks.push_back(
        fmt::format("{} basins have no prediction for up to {} days of the period because these lie outside their record",
                    outside_basins, outside));
  if (missing > 0)
    remarks.push_back(fmt::format(
        "{} days in {} basins have no prediction because inputs are missing there or in the days the model needs before", missing,
        missing_basins));
  if (short_basins > 0)
    remarks.push_back(
        fmt::format("{} basins had a shorter warm-up than asked for, by up to {} steps, because their record begins later",
                    short_basins, longest));
  return remarks;
}

}  // namespace freshet
