#pragma once

#include <memory>
#include <optional>

#include "freshet/data/windows.hpp"
#include "freshet/models/model.hpp"
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

/// The model of a configuration, freshly initialised.
std::shared_ptr<Model> make_model(const RunConfig& config);
bool replaces_missing(const RunConfig& config);
/// How a model of this configuration is run over periods.
PredictionRequest prediction_request(const RunConfig& config, const Scaler& scaler, std::vector<Period> periods);

/// Emits what the data lost on the way to samples: one note per cause.
void report_losses(const WindowPlan& plan, const TrainingSession& session, Observer& observer);

}  // namespace freshet
