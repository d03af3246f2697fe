#include "freshet/training/weight_average.hpp"

#include <algorithm>
#include <utility>

namespace freshet {

WeightAverage::WeightAverage(Model& model, double decay) : model_(model), decay_(decay) {
  restart();
}

void WeightAverage::restart() {
  average_.clear();
  for (const torch::Tensor& weight : trainable(model_)) average_.push_back(weight.detach().clone());
}

void WeightAverage::update(std::int64_t step) {
  const torch::NoGradGuard no_grad;
  const double n = static_cast<double>(step);
  const double kept = std::min(decay_, (1.0 + n) / (10.0 + n));
  const std::vector<torch::Tensor> weights = trainable(model_);
  for (std::size_t i = 0; i < weights.size(); ++i) average_[i].lerp_(weights[i], 1.0 - kept);
}

void WeightAverage::swap() {
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> average = std::exchange(average_, {});
  restart();
  const std::vector<torch::Tensor> weights = trainable(model_);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i].copy_(average[i]);
}

}  // namespace freshet
