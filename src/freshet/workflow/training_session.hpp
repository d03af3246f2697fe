#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "freshet/data/windows.hpp"
#include "freshet/models/model.hpp"
#include "freshet/training/training_loop.hpp"
#include "freshet/training/validation.hpp"
#include "freshet/workflow/run_inputs.hpp"

namespace freshet {

/// A configuration turned into the things that train: prepared data, windows, model, validation.
struct TrainingSession {
  RunInputs inputs;
  Scaler scaler;
  PreparedData data;
  WindowOptions windows;
  std::vector<Period> periods;
  std::shared_ptr<Model> model;
  std::unique_ptr<Validator> validator;  ///< null without validation
};

/// `base_scaler`: standardise inputs and targets as another run did, instead of fitting to this one's training data.
TrainingSession open_training_session(const RunConfig& config, bool verify_cache, const Scaler* base_scaler, Observer& observer);

/// The model of a configuration, freshly initialised. The scaler knows the training basins.
std::shared_ptr<Model> make_model(const RunConfig& config, const Scaler& scaler);
/// The training loop of the session's model.
std::unique_ptr<TrainingLoop> make_training_loop(const TrainingSession& session, const RunConfig& config,
                                                 TrainingSettings settings, Observer& observer, const std::atomic<bool>& stop);
bool replaces_missing(const RunConfig& config);
/// The basins of `views` as the model sees them, with the forcing of its process model if it has one.
/// @param periods  that will be run
/// @param warm_up  steps before each
/// @throws InputError also for basins without a model of their own, where each basin has one
PreparedData prepare_run(const RunConfig& config, const Scaler& scaler, const RunInputs& inputs,
                         const std::vector<BasinView>& views, const std::vector<Period>& periods, std::int64_t warm_up,
                         Observer& observer);
/// How a model of this configuration is run over periods.
PredictionRequest prediction_request(const RunConfig& config, std::vector<Period> periods);

/// Emits what the data lost on the way to samples: one note per cause.
void report_losses(const WindowPlan& plan, const TrainingSession& session, Observer& observer);

}  // namespace freshet
