#include "freshet/inference/predict.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/inference/paired.hpp"
#include "freshet/models/weights.hpp"
#include "unit/data/data_testing.hpp"
#include "unit/data/prepared_testing.hpp"

namespace freshet {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsNan;
using testing::SizeIs;
using testing_support::MadeUpData;
using testing_support::problem_of;

const float kNaN = std::nanf("");

/// Two basins of 100 days; a warm-up of 10.
class Predict : public testing::Test {
 protected:
  void SetUp() override {
    use_one_thread_per_tensor_operation();
    scale_targets({{0.25, 3}, {1, 1}});
  }
  void scale_targets(const std::vector<Standardisation>& scaling) {
    for (PreparedBasin& basin : made_.data.basins) basin.target_scaling = scaling;
  }

  PredictionRequest request(std::vector<Period> periods) const {
    PredictionRequest request{.periods = std::move(periods), .seq_length = 11, .clip = {false, false}};
    request.options.warmup_steps = 10;
    return request;
  }
  std::vector<BasinPrediction> run(const PredictionRequest& request) { return predict(*model_, made_.data, request); }
  /// The first basin's first target, from the zero state on day `from`, in its own unit; days from `first` on.
  std::vector<float> simulated(std::int64_t from, std::int64_t first, std::int64_t end) {
    const SimulationRun run{.basin = 0, .first = from, .end = end};
    const auto values = simulate_stateful(*model_, made_.data, std::span(&run, 1), 1).at(0).prediction;
    std::vector<float> out;
    for (std::int64_t t = first - from; t < end - from; ++t) {
      out.push_back(static_cast<float>(values[static_cast<std::size_t>(2 * t)] * 3.0 + 0.25));
    }
    return out;
  }
  static std::vector<float> first_target(const BasinPrediction& prediction, std::int64_t first, std::int64_t end) {
    std::vector<float> out;
    for (std::int64_t t = first; t < end; ++t) out.push_back(prediction.simulated[static_cast<std::size_t>(2 * t)]);
    return out;
  }

  MadeUpData made_{{.basins = 2, .days = 100, .inputs = 2, .statics = 1, .targets = 2}};
  std::shared_ptr<Model> model_ = [] {
    ModelOptions options;
    options.hidden_size = 4;
    return create_model(options, {.inputs = 2, .statics = 1, .targets = 2}, 3);
  }();
};

TEST_F(Predict, RunsFromTheWarmUpOverThePeriodInTheTargetsUnits) {
  const auto predictions = run(request({MadeUpData::days(40, 60)}));
  ASSERT_THAT(predictions, SizeIs(2));
  const BasinPrediction& first = predictions[0];
  EXPECT_EQ(first.basin, "b0");
  EXPECT_EQ(first.axis, (TimeAxis{MadeUpData::days(40, 41).first, kMinutesPerDay, 20}));
  EXPECT_EQ(first_target(first, 0, 20), simulated(30, 40, 60));
  ASSERT_TRUE(first.end);
  EXPECT_EQ(first.end->next, MadeUpData::days(60, 61).first);
  EXPECT_EQ(first.missing_input_days, 0);
  EXPECT_EQ(first.short_warmup, 0);
  EXPECT_EQ(first.clipped, 0);
}

TEST_F(Predict, AGapBlanksItsDayAndTheWarmUpAfterIt) {
  made_.input(0, 50, 1) = kNaN;
  const auto predictions = run(request({MadeUpData::days(40, 80)}));
  EXPECT_EQ(first_target(predictions[0], 0, 10), simulated(30, 40, 50));
  EXPECT_THAT(first_target(predictions[0], 10, 21), Each(IsNan()));
  EXPECT_EQ(first_target(predictions[0], 21, 40), simulated(51, 61, 80));
  EXPECT_EQ(predictions[0].missing_input_days, 11);
  EXPECT_EQ(predictions[1].missing_input_days, 0) << "the other basin has no gap";
}

TEST_F(Predict, AGapInTheWarmUpBlanksTheStart) {
  made_.input(0, 35, 0) = kNaN;
  const auto predictions = run(request({MadeUpData::days(40, 60)}));
  EXPECT_THAT(first_target(predictions[0], 0, 6), Each(IsNan()));
  EXPECT_EQ(first_target(predictions[0], 6, 20), simulated(36, 46, 60));
  EXPECT_EQ(predictions[0].missing_input_days, 6);
}

TEST_F(Predict, AGapNearTheEndLeavesNoStateToGoOnFrom) {
  made_.input(0, 55, 0) = kNaN;
  const auto predictions = run(request({MadeUpData::days(40, 60)}));
  EXPECT_THAT(first_target(predictions[0], 15, 20), Each(IsNan()));
  EXPECT_FALSE(predictions[0].end);
  EXPECT_TRUE(predictions[1].end);
}

TEST_F(Predict, AShortWarmUpIsCountedAndUsedAsItIs) {
  const auto predictions = run(request({MadeUpData::days(3, 20)}));
  EXPECT_EQ(predictions[0].short_warmup, 7);
  EXPECT_EQ(predictions[0].missing_input_days, 0);
  EXPECT_EQ(first_target(predictions[0], 0, 17), simulated(0, 3, 20));
}

TEST_F(Predict, PeriodsArePutOnOneAxisInAnyOrderAndCutToTheRecord) {
  const std::vector<Period> periods = {MadeUpData::days(90, 120), MadeUpData::days(20, 30)};
  const auto predictions = run(request(periods));
  ASSERT_EQ(predictions[0].axis, (TimeAxis{MadeUpData::days(20, 21).first, kMinutesPerDay, 80}));
  EXPECT_EQ(first_target(predictions[0], 0, 10), simulated(10, 20, 30));
  EXPECT_THAT(first_target(predictions[0], 10, 70), Each(IsNan()));
  EXPECT_EQ(first_target(predictions[0], 70, 80), simulated(80, 90, 100));
  EXPECT_EQ(predictions[0].missing_input_days, 0) << "days outside the periods do not count";
  EXPECT_EQ(predictions[0].end->next, MadeUpData::days(100, 101).first);

  const auto beside = run(request({MadeUpData::days(-20, -10), MadeUpData::days(200, 210)}));
  EXPECT_EQ(beside[0].axis.size, 0);
  EXPECT_FALSE(beside[0].end);
}

TEST_F(Predict, NegativeValuesAreClippedAndCountedWhereAskedFor) {
  PredictionRequest clipping = request({MadeUpData::days(40, 60)});
  scale_targets({{-50, 1}, {-50, 1}});
  clipping.clip = {false, true};
  const auto predictions = run(clipping);
  for (std::size_t t = 0; t < 20; ++t) {
    EXPECT_LT(predictions[0].simulated[2 * t], 0) << "not asked for";
    EXPECT_EQ(predictions[0].simulated[2 * t + 1], 0);
  }
  EXPECT_EQ(predictions[0].clipped, 20);
  scale_targets({{50, 1}, {50, 1}});
  EXPECT_EQ(run(clipping)[0].clipped, 0);
}

TEST_F(Predict, GoingOnFromASavedStateEqualsTheUnbrokenRun) {
  const auto whole = run(request({MadeUpData::days(40, 80)}));
  const auto first = run(request({MadeUpData::days(40, 63)}));
  PredictionRequest rest = request({MadeUpData::days(63, 80)});
  for (const BasinPrediction& prediction : first) rest.resume[prediction.basin] = *prediction.end;
  const auto second = run(rest);
  for (std::size_t b = 0; b < 2; ++b) {
    std::vector<float> joined = first[b].simulated;
    joined.insert(joined.end(), second[b].simulated.begin(), second[b].simulated.end());
    EXPECT_EQ(joined, whole[b].simulated);
    EXPECT_EQ(second[b].end->state.cell, whole[b].end->state.cell);
    EXPECT_EQ(second[b].short_warmup, 0);
  }
}

TEST_F(Predict, AStateOfAnotherDayOrAMissingInputAfterItIsRefused) {
  const auto first = run(request({MadeUpData::days(40, 63)}));
  PredictionRequest rest = request({MadeUpData::days(64, 80)});
  rest.resume["b1"] = *first[1].end;
  const Problem day = problem_of([&] { run(rest); });
  EXPECT_EQ(day.basin, "b1");
  EXPECT_EQ(day.got, "2000-03-05");
  EXPECT_EQ(day.expected, "a period that starts on 2000-03-04");

  rest.periods = {MadeUpData::days(63, 80)};
  made_.input(1, 70, 0) = kNaN;
  const Problem missing = problem_of([&] { run(rest); });
  EXPECT_EQ(missing.basin, "b1");
  EXPECT_EQ(missing.date, "2000-03-11");
}

TEST_F(Predict, AModelThatReplacesMissingInputsLeavesNoGap) {
  ModelOptions options;
  options.hidden_size = 4;
  model_ = create_model(options, {.inputs = 2, .statics = 1, .targets = 2, .replace_missing = true}, 3);
  made_.input(0, 50, 1) = kNaN;
  PredictionRequest all = request({MadeUpData::days(40, 80)});
  all.missing_allowed = true;
  const auto predictions = run(all);
  for (const float value : predictions[0].simulated) ASSERT_TRUE(std::isfinite(value));
  EXPECT_EQ(predictions[0].missing_input_days, 0);
}

TEST_F(Predict, WindowedRunsBlankTheDaysWhoseWindowIsIncomplete) {
  PredictionRequest windowed = request({MadeUpData::days(5, 40)});
  windowed.options.evaluation_mode = "windowed";
  made_.input(0, 20, 0) = kNaN;
  const auto predictions = run(windowed);
  for (std::int64_t day = 5; day < 40; ++day) {
    const bool blank = day < 10 || (day >= 20 && day < 31);
    EXPECT_EQ(std::isnan(predictions[0].simulated[static_cast<std::size_t>(2 * (day - 5))]), blank) << day;
  }
  EXPECT_EQ(predictions[0].missing_input_days, 5 + 11);
  EXPECT_EQ(predictions[0].short_warmup, 0) << "a window has no warm-up of its own";
  EXPECT_EQ(first_target(predictions[0], 10, 11), simulated(5, 15, 16));
}

TEST_F(Predict, PairsStandBesideTheirObservations) {
  const auto predictions = run(request({MadeUpData::days(40, 43)}));
  const PairedSeries pair = paired_series(made_.data.basins[1], predictions[1], 1, 2);
  ASSERT_THAT(pair.observed, SizeIs(3));
  for (std::size_t t = 0; t < 3; ++t) {
    EXPECT_EQ(pair.observed[t], made_.target(1, 40 + static_cast<std::int64_t>(t), 1));
    EXPECT_EQ(pair.simulated[t], predictions[1].simulated[2 * t + 1]);
  }
  PreparedBasin ungauged = made_.data.basins[1];
  ungauged.observed = {};
  EXPECT_THAT(paired_series(ungauged, predictions[1], 1, 2).observed, Each(IsNan()));
}

TEST(PredictionRequest, TakesClippingInTheOrderOfTheTargets) {
  DataOptions data;
  data.target_variables = {"q", "swe"};
  InferenceOptions inference;
  inference.clip_targets_to_zero = {"swe"};
  EXPECT_THAT(clip_flags(inference, data), ElementsAre(false, true));
}

}  // namespace
}  // namespace freshet
