#pragma once

#include <span>
#include <vector>

#include "freshet/data/batch.hpp"
#include "freshet/models/model.hpp"
#include "freshet/training/losses/losses.hpp"
#include "freshet/training/options.hpp"

namespace freshet {

struct StepResult {
  double loss = 0;
  std::int64_t observed = 0;  ///< target days that entered the loss
  double model_seconds = 0;   ///< in the model's forward and backward, of the slowest shard
};

/// Loss and gradient of one batch, computed in shards.
///
/// The batch is cut into a fixed number of parts. Each part runs forward and backward by itself on one thread; the gradients
/// are then added in the order of the parts. Threads only decide who computes which part, so the result has the same
/// bits for any number of them.
class ShardedStep {
 public:
  struct Settings {
    std::string loss;
    std::int64_t shards = 2;
    double target_noise_std = 0;
    std::uint64_t seed = 0;
    std::size_t threads = 1;
  };

  ShardedStep(Model& model, const PreparedData& data, WindowOptions windows, Settings settings);

  /// Sets the gradient of every parameter. `step` counts optimiser steps since the start of training and keys the random
  /// draws. InputError naming basins when the loss is not finite.
  StepResult run(std::span<const Window> windows, std::int64_t step);

 private:
  struct Shard {
    std::vector<torch::Tensor> gradients;
    double sum = 0;
    double count = 0;
    std::int64_t observed = 0;
    double seconds = 0;
  };
  Shard run_shard(std::span<const Window> windows, std::int64_t first_row, std::int64_t step);
  void add_target_noise(Batch& batch, std::int64_t first_row, std::int64_t step) const;
  [[noreturn]] void report_not_finite(std::span<const Window> windows, std::int64_t step) const;

  Model& model_;
  const PreparedData& data_;
  WindowOptions window_options_;
  Settings settings_;
  std::vector<torch::Tensor> parameters_;
};

/// A view of a vector as a tensor; the vector must outlive it.
torch::Tensor view_of(std::vector<float>& values, std::vector<std::int64_t> shape);
/// What model and loss see of a batch: views of it, which must outlive them.
ModelInput model_input(Batch& batch, const PreparedData& data);
LossInput loss_input(Batch& batch, const PreparedData& data, const torch::Tensor& prediction);

}  // namespace freshet
