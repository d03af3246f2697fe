#include "freshet/training/trainer.hpp"

#include <bit>
#include <cmath>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/io/atomic_file.hpp"
#include "freshet/metrics/registry.hpp"
#include "unit/data/data_testing.hpp"
#include "unit/data/prepared_testing.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;
using testing_support::MadeUpData;
using testing_support::problem_of;
using testing_support::TemporaryFolder;

/// Sets `stop` after so many optimiser steps and keeps what was told.
class StopAfter : public Observer {
 public:
  StopAfter(std::int64_t steps, std::atomic<bool>& stop) : steps_(steps), stop_(stop) {}
  void on(const Event& event) override {
    if (std::holds_alternative<StepFinished>(event) && ++done_ == steps_) stop_ = true;
    if (const auto* validation = std::get_if<ValidationFinished>(&event)) validations.push_back(*validation);
    if (std::holds_alternative<CheckpointWritten>(event)) ++checkpoints;
  }
  std::vector<ValidationFinished> validations;
  int checkpoints = 0;

 private:
  std::int64_t steps_, done_ = 0;
  std::atomic<bool>& stop_;
};

/// How one training ended.
struct Ending {
  std::shared_ptr<Model> model;
  TrainingProgress progress;
  std::string outcome;  ///< "interrupted" where it was
};

std::map<std::string, std::vector<std::byte>> weights_of(Model& model) {
  TensorFile file;
  store_weights(model, "", file);
  std::map<std::string, std::vector<std::byte>> bytes;
  for (const auto& [name, tensor] : file.tensors) bytes[name] = tensor.bytes;
  return bytes;
}

/// All numbers of the history but the seconds, as bits: NaN equals NaN.
std::vector<std::array<std::uint64_t, 4>> history_of(const TrainingProgress& progress) {
  std::vector<std::array<std::uint64_t, 4>> rows;
  const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
  for (const EpochResult& e : progress.history) {
    rows.push_back({static_cast<std::uint64_t>(e.epoch), bits(e.loss), bits(e.validation), bits(e.learning_rate)});
  }
  return rows;
}

void expect_same(const Ending& a, const Ending& b, const std::string& what) {
  EXPECT_EQ(weights_of(*a.model), weights_of(*b.model)) << what;
  EXPECT_EQ(history_of(a.progress), history_of(b.progress)) << what;
  EXPECT_EQ(a.outcome, b.outcome) << what;
  EXPECT_EQ(a.progress.best_epoch, b.progress.best_epoch) << what;
  EXPECT_EQ(a.progress.plateau_factor, b.progress.plateau_factor) << what;
}

/// Two basins, a hidden size of four, three steps an epoch.
class TrainerTest : public testing::Test {
 protected:
  void SetUp() override {
    use_one_thread_per_tensor_operation();
    for (std::int64_t day = 3; day < 120; day += 11) made_.target(day % 2, day) = std::nanf("");
    model_options_.hidden_size = 4;
    options_.loss = "MSE";
    options_.epochs = 4;
    options_.batch_size = 8;
    options_.learning_rate = {{0, 0.02}};
  }

  TrainingSettings settings() const {
    return {.options = options_,
            .windows = {.seq_length = 20, .predict_last_n = 10},
            .periods = {MadeUpData::days(10, 105)},
            .seed = 3,
            .threads = threads_,
            .checkpoint_dir = folder_.path(),
            .notes = {}};
  }
  std::shared_ptr<Model> fresh_model() const {
    return create_model(model_options_, {.inputs = 2, .statics = 1, .targets = 1}, 3);
  }
  std::unique_ptr<Validator> validator() const {
    if (!options_.validate_every) return nullptr;
    PredictionRequest request{.periods = {MadeUpData::days(60, 120)}, .clip = {false}};
    request.options.warmup_steps = 10;
    return std::make_unique<Validator>(made_.data, request, options_.validation_metric);
  }
  /// Trains, from `checkpoint` if there is one, until the end or for `steps` more optimiser steps.
  Ending train(std::int64_t steps = -1, const fs::path& checkpoint = {}) {
    const auto model = fresh_model();
    const auto validation = validator();
    std::atomic<bool> stop = false;
    StopAfter observer(steps, stop);
    Trainer trainer(*model, made_.data, validation.get(), settings(), observer, stop);
    if (!checkpoint.empty()) trainer.restore(read_checkpoint(checkpoint), checkpoint.string());
    std::string outcome = "interrupted";
    try {
      outcome = trainer.run();
    } catch (const Interrupted&) {
    }
    validations_ = observer.validations;
    return {model, trainer.progress(), outcome};
  }
  fs::path last() const { return Trainer::last_checkpoint(folder_.path()); }

  /// Stops at several places, goes on with another trainer, and compares with a run that was never stopped.
  void expect_resuming_changes_nothing() {
    const Ending whole = train();
    ASSERT_NE(whole.outcome, "interrupted");
    for (const std::int64_t steps : {1, 3, 4, 8}) {
      fs::remove(last());
      ASSERT_EQ(train(steps).outcome, "interrupted") << steps;
      expect_same(train(-1, last()), whole, "stopped after " + std::to_string(steps) + " steps");
    }
    fs::remove(last());
    Ending patched = train(1);
    for (int pieces = 1; patched.outcome == "interrupted" && pieces < 100; ++pieces) patched = train(1, last());
    expect_same(patched, whole, "stopped after every step");
  }

  MadeUpData made_{{.basins = 2, .days = 120}};
  TemporaryFolder folder_;
  ModelOptions model_options_;
  TrainingOptions options_;
  std::size_t threads_ = 1;
  std::vector<ValidationFinished> validations_;
};

TEST_F(TrainerTest, LearnsAndTellsOfEachEpoch) {
  options_.epochs = 10;
  const Ending ending = train();
  EXPECT_EQ(ending.outcome, "finished");
  ASSERT_THAT(ending.progress.history, SizeIs(10));
  EXPECT_LT(ending.progress.history.back().loss, 0.8 * ending.progress.history.front().loss);
  EXPECT_TRUE(std::isnan(ending.progress.history.back().validation));
  EXPECT_EQ(ending.progress.global_step, 10 * 3);
}

TEST_F(TrainerTest, ResumedEqualsNeverStopped) {
  model_options_.output_dropout = 0.2;
  options_.target_noise_std = 0.05;
  options_.clip_gradient_norm = 0.1;
  options_.optimizer = "AdamW";
  options_.weight_decay = 0.01;
  options_.learning_rate_schedule = "cosine";
  expect_resuming_changes_nothing();
}

TEST_F(TrainerTest, ResumedEqualsNeverStoppedWithPlateauAndValidation) {
  options_.epochs = 8;
  options_.validate_every = 1;
  options_.learning_rate = {{0, 0.3}};  // too much: the score goes up and down
  options_.learning_rate_schedule = "plateau";
  options_.patience_dynamic_learning_rate = 1;
  expect_resuming_changes_nothing();
  EXPECT_LT(train().progress.plateau_factor, 1) << "no reduction was seen; choose another rate";
}

TEST_F(TrainerTest, ResumedEqualsNeverStoppedWithAveragedWeights) {
  options_.weight_average_decay = 0.8;
  expect_resuming_changes_nothing();
  options_.validate_every = 2;
  expect_resuming_changes_nothing();
}

TEST_F(TrainerTest, EndsWithAndSavesTheAveragedWeights) {
  const Ending plain = train();
  options_.weight_average_decay = 0.8;
  const Ending averaged = train();
  EXPECT_EQ(history_of(plain.progress), history_of(averaged.progress)) << "training goes on from the weights themselves";
  EXPECT_NE(weights_of(*plain.model), weights_of(*averaged.model));
  const auto saved = fresh_model();
  load_weights(*saved, "", read_tensor_file(Trainer::model_weights(folder_.path())), "model.safetensors");
  EXPECT_EQ(weights_of(*saved), weights_of(*averaged.model));
  const auto going_on = fresh_model();
  load_weights(*going_on, "model.", read_checkpoint(last()).tensors, "last.safetensors");
  EXPECT_EQ(weights_of(*going_on), weights_of(*plain.model));
}

TEST_F(TrainerTest, ResumedEqualsNeverStoppedWithPlateauOnTheLoss) {
  options_.epochs = 6;
  options_.learning_rate = {{0, 0.5}};
  options_.learning_rate_schedule = "plateau";
  options_.patience_dynamic_learning_rate = 1;
  expect_resuming_changes_nothing();
}

TEST_F(TrainerTest, ResumedEqualsNeverStoppedWithEarlyStopping) {
  options_.epochs = 50;
  options_.validate_every = 1;
  options_.learning_rate = {{0, 0.3}};
  options_.early_stopping = true;
  options_.patience_early_stopping = 2;
  expect_resuming_changes_nothing();
  EXPECT_EQ(train().outcome, "early stopping");
}

TEST_F(TrainerTest, ARunThatWasKilledGoesOnFromItsLastEpochToTheSameEnd) {
  const Ending whole = train();
  ASSERT_EQ(train(6).outcome, "interrupted");  // at the end of the second epoch
  const std::string after_two = read_file(last());
  ASSERT_EQ(train(2, last()).outcome, "interrupted");
  write_file_atomically(last(), after_two);  // the two steps of the third epoch are lost
  expect_same(train(-1, last()), whole, "killed");
}

TEST_F(TrainerTest, GivesTheSameBitsForOneAndForTwoThreads) {
  model_options_.output_dropout = 0.2;
  options_.validate_every = 1;
  options_.shards = 3;
  const Ending one = train();
  threads_ = 2;
  expect_same(train(), one, "two threads");
}

TEST_F(TrainerTest, EndsWithTheWeightsOfTheBestValidation) {
  options_.epochs = 12;
  options_.validate_every = 2;
  options_.learning_rate = {{0, 0.05}, {7, 20}};  // which spoils what was learned
  const Ending ending = train();
  ASSERT_THAT(validations_, SizeIs(6));
  double best = -1e300;
  std::int64_t best_epoch = 0;
  for (const ValidationFinished& validation : validations_) {
    EXPECT_EQ(validation.best, validation.score > best);
    if (validation.score > best) best_epoch = validation.epoch;
    best = std::max(best, validation.score);
    EXPECT_EQ(ending.progress.history.at(static_cast<std::size_t>(validation.epoch - 1)).validation, validation.score);
  }
  EXPECT_LT(best_epoch, 12);
  EXPECT_EQ(ending.progress.best_epoch, best_epoch);
  EXPECT_EQ(ending.progress.best_score, best);
  EXPECT_EQ(validator()->score(*ending.model), best);

  const auto from_file = fresh_model();
  const fs::path file = Trainer::model_weights(folder_.path());
  load_weights(*from_file, "", read_tensor_file(file), file.string());
  EXPECT_EQ(weights_of(*from_file), weights_of(*ending.model));
}

TEST_F(TrainerTest, TheBestOfAMetricWhoseBestLiesInsideItsRangeIsTheNearest) {
  options_.epochs = 8;
  options_.validate_every = 1;
  options_.validation_metric = "alpha";  // the ratio of standard deviations: best at 1
  const Ending ending = train();
  double nearest_distance = 1e300;
  for (const ValidationFinished& validation : validations_)
    nearest_distance = std::min(nearest_distance, std::abs(validation.score - 1));
  EXPECT_LT(nearest_distance, std::abs(validations_.front().score - 1)) << "training must first come nearer";
  EXPECT_EQ(std::abs(ending.progress.best_score - 1), nearest_distance);
  EXPECT_EQ(validator()->score(*ending.model), ending.progress.best_score);
}

TEST_F(TrainerTest, EarlyStoppingWaitsForItsPatienceAndTheLeastEpochs) {
  options_.epochs = 30;
  options_.validate_every = 1;
  options_.learning_rate = {{0, 1e-30}};  // nothing moves: the first score stays the best
  options_.early_stopping = true;
  options_.patience_early_stopping = 4;
  const Ending patient = train();
  EXPECT_EQ(patient.outcome, "early stopping");
  EXPECT_EQ(patient.progress.best_epoch, 1);
  EXPECT_THAT(patient.progress.history, SizeIs(5));
  options_.minimum_epochs_before_early_stopping = 9;
  EXPECT_THAT(train().progress.history, SizeIs(9));
}

TEST_F(TrainerTest, PlateauReducesTheRateAfterItsPatience) {
  options_.epochs = 6;
  options_.validate_every = 1;
  options_.learning_rate = {{0, 1e-30}};
  options_.learning_rate_schedule = "plateau";
  options_.patience_dynamic_learning_rate = 2;
  options_.factor_dynamic_learning_rate = 0.25;
  std::vector<double> rates;
  for (const EpochResult& epoch : train().progress.history) rates.push_back(epoch.learning_rate);
  EXPECT_EQ(rates, (std::vector<double>{1e-30, 1e-30, 1e-30, 0.25e-30, 0.25e-30, 0.0625e-30}));
}

TEST_F(TrainerTest, EpochsEndEarlyAndWeightsAreKeptWhereAskedFor) {
  options_.max_updates_per_epoch = 2;
  options_.save_weights_every = 3;
  EXPECT_EQ(train().progress.global_step, 4 * 2);
  EXPECT_TRUE(fs::exists(folder_.path() / "epoch_003.safetensors"));
  EXPECT_FALSE(fs::exists(folder_.path() / "epoch_004.safetensors"));
}

TEST_F(TrainerTest, WithoutAnySampleItIsAnInputError) {
  for (std::size_t b = 0; b < 2; ++b) {
    for (std::int64_t day = 0; day < 120; ++day) made_.target(b, day) = std::nanf("");
  }
  EXPECT_THAT(problem_of([&] { train(); }).what, HasSubstr("no training sample"));
}

TEST_F(TrainerTest, AnUnfitCheckpointIsRefused) {
  train(2);
  model_options_.hidden_size = 5;
  EXPECT_EQ(problem_of([&] { train(-1, last()); }).file, last().string());
}

TEST_F(TrainerTest, ADamagedCheckpointIsRefused) {
  options_.validate_every = 1;
  train(4);
  const std::string whole = read_file(last());
  for (const double share : {0.0, 0.001, 0.3, 0.999}) {
    write_file_atomically(last(), whole.substr(0, static_cast<std::size_t>(share * static_cast<double>(whole.size()))));
    EXPECT_EQ(problem_of([&] { read_checkpoint(last()); }).file, last().string()) << share;
  }
  for (std::size_t at = 8 + whole.size() / 2; at < whole.size(); at += 97) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    write_file_atomically(last(), flipped);
    EXPECT_THROW(read_checkpoint(last()), InputError) << "byte " << at;
  }
  EXPECT_THAT(problem_of([&] { read_checkpoint(Trainer::model_weights(folder_.path())); }).what,
              HasSubstr("not a Freshet checkpoint"));
  EXPECT_THROW(read_checkpoint(folder_.path() / "absent"), InputError);
}

TEST(Checkpoint, GivesBackProgressAndNotesBitForBit) {
  const TemporaryFolder folder;
  const double nan = std::nan("");
  Checkpoint checkpoint{.progress = {.epoch = 7,
                                     .step = 3,
                                     .global_step = 99,
                                     .loss_sum = 0.1,
                                     .loss_days = 12,
                                     .gradient_norm_sum = 2.0 / 7,
                                     .best_score = -1e-310,
                                     .best_epoch = 5,
                                     .validations_without_gain = 2,
                                     .plateau_factor = 1.0 / 3,
                                     .plateau_best = nan,
                                     .plateau_epochs_without_gain = 1,
                                     .finished = true,
                                     .history = {{1, 0.3, nan, 1e-3, 2.5}, {2, 0.2, 0.7, 5e-4, 2.25}}},
                        .tensors = {},
                        .notes = {{"events.bytes", "1234"}, {"text", "a \"b\"\n"}}};
  write_checkpoint(folder.path() / "c", checkpoint);
  const Checkpoint again = read_checkpoint(folder.path() / "c");
  EXPECT_EQ(again.notes, checkpoint.notes);
  EXPECT_EQ(history_of(again.progress), history_of(checkpoint.progress));
  EXPECT_EQ(again.progress.history[1].seconds, 2.25);
  const auto numbers = [](const TrainingProgress& p) {
    return std::vector<std::uint64_t>{static_cast<std::uint64_t>(p.epoch),
                                      static_cast<std::uint64_t>(p.step),
                                      static_cast<std::uint64_t>(p.global_step),
                                      std::bit_cast<std::uint64_t>(p.loss_sum),
                                      static_cast<std::uint64_t>(p.loss_days),
                                      std::bit_cast<std::uint64_t>(p.gradient_norm_sum),
                                      std::bit_cast<std::uint64_t>(p.best_score),
                                      static_cast<std::uint64_t>(p.best_epoch),
                                      static_cast<std::uint64_t>(p.validations_without_gain),
                                      std::bit_cast<std::uint64_t>(p.plateau_factor),
                                      std::bit_cast<std::uint64_t>(p.plateau_best),
                                      static_cast<std::uint64_t>(p.plateau_epochs_without_gain),
                                      p.finished};
  };
  EXPECT_EQ(numbers(again.progress), numbers(checkpoint.progress));
}

TEST_F(TrainerTest, TheValidationScoreIsTheMedianOverBasins) {
  options_.validate_every = 1;
  const auto model = fresh_model();
  std::vector<double> scores;
  for (std::size_t b = 0; b < 2; ++b) {
    const SimulationRun run{.basin = static_cast<std::int32_t>(b), .first = 50, .end = 120};
    const auto values = simulate_stateful(*model, made_.data, std::span(&run, 1), 1).at(0).prediction;
    const std::vector<double> simulated(values.begin() + 10, values.end());
    const auto& series = made_.data.basins[b].observed[0];
    const std::vector<double> observed(series.begin() + 60, series.end());
    scores.push_back(find_metric("nse").compute({observed, simulated, kMinutesPerDay}));
  }
  EXPECT_NEAR(validator()->score(*model), (scores[0] + scores[1]) / 2, 1e-6);
}

}  // namespace
}  // namespace freshet
