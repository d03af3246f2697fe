#include "freshet/metrics/runoff_ratios.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const BootstrapOptions kFew{.resamples = 200};

TEST(RunoffRatios, AreSummarizedOverTheBasinsThatAllPairedModelsHave) {
  const std::vector<RunoffRatios> models = {
      {.observed = {0.2, 0.4, 1.1, 0.5, 0.6}, .simulated = {0.3, 0.3, 1.3, 0.9, 0.6}},
      {.observed = {}, .simulated = {}},  // a table of scores
      {.observed = {0.2, 0.4, 1.1, kNaN, 0.6}, .simulated = {0.2, 0.4, 1.0, 0.1, 0.7}},
      {.observed = {0.2, kNaN, 0.3, 0.4, kNaN}, .simulated = {0.1, 0.1, 1.2, 0.4, 0.1}, .paired = false},
  };
  const RunoffRatioComparison result = compare_runoff_ratios(models, kFew, 1);
  EXPECT_THAT(result.basins, ElementsAre(0, 1, 2, 4));
  ASSERT_EQ(result.models.size(), 4u);
  const RunoffRatioSummary& first = result.models[0];
  EXPECT_EQ(first.basins, 4u);
  EXPECT_DOUBLE_EQ(first.observed.value, 0.5);
  EXPECT_DOUBLE_EQ(first.simulated.value, 0.45);
  // Differences 0.1, -0.1, 0.2 and 0.
  EXPECT_NEAR(first.median_difference.value, 0.05, 1e-15);
  EXPECT_NEAR(first.mean_difference.value, 0.05, 1e-15);
  EXPECT_NEAR(first.median_absolute_difference.value, 0.1, 1e-15);
  EXPECT_EQ(first.observed_above_one, 1u);
  EXPECT_EQ(first.simulated_above_one, 1u);
  // Deviations of the observed from 0.575: -.375 -.175 .525 .025; of the simulated from 0.625: -.325 -.325 .675 -.025.
  EXPECT_NEAR(first.pearson_r, 0.5325 / std::sqrt(0.4475 * 0.6675), 1e-12);
  EXPECT_LE(first.median_difference.interval.low, 0.05);
  EXPECT_GE(first.median_difference.interval.high, 0.05);
  EXPECT_GE(first.mean_difference.interval.low, -0.1);
  EXPECT_GE(first.median_absolute_difference.interval.low, 0);

  EXPECT_EQ(result.models[1].basins, 0u);
  EXPECT_TRUE(std::isnan(result.models[1].observed.value));
  EXPECT_EQ(result.models[2].simulated_above_one, 0u) << "exactly 1 is not above";
  EXPECT_EQ(result.models[3].basins, 2u) << "context has its own of the common basins";
  EXPECT_NEAR(result.models[3].mean_difference.value, 0.4, 1e-15);
}

TEST(RunoffRatios, TheSameRatiosHaveTheSameIntervalsAndThreadsDoNotMatter) {
  std::vector<double> observed, simulated;
  for (int b = 0; b < 40; ++b) {
    observed.push_back(0.02 * b);
    simulated.push_back(0.02 * b + 0.1 * std::sin(b));
  }
  const std::vector<RunoffRatios> models = {{observed, simulated}, {observed, simulated}};
  const auto one = compare_runoff_ratios(models, kFew, 1).models, three = compare_runoff_ratios(models, kFew, 3).models;
  for (const auto member : {&RunoffRatioSummary::simulated, &RunoffRatioSummary::mean_difference}) {
    EXPECT_EQ((one[0].*member).interval.low, (one[1].*member).interval.low);
    EXPECT_EQ((one[0].*member).interval.high, (three[0].*member).interval.high);
    EXPECT_LT((one[0].*member).interval.low, (one[0].*member).interval.high);
  }
}

TEST(RunoffRatios, NothingKnownIsNoBasin) {
  const std::vector<RunoffRatios> nothing(2);
  EXPECT_THAT(compare_runoff_ratios(nothing, kFew, 1).basins, IsEmpty());
  EXPECT_THAT(compare_runoff_ratios({}, kFew, 1).models, IsEmpty());
  const std::vector<RunoffRatios> apart = {{{kNaN, 1}, {1, 1}}, {{1, 1}, {1, kNaN}}};
  EXPECT_THAT(compare_runoff_ratios(apart, kFew, 1).basins, IsEmpty());
  const std::vector<RunoffRatios> uneven = {{{1, 1}, {1, 1}}, {{1}, {1}}};
  EXPECT_THROW(compare_runoff_ratios(uneven, kFew, 1), InternalError);
}

}  // namespace
}  // namespace freshet
