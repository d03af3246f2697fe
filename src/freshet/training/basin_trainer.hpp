#pragma once

#include <atomic>
#include <chrono>

#include "freshet/core/error.hpp"
#include "freshet/core/events.hpp"
#include "freshet/models/hybrid/basin_models.hpp"
#include "freshet/training/basin_adam.hpp"
#include "freshet/training/training_loop.hpp"
#include "freshet/training/validation.hpp"

namespace freshet {

/// Trains the models of single basins, all of them side by side. Each has its own loss, optimiser state, learning rate and end of
/// training, and sees only its own samples: its result does not depend on the other basins, on their number or on the threads.
///
/// An epoch of a basin is a pass over its samples in steps of batch_size, in one step where that is not less than their number.
/// Where a basin's loss or gradient is not finite, that basin's training ends and its best weights so far stay (without any: it
/// has none, and predicts nothing); the others go on.
class BasinTrainer : public TrainingLoop {
 public:
  /// `data` and `validator` (null: training loss decides) must outlive the trainer; `stop` is looked at after each epoch.
  BasinTrainer(BasinModels& model, const PreparedData& data, const Validator* validator, TrainingSettings settings,
               Observer& observer, const std::atomic<bool>& stop);

  void restore(const Checkpoint& checkpoint, const std::string& source) override;
  /// At the end each basin has its best weights where there is validation or early stopping, else its last.
  /// @throws InputError, with everything written, naming the basins whose training failed
  std::string run() override;
  const TrainingProgress& progress() const override { return progress_; }
  std::int64_t steps_in(const WindowPlan& plan) const override;

 private:
  /// Where one basin's training stands.
  struct Basin {
    std::size_t data = 0;                                    ///< place in the prepared data
    std::vector<Window> windows;                             ///< its samples
    std::int64_t steps = 0;                                  ///< of an epoch
    double loss = 0, weight = 0;                             ///< of the epoch: sum over its samples; their number
    double gradient_norm = 0;                                ///< mean over the epoch's steps
    double best = std::numeric_limits<double>::quiet_NaN();  ///< lowest loss or negated score
    std::int64_t best_epoch = 0, without_gain = 0;
    double plateau_best = std::numeric_limits<double>::quiet_NaN(), rate_factor = 1;
    std::int64_t plateau_without_gain = 0;
    bool ended = false, failed = false;
    std::string failure;    ///< what is said of it
    std::string failed_on;  ///< the day, if one can be named
  };

  void run_epoch();
  std::vector<std::vector<std::int64_t>> grouped(const std::vector<std::int64_t>& sets) const;
  struct StepRows;
  void train_group(const std::vector<std::int64_t>& sets);
  StepRows rows_of_step(const std::vector<std::int64_t>& sets, std::int64_t step) const;
  torch::Tensor step_loss(const std::vector<std::int64_t>& sets, const StepRows& rows, const GroupWeights& weights,
                          std::vector<bool>& counted);
  void fail(Basin& basin, const torch::Tensor& prediction, std::span<const Window> windows) const;
  std::vector<Window> batch_of(const Basin& basin, std::int64_t step) const;
  void finish_epoch(const std::vector<std::int64_t>& sets, double seconds);
  void judge(Basin& basin, std::int64_t set, double value);
  std::vector<double> validation_scores();
  void use_best_weights();
  void save_last();
  void save_weights();
  [[noreturn]] void report_failures() const;
  double learning_rate() const;
  Basin& of_set(std::int64_t set) { return basins_[static_cast<std::size_t>(set)]; }
  const Basin& of_set(std::int64_t set) const { return basins_[static_cast<std::size_t>(set)]; }
  bool keeps_best() const { return validator_ != nullptr || settings_.options.early_stopping; }

  BasinModels& model_;
  const PreparedData& data_;
  const Validator* validator_;
  TrainingSettings settings_;
  Observer& observer_;
  const std::atomic<bool>& stop_;
  BasinAdam adam_;
  std::vector<Basin> basins_;  ///< [set]
  GroupWeights best_;
  TrainingProgress progress_;
  std::chrono::steady_clock::time_point saved_;
};

}  // namespace freshet
