#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "freshet/core/events.hpp"
#include "freshet/training/checkpoint.hpp"
#include "freshet/training/optimizer.hpp"
#include "freshet/training/sharded_step.hpp"
#include "freshet/training/validation.hpp"
#include "freshet/training/weight_average.hpp"

namespace freshet {

/// Trains a model to the end, or to a stop request, and keeps checkpoints so that a run that was stopped or killed goes on to the
/// same bits as one that never was.
class Trainer {
 public:
  struct Settings {
    TrainingOptions options;
    WindowOptions windows;
    std::vector<Period> periods;
    std::vector<Standardisation> target_scaling;
    std::uint64_t seed = 0;
    std::size_t threads = 1;
    std::filesystem::path checkpoint_dir;
    /// Called when a checkpoint is about to be written; what it returns comes back in Checkpoint::notes.
    std::function<std::map<std::string, std::string>()> notes;
  };

  /// `data` and `validator` (null: no validation) must outlive the trainer; `stop` is looked at after each step.
  Trainer(Model& model, const PreparedData& data, const Validator* validator, Settings settings, Observer& observer,
          const std::atomic<bool>& stop);

  /// Continues from a checkpoint. InputError if it does not fit the model.
  void restore(const Checkpoint& checkpoint, const std::string& source);

  /// Runs the remaining epochs. At the end the model holds the weights to use: the best of validation, else the last (their
  /// moving average, where one is kept).
  /// Interrupted, with a checkpoint on disk, when `stop` was set. Returns how it ended: "finished" or "early stopping".
  std::string run();

  const TrainingProgress& progress() const { return progress_; }
  std::int64_t steps_in(const WindowPlan& plan) const;

  static std::filesystem::path last_checkpoint(const std::filesystem::path& dir) { return dir / "last.safetensors"; }
  static std::filesystem::path model_weights(const std::filesystem::path& dir) { return dir / "model.safetensors"; }

 private:
  void run_epoch();
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
  Settings settings_;
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
