#include "freshet/training/trainer.hpp"

#include <chrono>
#include <cmath>

#include "freshet/core/error.hpp"
#include "freshet/training/losses/registry.hpp"

namespace freshet {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Any loss is lower than none.
bool is_lower(double loss, double lowest) {
  return std::isnan(lowest) || loss < lowest;
}

}  // namespace

Trainer::Trainer(Model& model, const PreparedData& data, const Validator* validator, TrainingSettings settings,
                 Observer& observer, const std::atomic<bool>& stop)
    : model_(model),
      validator_(validator),
      settings_(std::move(settings)),
      observer_(observer),
      stop_(stop),
      planner_(data, settings_.periods, settings_.windows),
      step_(model, data, settings_.windows,
            {.loss = settings_.options.loss,
             .shards = settings_.options.shards,
             .target_noise_std = settings_.options.target_noise_std.value_or(0),
             .seed = settings_.seed,
             .threads = settings_.threads}),
      optimizer_(model, settings_.options) {
  if (settings_.options.weight_average_decay) average_.emplace(model, *settings_.options.weight_average_decay);
}

void Trainer::restore(const Checkpoint& checkpoint, const std::string& source) {
  if (average_) {
    load_weights(model_, "average.", checkpoint.tensors, source);
    average_->restart();
  }
  load_weights(model_, "model.", checkpoint.tensors, source);
  optimizer_.load(checkpoint.tensors, source);
  for (const auto& [name, tensor] : checkpoint.tensors.tensors) {
    if (name.starts_with("best.")) best_.tensors[name] = tensor;
  }
  progress_ = checkpoint.progress;
}

std::string Trainer::run() {
  if (progress_.epoch == 1 && progress_.step == 0) save_last();  // so that a run killed in its first epoch can go on
  while (!progress_.finished) run_epoch();
  if (!best_.tensors.empty()) {
    load_weights(model_, "best.", best_, "best weights");
  } else if (average_) {
    average_->swap();
  }
  return stop_early() ? "early stopping" : "finished";
}

std::int64_t Trainer::steps_in(const WindowPlan& plan) const {
  return steps_per_epoch(settings_.options, static_cast<std::int64_t>(plan.windows.size()));
}

double Trainer::learning_rate(std::int64_t steps) const {
  const double done = static_cast<double>(progress_.epoch - 1) + static_cast<double>(progress_.step) / static_cast<double>(steps);
  const double progress = done / static_cast<double>(settings_.options.epochs);
  return scheduled_learning_rate(settings_.options, progress_.epoch, progress) * progress_.plateau_factor;
}

void Trainer::run_epoch() {
  const auto start = std::chrono::steady_clock::now();
  const WindowPlan plan = planner_.shuffled(settings_.seed, progress_.epoch);
  const std::int64_t steps = steps_in(plan);
  if (steps == 0)
    throw InputError(
        Problem{.what = "no training sample is left", .hint = "See `freshet data check` for gaps in inputs and observations."});
  double model_seconds = 0, rate = learning_rate(steps);
  while (progress_.step < steps) {
    if (stop_) {
      save_last();
      throw Interrupted("training was stopped and a checkpoint written",
                        fmt::format("Go on with `freshet resume {}`.", settings_.checkpoint_dir.parent_path().string()));
    }
    const auto step_start = std::chrono::steady_clock::now();
    const auto first = static_cast<std::size_t>(progress_.step * settings_.options.batch_size);
    const auto count = std::min(static_cast<std::size_t>(settings_.options.batch_size), plan.windows.size() - first);
    const StepResult result = step_.run(std::span(plan.windows).subspan(first, count), progress_.global_step);
    rate = learning_rate(steps);
    progress_.gradient_norm_sum += optimizer_.step(rate);
    constrain();
    if (average_) average_->update(progress_.global_step);
    ++progress_.step;
    ++progress_.global_step;
    progress_.loss_sum += result.loss * static_cast<double>(result.observed);
    progress_.loss_days += result.observed;
    model_seconds += result.model_seconds;
    observer_.on(StepFinished{progress_.epoch, progress_.step, result.loss, result.observed, seconds_since(step_start)});
  }
  finish_epoch(seconds_since(start), model_seconds, rate);
}

void Trainer::constrain() {
  const torch::NoGradGuard no_grad;
  model_.constrain();
}

void Trainer::finish_epoch(double seconds, double model_seconds, double rate) {
  if (progress_.loss_days == 0) {
    throw InputError({.what = fmt::format("no target day counted in the loss of epoch {}", progress_.epoch),
                      .hint = fmt::format("{} needs at least {} observed days in a sample.", settings_.options.loss,
                                          find_loss(settings_.options.loss).fewest_days)});
  }
  const double loss = progress_.loss_sum / static_cast<double>(progress_.loss_days);
  const double norm = progress_.gradient_norm_sum / static_cast<double>(progress_.step);
  observer_.on(EpochFinished{progress_.epoch, loss, rate, seconds, model_seconds, progress_.loss_days, norm});
  EpochResult result{.epoch = static_cast<int>(progress_.epoch), .loss = loss, .learning_rate = rate, .seconds = seconds};
  const bool validated = validator_ != nullptr && progress_.epoch % settings_.options.validate_every.value_or(1) == 0;
  if (validated) result.validation = validate();
  progress_.history.push_back(result);
  if (settings_.options.learning_rate_schedule == "plateau" && (validated || validator_ == nullptr)) {
    const double best = progress_.plateau_best;
    const double score = validated ? result.validation : loss;
    update_plateau(score, validated ? validator_->is_better(score, best) : is_lower(score, best));
  }

  const std::int64_t epoch = progress_.epoch;
  progress_.finished = epoch >= settings_.options.epochs || stop_early();
  ++progress_.epoch;
  progress_.step = 0;
  progress_.loss_sum = 0;
  progress_.loss_days = 0;
  progress_.gradient_norm_sum = 0;
  if (validator_ == nullptr || progress_.best_epoch == epoch || best_.tensors.empty()) {
    save_weights(model_weights(settings_.checkpoint_dir));
  }
  if (settings_.options.save_weights_every && epoch % *settings_.options.save_weights_every == 0) {
    save_weights(settings_.checkpoint_dir / fmt::format("epoch_{:03}.safetensors", epoch));
  }
  save_last();
}

double Trainer::validate() {
  const AveragedWeights averaged(average_);
  const double score = validator_->score(model_);
  const bool best = validator_->is_better(score, progress_.best_score);
  if (best) {
    progress_.best_score = score;
    progress_.best_epoch = progress_.epoch;
    progress_.validations_without_gain = 0;
    keep_best();
  } else {
    ++progress_.validations_without_gain;
  }
  observer_.on(ValidationFinished{progress_.epoch, validator_->metric(), score, validator_->basins(), best});
  return score;
}

void Trainer::update_plateau(double score, bool improved) {
  if (improved) {
    progress_.plateau_best = score;
    progress_.plateau_epochs_without_gain = 0;
    return;
  }
  if (++progress_.plateau_epochs_without_gain < settings_.options.patience_dynamic_learning_rate) return;
  progress_.plateau_factor = std::max(settings_.options.final_learning_rate_fraction,
                                      progress_.plateau_factor * settings_.options.factor_dynamic_learning_rate);
  progress_.plateau_epochs_without_gain = 0;
  observer_.info(fmt::format("no improvement: learning rate times {:.3g}", progress_.plateau_factor));
}

bool Trainer::stop_early() const {
  return settings_.options.early_stopping && progress_.validations_without_gain >= settings_.options.patience_early_stopping &&
         static_cast<std::int64_t>(progress_.history.size()) >= settings_.options.minimum_epochs_before_early_stopping;
}

void Trainer::keep_best() {
  best_ = {};
  store_weights(model_, "best.", best_);
}

void Trainer::save_weights(const std::filesystem::path& path) {
  const AveragedWeights averaged(average_);
  TensorFile file;
  store_weights(model_, "", file);
  file.metadata["freshet.format"] = "weights-1";
  file.metadata["freshet.epoch"] = std::to_string(progress_.history.empty() ? 0 : progress_.history.back().epoch);
  write_tensor_file(path, file);
}

void Trainer::save_last() {
  Checkpoint checkpoint{.progress = progress_,
                        .tensors = best_,
                        .notes = settings_.notes ? settings_.notes() : std::map<std::string, std::string>{}};
  store_weights(model_, "model.", checkpoint.tensors);
  if (average_) {
    const AveragedWeights averaged(average_);
    store_weights(model_, "average.", checkpoint.tensors);
  }
  optimizer_.store(checkpoint.tensors);
  const auto path = last_checkpoint(settings_.checkpoint_dir);
  write_checkpoint(path, std::move(checkpoint));
  observer_.on(CheckpointWritten{path.string(), progress_.epoch, progress_.step});
}

}  // namespace freshet
