#include "freshet/metrics/summary.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(Summary, LeavesOutFailedBasinsAndCountsThem) {
  const ScoreSummary summary = summarize(std::vector<double>{0.9, kNaN, 0.1, 0.5, kNaN, 0.7});
  EXPECT_EQ(summary.scored, 4u);
  EXPECT_EQ(summary.failed, 2u);
  EXPECT_NEAR(summary.median, 0.6, 1e-15);
  EXPECT_NEAR(summary.mean, 0.55, 1e-15);
  EXPECT_NEAR(summary.lower_quartile, 0.4, 1e-15);  // rank 0.75 of 0.1, 0.5
  EXPECT_NEAR(summary.upper_quartile, 0.75, 1e-15);
  EXPECT_EQ(summary.lowest, 0.1);
  EXPECT_EQ(summary.highest, 0.9);
}

TEST(Summary, WithoutAnyScoreIsNaN) {
  for (const std::vector<double>& scores : {std::vector<double>{}, std::vector<double>{kNaN, kNaN}}) {
    const ScoreSummary summary = summarize(scores);
    EXPECT_EQ(summary.failed, scores.size());
    EXPECT_TRUE(std::isnan(summary.median));
    EXPECT_TRUE(std::isnan(summary.mean));
    EXPECT_TRUE(std::isnan(median_valid(scores)));
    EXPECT_TRUE(std::isnan(mean_valid(scores)));
  }
}

TEST(Quantile, IsLinearBetweenOrderStatistics) {
  const std::vector<double> values = {4, 1, kNaN, 3, 2, 5};
  EXPECT_EQ(quantile_valid(values, 0), 1);
  EXPECT_EQ(quantile_valid(values, 1), 5);
  EXPECT_NEAR(quantile_valid(values, 0.1), 1.4, 1e-15);
  EXPECT_EQ(median_valid(values), 3);
  EXPECT_EQ(quantile_valid(std::vector<double>{-kInf, -kInf, -kInf, 0}, 0.5), -kInf);
  EXPECT_THROW(quantile_valid(values, 1.1), InternalError);
  EXPECT_THROW(quantile_valid(values, kNaN), InternalError);
}

}  // namespace
}  // namespace freshet
