#pragma once

#include <atomic>
#include <optional>

#include "freshet/core/events.hpp"
#include "freshet/training/optimizer.hpp"
#include "freshet/training/sharded_step.hpp"
#include "freshet/training/training_loop.hpp"
#include "freshet/training/validation.hpp"
#include "freshet/training/weight_average.hpp"

namespace freshet {

/// Trains one model on batches of samples from all basins.
class Trainer : public TrainingLoop {
 public:
  /// `data` and `validator` (null: no validation) must outlive the trainer; `stop` is looked at after each step.
  Trainer(Model& model, const PreparedData& data, const Validator* validator, TrainingSettings settings, Observer& observer,
          const std::atomic<bool>& stop);

  void restore(const Checkpoint& checkpoint, const std::string& source) override;
  /// At the end the model holds the best weights of validation, else the last (their moving average, where one is kept).
  std::string run() override;
  const TrainingProgress& progress() const override { return progress_; }
  std::int64_t steps_in(const WindowPlan& plan) const override;

 private:
  void run_epoch();
  void constrain();
  double learning_rate(std::int64_t steps) const;
  void finish_epoch(double seconds, double model_seconds, double rate);
  double validate();
  void update_plateau(double score, bool improved);
  bool stop_early() const;
  void save_last();
  void save_weights(const std::filesystem::path& path);
  void keep_best();

  Model& model_;
  const Validator* validator_;
  TrainingSettings settings_;
  Observer& observer_;
  const std::atomic<bool>& stop_;
  WindowPlanner planner_;
  ShardedStep step_;
  Optimizer optimizer_;
  std::optional<WeightAverage> average_;
  TrainingProgress progress_;
  TensorFile best_;
};

}  // namespace freshet
