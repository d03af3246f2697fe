#include "freshet/workflow/trained_model.hpp"

#include <algorithm>

#include "freshet/core/records.hpp"
#include "freshet/models/weights.hpp"
#include "freshet/training/trainer.hpp"
#include "freshet/workflow/environment.hpp"
#include "freshet/workflow/training_session.hpp"

namespace freshet {
namespace {

/// The values of a record's column on another axis of the same step; NaN where the record has none.
std::vector<float> on_axis(const BasinView& view, const std::string& column, const TimeAxis& axis) {
  const ColumnView* found = view.find(column);
  if (found == nullptr) return {};
  std::vector<float> values(static_cast<std::size_t>(axis.size), kMissing);
  const std::int64_t offset = (axis.first.minutes - view.axis.first.minutes) / axis.step_minutes;
  for (std::int64_t t = 0; t < axis.size; ++t) {
    if (offset + t >= 0 && offset + t < view.axis.size) values[static_cast<std::size_t>(t)] = found->values[static_cast<std::size_t>(offset + t)];
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
    if (p.axis.step_minutes != axis.step_minutes) {
      throw InputError({.what = "the basins' time steps differ", .basin = p.basin, .expected = fmt::format("{} minutes", axis.step_minutes), .got = fmt::format("{}", p.axis.step_minutes)});
    }
    const Time last = std::max(axis.last(), p.axis.last());
    axis.first = std::min(axis.first, p.axis.first);
    axis.size = (last.minutes - axis.first.minutes) / axis.step_minutes + 1;
  }
  if (axis.size == 0) throw InputError({.what = "no basin has a record in the period asked for"});
  return axis;
}

std::string first_precipitation(const RunInputs& inputs, const BasinView& view) {
  for (const std::string& name : inputs.dataset->precipitation_names()) {
    if (view.find(name) != nullptr) return name;
  }
  return "";
}

}  // namespace

TrainedModel load_trained_model(const std::filesystem::path& run_folder, const std::vector<std::string>& overrides, const std::filesystem::path& weights) {
  use_one_thread_per_tensor_operation();
  const RunFolder folder = RunFolder::open(run_folder);
  TrainedModel trained{.folder = folder, .config = folder.load_config(overrides), .scaler = folder.load_scaler(), .model = nullptr};
  trained.model = make_model(trained.config);
  const auto file = weights.empty() ? Trainer::model_weights(folder.checkpoints()) : weights;
  if (!std::filesystem::exists(file)) {
    throw InputError({.what = "the run has no weights yet", .file = file.string(), .hint = "Let it finish an epoch: `freshet resume`."});
  }
  load_weights(*trained.model, "", read_tensor_file(file), file.string());
  return trained;
}

PredictionSet to_prediction_set(const std::vector<BasinPrediction>& predictions, const RunInputs& inputs, const RunConfig& config) {
  const std::size_t targets = config.data.target_variables.size();
  PredictionSet set{.axis = common_axis(predictions), .targets = config.data.target_variables, .units = std::vector<std::string>(targets), .basins = {}, .notes = {}};
  for (const BasinPrediction& prediction : predictions) {
    const BasinView view = inputs.views({prediction.basin}).front();
    BasinSeriesPair pair{.basin = prediction.basin, .gauge = inputs.dataset->gauge(prediction.basin), .observed = {}, .simulated = {}, .precipitation = {}};
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
    if (const std::string name = first_precipitation(inputs, view); !name.empty()) pair.precipitation = on_axis(view, name, set.axis);
    set.basins.push_back(std::move(pair));
  }
  set.notes = {{"source", "Freshet " + version()}, {"evaluation_mode", config.inference.evaluation_mode}, {"experiment", config.experiment.experiment_name},
               {"dataset", config.data.dataset},
               {"negative_predictions", config.inference.clip_targets_to_zero.empty()
                                            ? "kept"
                                            : fmt::format("set to zero for {}", fmt::join(config.inference.clip_targets_to_zero, ", "))}};
  return set;
}

std::vector<std::string> prediction_remarks(const std::vector<BasinPrediction>& predictions, const RunConfig& config) {
  std::int64_t clipped = 0, missing = 0, missing_basins = 0, short_basins = 0, longest = 0, values = 0;
  for (const BasinPrediction& p : predictions) {
    clipped += p.clipped;
    values += p.axis.size;
    missing += p.missing_input_days;
    missing_basins += p.missing_input_days > 0;
    short_basins += p.short_warmup > 0;
    longest = std::max(longest, p.short_warmup);
  }
  std::vector<std::string> remarks;
  if (!config.inference.clip_targets_to_zero.empty()) {
    remarks.push_back(fmt::format("{} of {} predicted values were negative and set to zero", clipped, values));
  } else {
    remarks.push_back("negative predictions are kept as they are");
  }
  if (missing > 0) remarks.push_back(fmt::format("{} days in {} basins have no prediction because inputs are missing there or in the warm-up before", missing, missing_basins));
  if (short_basins > 0) remarks.push_back(fmt::format("{} basins had a shorter warm-up than asked for, by up to {} steps, because their record begins later", short_basins, longest));
  return remarks;
}

}  // namespace freshet
