#pragma once

#include <map>
#include <optional>
#include <string>

#include "freshet/config/fields.hpp"

namespace freshet {

/// How a model is trained. Names as in NeuralHydrology where the meaning is the same.
struct TrainingOptions {
  std::string loss = "NSE";
  std::string optimizer = "Adam";
  double weight_decay = 0;
  std::int64_t epochs = 30;
  std::int64_t batch_size = 256;
  std::int64_t shards = 2;
  std::optional<std::int64_t> max_updates_per_epoch;
  std::optional<double> clip_gradient_norm;
  std::optional<double> target_noise_std;
  std::optional<double> weight_average_decay;

  std::map<std::int64_t, double> learning_rate = {{0, 1e-3}};
  std::string learning_rate_schedule = "table";
  double final_learning_rate_fraction = 0.01;
  std::int64_t patience_dynamic_learning_rate = 5;
  double factor_dynamic_learning_rate = 0.5;

  std::optional<std::int64_t> validate_every;
  std::int64_t validate_n_random_basins = 0;
  std::string validation_metric = "nse";
  bool early_stopping = false;
  std::int64_t patience_early_stopping = 10;
  double minimum_improvement = 0;
  std::int64_t minimum_epochs_before_early_stopping = 1;
  std::optional<std::int64_t> save_weights_every;
};

const FieldTable<TrainingOptions>& training_fields();
/// `target_steps`: those of one sample. `per_basin`: the model is trained basin by basin.
void check_training_options(const TrainingOptions& options, std::int64_t target_steps, bool has_validation_period, bool per_basin,
                            const ConfigSource& source, std::vector<Problem>& problems);

/// Optimiser steps of an epoch with so many samples.
std::int64_t steps_per_epoch(const TrainingOptions& options, std::int64_t samples);

/// The learning rate of the schedule that is known beforehand: the table's entry for the (1-based) epoch, or the cosine at
/// `progress` in [0, 1] of the whole training, from the first rate down to final_learning_rate_fraction of it. The plateau
/// schedule's reductions come on top.
double scheduled_learning_rate(const TrainingOptions& options, std::int64_t epoch, double progress);

}  // namespace freshet
