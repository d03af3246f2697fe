#include "freshet/training/optimizer.hpp"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

using testing::HasSubstr;
using torch::Tensor;

std::shared_ptr<Model> small_model(std::uint64_t seed = 1) {
  ModelOptions options;
  options.hidden_size = 3;
  return create_model(options, {.inputs = 2, .statics = 0, .targets = 1}, seed);
}

Tensor pattern(const Tensor& like, double phase) {
  return 0.3 * torch::sin(torch::arange(like.numel(), torch::kFloat32) + phase).reshape(like.sizes());
}

/// Gradients that differ from place to place and from step to step.
void set_gradients(Model& model, int step) {
  double phase = step;
  for (Tensor& p : trainable(model)) p.mutable_grad() = pattern(p, phase += 1.7);
}

std::vector<Tensor> values(Model& model) {
  std::vector<Tensor> all;
  for (const Tensor& p : trainable(model)) all.push_back(p.detach().clone());
  return all;
}

double gradient_norm(Model& model) {
  double squares = 0;
  for (const Tensor& p : trainable(model)) squares += p.grad().to(torch::kFloat64).square().sum().item<double>();
  return std::sqrt(squares);
}

/// Kingma and Ba (2015), algorithm 1, in double precision; weight decay added to the gradient (Adam) or taken off the weights
/// (AdamW, Loshchilov and Hutter 2019).
struct Twin {
  double m = 0, v = 0;
  double step(double p, double g, int t, double rate, double decay, bool decoupled) {
    if (decoupled) {
      p -= rate * decay * p;
    } else {
      g += decay * p;
    }
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    return p - rate * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
  }
};

class OptimizerKinds : public testing::TestWithParam<std::string> {};

TEST_P(OptimizerKinds, StepsAreThoseOfTheAlgorithm) {
  for (const double decay : {0.0, 0.2}) {
    TrainingOptions options;
    options.optimizer = GetParam();
    options.weight_decay = decay;
    const auto model = small_model();
    Optimizer optimizer(*model, options);
    const Tensor parameter = trainable(*model)[0];
    std::vector<Twin> twins(static_cast<std::size_t>(parameter.numel()));
    Tensor expected = parameter.detach().to(torch::kFloat64).flatten().clone();
    for (int t = 1; t <= 3; ++t) {
      const double rate = t == 2 ? 0.05 : 0.01;
      set_gradients(*model, t);
      for (std::int64_t i = 0; i < expected.numel(); ++i) {
        const double gradient = parameter.grad().flatten()[i].item<double>();
        expected[i] =
            twins[static_cast<std::size_t>(i)].step(expected[i].item<double>(), gradient, t, rate, decay, GetParam() == "AdamW");
      }
      optimizer.step(rate);
      EXPECT_LE((parameter.flatten().to(torch::kFloat64) - expected).abs().max().item<double>(), 1e-6) << "step " << t;
    }
  }
}

TEST_P(OptimizerKinds, AStoredStateGoesOnToTheSameBits) {
  TrainingOptions options;
  options.optimizer = GetParam();
  options.weight_decay = 0.1;
  const auto model = small_model();
  Optimizer optimizer(*model, options);
  for (int t = 0; t < 3; ++t) {
    set_gradients(*model, t);
    optimizer.step(0.01);
  }
  TensorFile file;
  optimizer.store(file);
  store_weights(*model, "", file);
  const auto copy = small_model(2);
  Optimizer restored(*copy, options);
  load_weights(*copy, "", file, "c");
  restored.load(file, "c");
  for (int t = 3; t < 6; ++t) {
    for (const auto& [m, o] : {std::pair{model, &optimizer}, std::pair{copy, &restored}}) {
      set_gradients(*m, t);
      o->step(0.02);
    }
  }
  const auto a = values(*copy), b = values(*model);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(torch::equal(a[i], b[i])) << "parameter " << i;
}

INSTANTIATE_TEST_SUITE_P(All, OptimizerKinds, testing::Values("Adam", "AdamW"), [](const auto& test) { return test.param; });

TEST(Optimizer, TheFirstStepOfAdamByHand) {
  const auto model = small_model();
  const Tensor before = trainable(*model)[1].detach().clone();
  set_gradients(*model, 1);
  const Tensor gradient = trainable(*model)[1].grad().clone();
  Optimizer(*model, {}).step(0.25);
  // m / (1 - b1) = g and v / (1 - b2) = g^2: a step of the learning rate against the gradient's sign.
  EXPECT_TRUE(torch::allclose(trainable(*model)[1], before - 0.25 * gradient.sign(), 1e-5, 1e-5));
}

TEST(Optimizer, ScalesGradientsDownToTheGreatestNormAndNeverUp) {
  TrainingOptions options;
  options.clip_gradient_norm = 0.5;
  const auto model = small_model();
  Optimizer optimizer(*model, options);
  set_gradients(*model, 1);
  const double before = gradient_norm(*model);
  ASSERT_GT(before, 0.5);
  const Tensor direction = trainable(*model)[0].grad() / before;
  EXPECT_NEAR(optimizer.step(0.1), before, 1e-12);
  EXPECT_NEAR(gradient_norm(*model), 0.5, 1e-6);
  EXPECT_TRUE(torch::allclose(trainable(*model)[0].grad(), 0.5 * direction));

  set_gradients(*model, 1);
  for (Tensor& p : trainable(*model)) p.mutable_grad() *= 1e-3;
  const Tensor small = trainable(*model)[0].grad().clone();
  optimizer.step(0.1);
  EXPECT_TRUE(torch::equal(trainable(*model)[0].grad(), small));
}

TEST(Optimizer, AStateOfAnotherModelIsRefused) {
  const auto model = small_model();
  Optimizer optimizer(*model, {});
  set_gradients(*model, 1);
  optimizer.step(0.1);
  TensorFile file;
  optimizer.store(file);
  file.tensors["optimizer.second.lstm.bias_hh_l0"].shape = {4, 3};
  try {
    optimizer.load(file, "last.safetensors");
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems()[0].file, "last.safetensors");
    EXPECT_EQ(error.problems()[0].variable, "lstm.bias_hh_l0");
  }
}

TEST(LearningRate, TheTableHoldsFromItsEpochOn) {
  TrainingOptions options;
  options.learning_rate = {{0, 0.1}, {3, 0.02}, {10, 0.003}};
  const std::map<std::int64_t, double> expected = {{1, 0.1}, {2, 0.1}, {3, 0.02}, {9, 0.02}, {10, 0.003}, {99, 0.003}};
  for (const auto& [epoch, rate] : expected) EXPECT_EQ(scheduled_learning_rate(options, epoch, 0.5), rate) << epoch;
  options.learning_rate_schedule = "plateau";
  EXPECT_EQ(scheduled_learning_rate(options, 4, 0.5), 0.02);
}

TEST(LearningRate, TheCosineStartsAtTheFirstRateAndEndsAtItsFraction) {
  TrainingOptions options;
  options.learning_rate = {{0, 0.2}};
  options.learning_rate_schedule = "cosine";
  options.final_learning_rate_fraction = 0.1;
  EXPECT_DOUBLE_EQ(scheduled_learning_rate(options, 1, 0), 0.2);
  EXPECT_DOUBLE_EQ(scheduled_learning_rate(options, 1, 0.5), 0.11);
  EXPECT_DOUBLE_EQ(scheduled_learning_rate(options, 30, 1), 0.02);
  for (double progress = 0.01; progress <= 1; progress += 0.01) {
    EXPECT_LT(scheduled_learning_rate(options, 1, progress), scheduled_learning_rate(options, 1, progress - 0.01));
  }
}

TEST(TrainingOptions, WhatDoesNotGoTogetherIsReportedAllAtOnce) {
  const auto problems_of = [](const std::string& yaml, bool has_validation_period, std::int64_t target_steps = 365) {
    ConfigSource source = ConfigSource::from_text(yaml, "run.yml");
    TrainingOptions options;
    std::vector<Problem> problems;
    source.read(training_fields(), options, problems);
    check_training_options(options, target_steps, has_validation_period, false, source, problems);
    return problems;
  };
  EXPECT_TRUE(problems_of("validate_every: 2\nearly_stopping: true\nvalidation_metric: KGE\n", true).empty());
  const auto problems = problems_of(
      "validate_every: 2\nlearning_rate_schedule: cosine\nlearning_rate: {0: 0.1, 3: 0.01}\nvalidation_metric: nsee\n", false);
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].line, 1u);
  EXPECT_THAT(problems[1].what, HasSubstr("cosine"));
  EXPECT_THAT(problems[2].hint, HasSubstr("nse"));
  EXPECT_EQ(problems_of("early_stopping: true\n", true).size(), 1u);
  EXPECT_TRUE(problems_of("loss: KGE\n", true, 10).empty());
  const auto too_short = problems_of("loss: KGE\n", true, 9);
  ASSERT_EQ(too_short.size(), 1u);
  EXPECT_THAT(to_string(too_short[0]), HasSubstr("too short for the loss KGE; expected at least 10, got 9"));
}

TEST(TrainingOptions, AnEpochHasTheStepsOfItsSamplesOrTheMostAllowed) {
  TrainingOptions options;
  options.batch_size = 32;
  EXPECT_EQ(steps_per_epoch(options, 64), 2);
  EXPECT_EQ(steps_per_epoch(options, 65), 3);
  options.max_updates_per_epoch = 2;
  EXPECT_EQ(steps_per_epoch(options, 1000), 2);
  EXPECT_EQ(steps_per_epoch(options, 1), 1);
}

}  // namespace
}  // namespace freshet
