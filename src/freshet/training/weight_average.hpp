#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "freshet/models/model.hpp"

namespace freshet {

/// The exponential moving average of a model's weights over the optimiser steps (Polyak and Juditsky 1992,
/// doi:10.1137/0330046): at a high learning rate the weights wander about a better place than any they visit. The average is
/// what is validated, kept and saved; training goes on from the weights themselves.
class WeightAverage {
 public:
  /// `decay` in (0, 1): the share of the old average that a step keeps. The average starts as the model's weights.
  WeightAverage(Model& model, double decay);

  /// Takes in the model's weights after optimiser step `step` (from 0). Early steps count more, so that the first weights, which
  /// are random, are soon forgotten: step n keeps at most (1 + n) / (10 + n) of the average.
  void update(std::int64_t step);
  /// Makes the model's weights the average, as a checkpoint is read.
  void restart();
  /// Exchanges the model's weights and the average.
  void swap();

 private:
  Model& model_;
  double decay_;
  std::vector<torch::Tensor> average_;
};

/// While it lives, the model holds the averaged weights; nothing changes where there is no average.
class AveragedWeights {
 public:
  explicit AveragedWeights(std::optional<WeightAverage>& average) : average_(average) {
    if (average_) average_->swap();
  }
  ~AveragedWeights() {
    if (average_) average_->swap();
  }
  AveragedWeights(const AveragedWeights&) = delete;
  AveragedWeights& operator=(const AveragedWeights&) = delete;

 private:
  std::optional<WeightAverage>& average_;
};

}  // namespace freshet
