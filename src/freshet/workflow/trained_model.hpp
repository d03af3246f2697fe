#pragma once

#include <memory>

#include "freshet/evaluation/prediction_set.hpp"
#include "freshet/inference/predict.hpp"
#include "freshet/models/model.hpp"
#include "freshet/workflow/run_folder.hpp"
#include "freshet/workflow/run_inputs.hpp"

namespace freshet {

/// A model as a run folder holds it: configuration, scaling, the weights to use.
struct TrainedModel {
  RunFolder folder;
  RunConfig config;
  Scaler scaler;
  std::shared_ptr<Model> model;
};

/// `weights`: a file in the run's checkpoints other than the best (or last) weights; empty: those.
TrainedModel load_trained_model(const std::filesystem::path& run_folder, const std::vector<std::string>& overrides,
                                const std::filesystem::path& weights = {});

/// InputError if `config` changes what the weights of a run configured by `stored` (in `file`) were made for.
void check_same_model(const RunConfig& stored, const RunConfig& config, const std::filesystem::path& file);

/// Predictions with what belongs beside them: observations where the data set has them, precipitation, gauges.
PredictionSet to_prediction_set(const std::vector<BasinPrediction>& predictions, const RunInputs& inputs,
                                const RunConfig& config);

/// Puts the states of the model's inside, which stateful runs give, into the set of such predictions.
void add_model_states(PredictionSet& set, const std::vector<BasinPrediction>& predictions, const Model& model);

/// Sums of what happened on the way to a prediction, in words for notes: clipped values, missing inputs, short warm-ups.
std::vector<std::string> prediction_remarks(const std::vector<BasinPrediction>& predictions, const RunConfig& config);

}  // namespace freshet
