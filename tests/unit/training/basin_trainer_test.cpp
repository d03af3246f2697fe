#include "freshet/training/basin_trainer.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/models/weights.hpp"
#include "support/input_errors.hpp"
#include "support/temporary_folder.hpp"
#include "unit/data/prepared_testing.hpp"

namespace freshet {
namespace {

using testing_support::MadeUpData;
using torch::Tensor;

class StopAfterEpochs : public Observer {
 public:
  StopAfterEpochs(std::int64_t epochs, std::atomic<bool>& stop) : left_(epochs), stop_(stop) {}
  void on(const Event& event) override {
    if (const auto* epoch = std::get_if<EpochFinished>(&event)) {
      losses.push_back(epoch->loss);
      if (--left_ == 0) stop_ = true;
    }
  }
  std::vector<double> losses;

 private:
  std::int64_t left_;
  std::atomic<bool>& stop_;
};

class BasinTrainerTest : public testing::Test {
 protected:
  void SetUp() override {
    use_one_thread_per_tensor_operation();
    options_.loss = "WindowNSE";
    options_.epochs = 6;
    options_.batch_size = 1000;
    options_.learning_rate = {{0, 0.02}};
    for (PreparedBasin& basin : made_.data.basins) {
      for (float& target : basin.targets) target = std::abs(target);  // discharge
    }
  }

  std::shared_ptr<Model> fresh(std::int64_t sets) const {
    ModelOptions options{.model = model_};
    options.hidden_size = 4;
    options.process.process_model = "hbv";
    return create_model(options, {.inputs = 2, .targets = 1, .sets = sets}, 3);
  }
  /// The data of a single basin.
  PreparedData only(std::size_t basin) const {
    PreparedData one = made_.data;
    one.basins = {made_.data.basins[basin]};
    one.basins[0].set = 0;
    return one;
  }
  TrainingSettings settings() const {
    return {.options = options_,
            .windows = {.seq_length = 60, .predict_last_n = 40, .stride = 20},
            .periods = {MadeUpData::days(20, 200)},
            .seed = 3,
            .threads = threads_,
            .checkpoint_dir = folder_.path(),
            .notes = {}};
  }
  std::vector<double> train(Model& model, const PreparedData& data, std::int64_t stop_after = -1, bool restore = false) const {
    std::atomic<bool> stop = false;
    StopAfterEpochs observer(stop_after, stop);
    BasinTrainer trainer(dynamic_cast<BasinModels&>(model), data, nullptr, settings(), observer, stop);
    const auto last = TrainingLoop::last_checkpoint(folder_.path());
    if (restore) trainer.restore(read_checkpoint(last), last.string());
    try {
      trainer.run();
    } catch (const Interrupted&) {
    }
    return observer.losses;
  }
  static void expect_equal_sets(Model& a, std::int64_t set_a, Model& b, std::int64_t set_b) {
    const auto of_b = b.named_parameters();
    for (const auto& item : a.named_parameters())
      EXPECT_TRUE(torch::equal(item.value()[set_a], of_b[item.key()][set_b])) << item.key() << " of basin " << set_a;
  }

  MadeUpData made_{{.basins = 5, .days = 220, .inputs = 2, .statics = 0, .targets = 1, .forcing = true}};
  testing_support::TemporaryFolder folder_;
  TrainingOptions options_;
  std::string model_ = "process";
  std::size_t threads_ = 2;
};

TEST_F(BasinTrainerTest, TogetherEqualsOneByOne) {
  for (const char* model : {"process", "hybrid", "common", "lstm_local"}) {
    SCOPED_TRACE(model);
    model_ = model;
    for (const std::int64_t batch : {1000, 3}) {
      options_.batch_size = batch;
      const auto together = fresh(5), again = fresh(5);
      const auto losses = train(*together, made_.data);
      EXPECT_LT(losses.back(), losses.front());
      threads_ = 1;
      EXPECT_EQ(train(*again, made_.data), losses);
      threads_ = 2;
      double mean = 0;
      for (std::int64_t basin = 0; basin < 5; ++basin) {
        expect_equal_sets(*together, basin, *again, basin);
        const auto alone = fresh(1);
        mean += train(*alone, only(static_cast<std::size_t>(basin))).back() / 5;
        if (model_ == "process") expect_equal_sets(*together, basin, *alone, 0);
      }
      EXPECT_NEAR(mean, losses.back(), 1e-5 * mean);
    }
  }
}

TEST_F(BasinTrainerTest, ResumedEqualsNeverStopped) {
  options_.learning_rate_schedule = "plateau";
  options_.patience_dynamic_learning_rate = 1;
  options_.early_stopping = true;
  options_.patience_early_stopping = 3;
  options_.minimum_improvement = 0.01;
  options_.epochs = 12;
  for (const char* model : {"process", "hybrid"}) {
    model_ = model;
    const auto whole = fresh(5), first = fresh(5), second = fresh(5);
    train(*whole, made_.data);
    train(*first, made_.data, 4);
    train(*second, made_.data, -1, true);
    for (std::int64_t basin = 0; basin < 5; ++basin) expect_equal_sets(*whole, basin, *second, basin);
  }
}

TEST_F(BasinTrainerTest, ABasinWhoseLossIsNotFiniteIsNamedAndTheOthersAreTrained) {
  const auto sound = fresh(5), hurt = fresh(5);
  train(*sound, made_.data);
  made_.data.basins[1].forcing[3 * 100] = 1e38F;  // rain of the hundredth day
  std::atomic<bool> stop = false;
  StopAfterEpochs observer(-1, stop);
  BasinTrainer trainer(dynamic_cast<BasinModels&>(*hurt), made_.data, nullptr, settings(), observer, stop);
  const Problem problem = testing_support::problem_of([&] { trainer.run(); });
  EXPECT_EQ(problem.basin, "b1");
  EXPECT_THAT(problem.what, testing::HasSubstr("not finite in epoch 1"));
  for (const std::int64_t basin : {0, 2, 3, 4}) expect_equal_sets(*sound, basin, *hurt, basin);
  EXPECT_TRUE(torch::isnan(hurt->named_parameters()["physics.parameters"][1]).all().item<bool>());
  EXPECT_TRUE(std::filesystem::exists(TrainingLoop::model_weights(folder_.path())));
}

TEST_F(BasinTrainerTest, EachBasinStopsByItselfAndKeepsItsBestWeights) {
  options_.early_stopping = true;
  options_.patience_early_stopping = 2;
  options_.minimum_improvement = 1e9;  // nothing is an improvement on the first epoch
  options_.epochs = 50;
  const auto model = fresh(5), one = fresh(5);
  EXPECT_EQ(train(*model, made_.data).size(), 3U);
  options_.early_stopping = false;
  options_.epochs = 1;
  train(*one, made_.data);
  for (std::int64_t basin = 0; basin < 5; ++basin) expect_equal_sets(*model, basin, *one, basin);
}

}  // namespace
}  // namespace freshet
