#include "freshet/metrics/comparison.hpp"

#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/metrics/effect_size.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNan;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const ComparisonOptions kOptions{.bootstrap = {.resamples = 500}};

ComparedScores paired(std::vector<double> values) {
  return {.values = std::move(values)};
}

TEST(CompareModels, NumbersByHand) {
  const std::vector<ComparedScores> models = {paired({0.5, 0.6, -1, 0.8}), paired({0.6, 0.6, 0, 0.7})};
  const MetricComparison result = compare_models(find_metric("nse"), models, kOptions);
  EXPECT_THAT(result.basins, ElementsAre(0, 1, 2, 3));
  const ModelSummary& first = result.models[0];
  EXPECT_DOUBLE_EQ(first.median.value, 0.55);
  EXPECT_DOUBLE_EQ(first.mean.value, 0.225);
  EXPECT_EQ(first.below_zero, 1u);
  EXPECT_EQ(first.good, 2u);
  EXPECT_EQ(first.quantiles.front(), -1);
  EXPECT_EQ(first.quantiles.back(), 0.8);
  EXPECT_EQ(result.models[1].below_zero, 0u);
  ASSERT_EQ(result.pairs.size(), 1u);
  const PairSummary& pair = result.pairs[0];
  EXPECT_EQ(pair.model, 1u);
  EXPECT_EQ(pair.against, 0u);
  EXPECT_NEAR(pair.median_gain.value, 0.05, 1e-15) << "of 0.1, 0, 1, -0.1";
  EXPECT_NEAR(pair.mean_gain.value, 0.25, 1e-15);
  EXPECT_NEAR(pair.gain_of_median.value, 0.05, 1e-15);
  EXPECT_LE(pair.mean_gain.interval.low, pair.mean_gain.value);
  EXPECT_GE(pair.mean_gain.interval.high, pair.mean_gain.value);
  EXPECT_EQ(pair.wins, 2u);
  EXPECT_EQ(pair.losses, 1u);
  EXPECT_EQ(pair.ties, 1u);
  EXPECT_EQ(pair.good->both, 2u);
  EXPECT_EQ(pair.good->only_first, 1u);
  EXPECT_EQ(pair.holm_p, pair.test.p);
}

TEST(CompareModels, GainIsTowardsThePerfectValue) {
  // FHV: 0 is perfect, so -5 is better than 20 and 3 worse than -2.
  const std::vector<ComparedScores> models = {paired({20, -2, -7}), paired({-5, 3, 7})};
  const PairSummary pair = compare_models(find_metric("fhv"), models, kOptions).pairs.front();
  EXPECT_EQ(pair.wins, 1u);
  EXPECT_EQ(pair.losses, 1u);
  EXPECT_EQ(pair.ties, 1u);
  EXPECT_DOUBLE_EQ(pair.mean_gain.value, (15 - 1 + 0) / 3.0);
  EXPECT_DOUBLE_EQ(pair.gain_of_median.value, 7 - 5);
  EXPECT_FALSE(pair.good.has_value());
  EXPECT_THAT(pair.mcnemar_p, IsNan());
}

TEST(CompareModels, RoundingBreaksNoTies) {
  ASSERT_NE(0.8 - 0.7, 0.6 - 0.5);
  const std::vector<ComparedScores> models = {paired({0.7, 0.5, 0.1, -0.3}), paired({0.8, 0.6, 0.0, 0.9})};
  const SignedRankTest test = compare_models(find_metric("nse"), models, kOptions).pairs.front().test;
  EXPECT_EQ(test.rank_sum_negative, 2) << "of 1, 2 and 3";
  EXPECT_EQ(test.method, SignedRankTest::Method::kNormal);
}

TEST(CompareModels, ABasinWithoutAScoreIsLeftOutForAll) {
  const std::vector<ComparedScores> models = {paired({0.1, kNaN, 0.3, 0.4}), paired({0.2, 0.9, 0.1, kNaN})};
  const MetricComparison result = compare_models(find_metric("nse"), models, kOptions);
  EXPECT_THAT(result.basins, ElementsAre(0, 2));
  EXPECT_EQ(result.models[0].basins, 2u);
  EXPECT_DOUBLE_EQ(result.models[1].mean.value, 0.15);
}

TEST(CompareModels, ContextIsSummarizedAndInNoPair) {
  std::vector<ComparedScores> models = {
      paired({0.1, 0.2, 0.3}), paired({0.2, 0.1, 0.5}), {.values = {0.9, kNaN, 0.7}, .paired = false}};
  const MetricComparison result = compare_models(find_metric("nse"), models, kOptions);
  EXPECT_EQ(result.models[2].basins, 2u);
  EXPECT_DOUBLE_EQ(result.models[2].median.value, 0.8);
  EXPECT_EQ(result.pairs.size(), 1u);
  models.pop_back();
  const MetricComparison without = compare_models(find_metric("nse"), models, kOptions);
  EXPECT_EQ(without.pairs[0].median_gain.interval.low, result.pairs[0].median_gain.interval.low);
}

TEST(CompareModels, AllPairsAgainstTheFirstFirst) {
  std::vector<ComparedScores> models;
  for (int m = 0; m < 4; ++m) {
    models.push_back(paired({}));
    for (int b = 0; b < 12; ++b) models.back().values.push_back(0.1 * m + 0.01 * ((7 * b * (m + 1)) % 5));
  }
  const auto pairs = compare_models(find_metric("kge_2009"), models, kOptions).pairs;
  ASSERT_EQ(pairs.size(), 6u);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(pairs[k].against, 0u);
  for (const PairSummary& pair : pairs) {
    EXPECT_GE(pair.holm_p, pair.test.p);
    EXPECT_LE(pair.holm_p, 6 * pair.test.p);
  }
}

TEST(CompareModels, OneBasinNoneAndNoModel) {
  const MetricComparison one = compare_models(find_metric("nse"), std::vector{paired({0.5}), paired({0.7})}, kOptions);
  EXPECT_EQ(one.models[0].median.value, 0.5);
  EXPECT_THAT(one.models[0].median.interval.low, IsNan());
  EXPECT_EQ(one.pairs[0].test.p, 1);
  EXPECT_THAT(one.pairs[0].d_paired, IsNan());
  const MetricComparison none = compare_models(find_metric("nse"), std::vector{paired({kNaN}), paired({0.7})}, kOptions);
  EXPECT_THAT(none.basins, IsEmpty());
  EXPECT_THAT(none.models[1].median.value, IsNan());
  EXPECT_THAT(none.pairs[0].test.p, IsNan());
  EXPECT_THAT(compare_models(find_metric("nse"), {}, kOptions).models, IsEmpty());
  EXPECT_THROW(compare_models(find_metric("nse"), std::vector{paired({1}), paired({1, 2})}, kOptions), InternalError);
}

TEST(CompareModels, OnlyEfficienciesCanFail) {
  for (const char* name : {"nse", "kge_2009", "mnse", "log_nse"}) EXPECT_TRUE(is_efficiency(find_metric(name))) << name;
  for (const char* name : {"r", "fhv", "rmse", "alpha", "missed_peaks"}) EXPECT_FALSE(is_efficiency(find_metric(name))) << name;
}

}  // namespace
}  // namespace freshet
