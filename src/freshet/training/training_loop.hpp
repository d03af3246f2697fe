#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "freshet/data/windows.hpp"
#include "freshet/training/checkpoint.hpp"
#include "freshet/training/options.hpp"

namespace freshet {

struct TrainingSettings {
  TrainingOptions options;
  WindowOptions windows;
  std::vector<Period> periods;
  std::uint64_t seed = 0;
  std::size_t threads = 1;
  std::filesystem::path checkpoint_dir;
  /// Called when a checkpoint is about to be written; what it returns comes back in Checkpoint::notes.
  std::function<std::map<std::string, std::string>()> notes;
};

/// Trains a model to the end, or to a stop request, and keeps checkpoints so that a run that was stopped or killed goes on to the
/// same bits as one that never was.
class TrainingLoop {
 public:
  virtual ~TrainingLoop() = default;

  /// Continues from a checkpoint. InputError if it does not fit the model.
  virtual void restore(const Checkpoint& checkpoint, const std::string& source) = 0;

  /// Runs the remaining epochs. At the end the model holds the weights to use, which are also written.
  /// Interrupted, with a checkpoint on disk, when training was stopped. Returns how it ended: "finished" or "early stopping".
  virtual std::string run() = 0;

  virtual const TrainingProgress& progress() const = 0;
  virtual std::int64_t steps_in(const WindowPlan& plan) const = 0;

  static std::filesystem::path last_checkpoint(const std::filesystem::path& dir) { return dir / "last.safetensors"; }
  static std::filesystem::path model_weights(const std::filesystem::path& dir) { return dir / "model.safetensors"; }
};

}  // namespace freshet
