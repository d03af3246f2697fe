#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "freshet/core/events.hpp"
#include "freshet/workflow/run_config.hpp"

namespace freshet {

struct TrainRequest {
  std::filesystem::path run_folder;  ///< empty: named from config and time
  bool verify_cache = false;         ///< compare all sources with the hashes in the cache
};

/// Trains a model from scratch. Returns the run folder. Interrupted, with a checkpoint, when `stop` is set.
std::filesystem::path train(const RunConfig& config, const TrainRequest& request, Observer& observer,
                            const std::atomic<bool>& stop);

/// Goes on with a run that was stopped or killed, to the same bits as if it never had been. Returns the folder.
/// InputError if the data changed since.
std::filesystem::path resume(const std::filesystem::path& run_folder, Observer& observer, const std::atomic<bool>& stop);

/// Trains a finished run's model further: its weights and input scaling, the configuration of `config` (usually the base run's
/// with overrides: other basins, a lower rate). `modules` names the parts that train ("lstm", "head"); empty: all.
std::filesystem::path finetune(const std::filesystem::path& base_run, const RunConfig& config,
                               const std::vector<std::string>& modules, const TrainRequest& request, Observer& observer,
                               const std::atomic<bool>& stop);

/// The work of a training.
struct TrainingSize {
  std::int64_t samples = 0;
  std::int64_t steps_per_epoch = 0;
  std::int64_t parameters = 0;
};

/// Opens and checks all that `train` would, and starts nothing. InputError for what `train` would refuse before its first step.
TrainingSize check_training(const RunConfig& config, Observer& observer);

/// How far the training in a run folder has come.
enum class TrainingState {
  kNone,      ///< no checkpoint: to be started, by `train`
  kUnderWay,  ///< to be gone on with, by `resume`
  kFinished
};
TrainingState training_state(const std::filesystem::path& run_folder);

/// What `train` would open and do, without doing it.
std::string describe_training(const RunConfig& config, const TrainRequest& request, Observer& observer);

}  // namespace freshet
