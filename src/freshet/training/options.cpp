#include "freshet/training/options.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "freshet/metrics/registry.hpp"
#include "freshet/training/losses/registry.hpp"

namespace freshet {

const FieldTable<TrainingOptions>& training_fields() {
  using O = TrainingOptions;
  const char* g = "Training";
  const char* l = "Learning rate";
  const char* v = "Validation and stopping";
  static const FieldTable<O> table = {
      field(g, "loss", &O::loss, {.doc = "Training loss (`freshet list losses`).", .choices = loss_names()}),
      field(g, "optimizer", &O::optimizer, {.doc = "Optimiser.", .choices = {"Adam", "AdamW"}}),
      field(g, "weight_decay", &O::weight_decay,
            {.doc = "Weight decay: with Adam part of the gradient, with AdamW decoupled from it.", .min = 0}),
      field(g, "epochs", &O::epochs, {.doc = "Passes over all training target days.", .min = 1}),
      field(g, "batch_size", &O::batch_size, {.doc = "Samples per optimiser step.", .min = 1}),
      field(g, "shards", &O::shards,
            {.doc = "Parts each batch is cut into, which threads share out. Changes the bits of the result, as the number of "
                    "threads does not. Keep at least 16 samples in each.",
             .min = 1,
             .max = 4096}),
      field(g, "max_updates_per_epoch", &O::max_updates_per_epoch,
            {.doc = "Optimiser steps after which an epoch ends; none: when all samples were seen.", .min = 1}),
      field(g, "clip_gradient_norm", &O::clip_gradient_norm,
            {.doc = "A gradient whose norm over all weights is larger is scaled down to this; none: never.",
             .min = 0,
             .above_min = true}),
      field(
          g, "target_noise_std", &O::target_noise_std,
          {.doc = "Standard deviation of normal noise added to the standardised targets in training; none: no noise.", .min = 0}),
      field(
          g, "weight_average_decay", &O::weight_average_decay,
          {.doc = "Keep a moving average of the weights, of which each optimiser step retains this share, and validate, save and "
                  "use the average; none: the weights themselves. 0.99 averages over about 100 steps.",
           .min = 0,
           .max = 1,
           .above_min = true}),
      field(l, "learning_rate", &O::learning_rate,
            {.doc =
                 "A number, or a table {epoch: rate}, each rate from that epoch on. Epochs count from 1; 0 stands for the start.",
             .min = 0,
             .above_min = true}),
      field(l, "learning_rate_schedule", &O::learning_rate_schedule,
            {.doc = "table: as listed; cosine: from the first rate smoothly down; plateau: reduced when the validation score "
                    "(without validation: the loss) no longer improves.",
             .choices = {"table", "cosine", "plateau"}}),
      field(l, "final_learning_rate_fraction", &O::final_learning_rate_fraction,
            {.doc = "Fraction of the first rate that cosine ends at, and below which plateau does not reduce it.",
             .min = 0,
             .max = 1}),
      field(l, "patience_dynamic_learning_rate", &O::patience_dynamic_learning_rate,
            {.doc = "Validations (without validation: epochs) without improvement before plateau reduces the rate.", .min = 1}),
      field(l, "factor_dynamic_learning_rate", &O::factor_dynamic_learning_rate,
            {.doc = "Factor by which plateau reduces the rate.", .min = 0, .max = 1, .above_min = true}),
      field(v, "validate_every", &O::validate_every,
            {.doc =
                 "Validate after every so many epochs and keep the best weights; none: no validation, the last weights are kept.",
             .min = 1}),
      field(v, "validate_n_random_basins", &O::validate_n_random_basins,
            {.doc = "Number of basins to validate on, drawn once by the seed; 0: all.", .min = 0}),
      field(v, "validation_metric", &O::validation_metric,
            {.doc = "Metric whose median over basins is the validation score (`freshet list metrics`)."}),
      field(v, "early_stopping", &O::early_stopping,
            {.doc = "End training when the validation score no longer improves; needs validate_every. Models trained basin by "
                    "basin end each by itself, and without validation when the training loss no longer improves."}),
      field(v, "patience_early_stopping", &O::patience_early_stopping,
            {.doc = "Validations without improvement before early stopping.", .min = 1}),
      field(v, "minimum_improvement", &O::minimum_improvement,
            {.doc = "Change of the validation score (or of the loss) that counts as an improvement, for early stopping and the "
                    "plateau schedule of models trained basin by basin.",
             .min = 0}),
      field(v, "minimum_epochs_before_early_stopping", &O::minimum_epochs_before_early_stopping,
            {.doc = "Epochs that run before early stopping may act.", .min = 1}),
      field(v, "save_weights_every", &O::save_weights_every,
            {.doc = "Also keep the weights of every so many epochs, as checkpoints/epoch_NNN.safetensors; none: only the last "
                    "and the best.",
             .min = 1}),
  };
  return table;
}

namespace {

/// What only makes sense, or is only there, where one model is trained on all basins.
void check_per_basin(const TrainingOptions& options, const ConfigSource& source, std::vector<Problem>& problems) {
  const auto refuse = [&](bool is_set, const std::string& key) {
    if (is_set)
      problems.push_back(source.at_key(key, fmt::format("`{}` is not for models that are trained basin by basin", key)));
  };
  refuse(options.max_updates_per_epoch.has_value(), "max_updates_per_epoch");
  refuse(options.target_noise_std.has_value(), "target_noise_std");
  refuse(options.weight_average_decay.has_value(), "weight_average_decay");
  refuse(options.save_weights_every.has_value(), "save_weights_every");
  refuse(options.validate_n_random_basins > 0, "validate_n_random_basins");
}

}  // namespace

void check_training_options(const TrainingOptions& options, std::int64_t target_steps, bool has_validation_period, bool per_basin,
                            const ConfigSource& source, std::vector<Problem>& problems) {
  if (const std::int64_t fewest = find_loss(options.loss).fewest_days; target_steps < fewest) {
    Problem problem = source.at_key("predict_last_n", fmt::format("samples are too short for the loss {}", options.loss));
    problem.expected = fmt::format("at least {}", fewest);
    problem.got = std::to_string(target_steps);
    problems.push_back(problem);
  }
  if (options.validate_every && !has_validation_period) {
    problems.push_back(source.at_key("validate_every", "validation needs `validation_start_date` and `validation_end_date`"));
  }
  if (options.early_stopping && !options.validate_every && !per_basin) {
    problems.push_back(source.at_key("early_stopping", "early stopping needs `validate_every`"));
  }
  if (per_basin) check_per_basin(options, source, problems);
  if (options.learning_rate_schedule == "cosine" && options.learning_rate.size() > 1) {
    problems.push_back(source.at_key("learning_rate", "the cosine schedule takes one learning rate"));
  }
  try {
    find_metric(options.validation_metric);
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) {
      Problem at = source.at_key("validation_metric", problem.what);
      at.hint = problem.hint;
      problems.push_back(at);
    }
  }
}

std::int64_t steps_per_epoch(const TrainingOptions& options, std::int64_t samples) {
  const std::int64_t steps = (samples + options.batch_size - 1) / options.batch_size;
  return std::min(steps, options.max_updates_per_epoch.value_or(steps));
}

double scheduled_learning_rate(const TrainingOptions& options, std::int64_t epoch, double progress) {
  if (options.learning_rate_schedule == "cosine") {
    const double first = options.learning_rate.begin()->second;
    const double last = first * options.final_learning_rate_fraction;
    return last + 0.5 * (first - last) * (1.0 + std::cos(std::numbers::pi * progress));
  }
  double rate = options.learning_rate.begin()->second;
  for (const auto& [from, value] : options.learning_rate) {
    if (from <= epoch) rate = value;
  }
  return rate;
}

}  // namespace freshet
