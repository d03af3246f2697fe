#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "freshet/core/records.hpp"
#include "freshet/models/weights.hpp"

namespace freshet {

/// Where a training run stands, without the tensors. Random draws need no state: they are functions of the seed and these
/// counters.
struct TrainingProgress {
  std::int64_t epoch = 1;        ///< the epoch under way, from 1
  std::int64_t step = 0;         ///< steps of it that are done
  std::int64_t global_step = 0;  ///< optimiser steps since the start
  double loss_sum = 0;           ///< of this epoch, weighted by observed days
  std::int64_t loss_days = 0;
  double gradient_norm_sum = 0;  ///< of this epoch's steps
  double best_score = std::numeric_limits<double>::quiet_NaN();
  std::int64_t best_epoch = 0;
  std::int64_t validations_without_gain = 0;
  double plateau_factor = 1;
  double plateau_best = std::numeric_limits<double>::quiet_NaN();
  std::int64_t plateau_epochs_without_gain = 0;
  bool finished = false;
  std::vector<EpochResult> history;
};

/// Everything needed to go on as if nothing had happened: weights, the best weights so far, optimiser moments, progress, and
/// texts of the caller's (the length of the event log).
struct Checkpoint {
  TrainingProgress progress;
  TensorFile tensors;  ///< "model.*", "average.*", "best.*", "optimizer.first.*", "optimizer.second.*"
  std::map<std::string, std::string> notes;
};

void write_checkpoint(const std::filesystem::path& path, Checkpoint checkpoint);
/// InputError for a file that is absent, damaged or not a checkpoint.
Checkpoint read_checkpoint(const std::filesystem::path& path);

}  // namespace freshet
