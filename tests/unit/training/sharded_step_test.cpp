#include "freshet/training/sharded_step.hpp"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/models/weights.hpp"
#include "freshet/training/losses/losses.hpp"
#include "freshet/training/losses/registry.hpp"
#include "unit/data/data_testing.hpp"
#include "unit/data/prepared_testing.hpp"

namespace freshet {
namespace {

using testing::HasSubstr;
using testing_support::MadeUpData;
using testing_support::problem_of;
using torch::Tensor;

const float kNaN = std::nanf("");
const WindowOptions kWindows{.seq_length = 25, .predict_last_n = 15};

class Sharded : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    use_one_thread_per_tensor_operation();
    for (std::int64_t day = 0; day < 60; day += 7) made_.target(day % 3, day) = kNaN;
    model_options_.hidden_size = 6;
    for (PreparedBasin& basin : made_.data.basins) basin.target_scaling = {{1.0, 2.0}};
  }
  void use_noise_and_dropout() {
    noise_ = 0.1;
    model_options_.output_dropout = 0.3;
  }
  std::shared_ptr<Model> model() const { return create_model(model_options_, {.inputs = 2, .statics = 1, .targets = 1}, 5); }
  ShardedStep::Settings settings(std::int64_t shards, std::size_t threads) const {
    return {.loss = loss_, .shards = shards, .target_noise_std = noise_, .seed = 9, .threads = threads};
  }
  StepResult run(Model& model, const ShardedStep::Settings& settings, std::int64_t step = 0) const {
    return ShardedStep(model, made_.data, kWindows, settings).run(windows_, step);
  }

  MadeUpData made_{{.basins = 3, .days = 60}};
  ModelOptions model_options_;
  std::string loss_ = "MSE";
  double noise_ = 0;
  std::vector<Window> windows_ = {{0, 10, 15}, {1, 12, 15}, {2, 20, 11}, {1, 40, 15}, {0, 30, 15},
                                  {2, 44, 15}, {0, 45, 15}, {1, 25, 14}, {2, 11, 15}};
};

std::vector<Tensor> gradients(Model& model) {
  std::vector<Tensor> all;
  for (const Tensor& p : trainable(model)) all.push_back(p.grad().clone());
  return all;
}

void expect_near(const std::vector<Tensor>& a, const std::vector<Tensor>& b, double relative) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_LE((a[i] - b[i]).norm().item<double>(), relative * b[i].norm().item<double>() + 1e-12) << "parameter " << i;
    EXPECT_GT(b[i].norm().item<double>(), 0) << "parameter " << i;
  }
}

TEST_P(Sharded, GivesTheSameBitsForAnyNumberOfThreads) {
  loss_ = GetParam();
  use_noise_and_dropout();
  const auto reference = model();
  const StepResult expected = run(*reference, settings(4, 1), 7);
  for (const std::size_t threads : {2u, 3u, 8u}) {
    const auto other = model();
    const StepResult got = run(*other, settings(4, threads), 7);
    EXPECT_EQ(got.loss, expected.loss);
    EXPECT_EQ(got.observed, expected.observed);
    const auto a = gradients(*other), b = gradients(*reference);
    for (std::size_t i = 0; i < a.size(); ++i)
      EXPECT_TRUE(torch::equal(a[i], b[i])) << "parameter " << i << ", " << threads << " threads";
  }
}

TEST_P(Sharded, LossAndGradientDoNotDependOnTheShardsBeyondRounding) {
  loss_ = GetParam();
  use_noise_and_dropout();
  const auto reference = model();
  const StepResult expected = run(*reference, settings(1, 1), 7);
  for (const std::int64_t shards : {2, 4, 100}) {
    const auto other = model();
    const StepResult got = run(*other, settings(shards, 1), 7);
    EXPECT_NEAR(got.loss, expected.loss, 1e-5 * expected.loss) << shards << " shards";
    EXPECT_EQ(got.observed, expected.observed);
    expect_near(gradients(*other), gradients(*reference), 1e-4);
  }
}

TEST_P(Sharded, IsTheMeanOverTheWholeBatchAndItsGradient) {
  loss_ = GetParam();
  const auto sharded = model(), plain = model();
  const StepResult got = run(*sharded, settings(2, 1));

  Batch batch = gather(made_.data, windows_, kWindows);
  const auto rows = batch.rows;
  const Tensor prediction = plain
                                ->run({view_of(batch.inputs, {25, rows, 2}), view_of(batch.statics, {rows, 1})},
                                      plain->initial_state(rows), 15, nullptr)
                                .prediction;
  const LossKind& kind = find_loss(loss_);
  const LossTerm term = kind.term(loss_input(batch, made_.data, prediction));
  Tensor loss = term.sum / term.count;
  if (kind.root) loss = loss.sqrt();
  loss.backward();
  EXPECT_NEAR(got.loss, loss.item<double>(), 1e-5 * got.loss);
  EXPECT_EQ(got.observed, batch.observed);
  expect_near(gradients(*sharded), gradients(*plain), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Losses, Sharded, testing::ValuesIn(loss_names()), [](const auto& test) { return test.param; });

using ShardedStepTest = Sharded;

TEST_F(ShardedStepTest, NoiseAndDropoutAreDrawnAnewInEachStepFromTheSeed) {
  const auto loss_at = [&](std::int64_t step, std::uint64_t seed) {
    ShardedStep::Settings own = settings(2, 1);
    own.seed = seed;
    const auto fresh = model();
    return run(*fresh, own, step).loss;
  };
  const double quiet = loss_at(0, 9);
  EXPECT_EQ(loss_at(1, 9), quiet) << "nothing is drawn without noise and dropout";
  noise_ = 0.1;
  EXPECT_NE(loss_at(0, 9), quiet);
  EXPECT_EQ(loss_at(0, 9), loss_at(0, 9));
  EXPECT_NE(loss_at(1, 9), loss_at(0, 9));
  EXPECT_NE(loss_at(0, 10), loss_at(0, 9));
  noise_ = 0;
  model_options_.output_dropout = 0.3;
  EXPECT_NE(loss_at(0, 9), quiet);
  EXPECT_NE(loss_at(1, 9), loss_at(0, 9));
}

TEST_F(ShardedStepTest, ALossThatIsNotFiniteNamesTheBasinsOfTheBatch) {
  made_.target(1, 13) = 3e38f;
  windows_ = {{0, 10, 15}, {1, 12, 15}};
  const auto fresh = model();
  const Problem extreme = problem_of([&] { run(*fresh, settings(2, 1), 41); });
  EXPECT_EQ(extreme.basin, "b0 b1");
  EXPECT_THAT(extreme.what, HasSubstr("optimiser step 42"));
  EXPECT_THAT(extreme.hint, HasSubstr("data check"));

  trainable(*fresh).back().detach().fill_(kNaN);
  EXPECT_THAT(problem_of([&] { run(*fresh, settings(2, 1)); }).hint, HasSubstr("diverged"));
}

TEST_F(ShardedStepTest, WithoutAnyTargetLossAndGradientAreZero) {
  for (std::int64_t day = 0; day < 60; ++day) made_.target(0, day) = kNaN;
  windows_ = {{0, 10, 15}, {0, 30, 15}};
  for (const std::string& name : loss_names()) {
    loss_ = name;
    const auto fresh = model();
    const StepResult result = run(*fresh, settings(2, 1));
    EXPECT_EQ(result.loss, 0) << name;
    EXPECT_EQ(result.observed, 0) << name;
    for (const Tensor& gradient : gradients(*fresh)) EXPECT_TRUE((gradient == 0).all().item<bool>()) << name;
  }
}

TEST_F(ShardedStepTest, PartsThatDoNotTrainGetNoGradient) {
  const auto head_only = model();
  train_only(*head_only, {"head"});
  run(*head_only, settings(2, 1));
  const auto all = model();
  run(*all, settings(2, 1));
  for (const auto& item : head_only->named_parameters()) {
    if (!item.key().starts_with("head")) {
      EXPECT_FALSE(item.value().grad().defined()) << item.key();
    } else {
      EXPECT_TRUE(torch::allclose(item.value().grad(), all->named_parameters()[item.key()].grad())) << item.key();
    }
  }
}

}  // namespace
}  // namespace freshet
