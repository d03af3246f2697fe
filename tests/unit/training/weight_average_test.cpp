#include "freshet/training/weight_average.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace freshet {
namespace {

std::shared_ptr<Model> small_model() {
  ModelOptions options;
  options.hidden_size = 3;
  return create_model(options, {.inputs = 2, .statics = 0, .targets = 1}, 1);
}

double first_weight(Model& model) {
  return trainable(model)[0].flatten()[0].item<double>();
}

void set_all(Model& model, double value) {
  const torch::NoGradGuard no_grad;
  for (torch::Tensor& p : trainable(model)) p.fill_(value);
}

TEST(WeightAverage, IsTheExponentialAverageWithAFastStart) {
  const auto model = small_model();
  set_all(*model, 5.0);
  WeightAverage average(*model, 0.75);
  double expected = 5.0;
  for (int step = 0; step < 60; ++step) {
    const double weight = std::sin(step);
    set_all(*model, weight);
    average.update(step);
    const double kept = std::min(0.75, (1.0 + step) / (10.0 + step));  // reaches 0.75 at step 26
    expected = kept * expected + (1 - kept) * weight;
    average.swap();
    ASSERT_NEAR(first_weight(*model), expected, 1e-5) << step;
    average.swap();
    ASSERT_NEAR(first_weight(*model), weight, 1e-6) << "training goes on from the weights themselves";
  }
}

TEST(WeightAverage, IsInTheModelOnlyInsideTheScope) {
  const auto model = small_model();
  set_all(*model, 1.0);
  std::optional<WeightAverage> average(std::in_place, *model, 0.9);
  set_all(*model, 2.0);
  {
    const AveragedWeights averaged(average);
    EXPECT_EQ(first_weight(*model), 1.0);
  }
  EXPECT_EQ(first_weight(*model), 2.0);

  std::optional<WeightAverage> none;
  const AveragedWeights unchanged(none);
  EXPECT_EQ(first_weight(*model), 2.0);
}

}  // namespace
}  // namespace freshet
