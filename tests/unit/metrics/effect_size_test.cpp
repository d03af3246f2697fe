#include "freshet/metrics/effect_size.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/metrics/contingency.hpp"

namespace freshet {
namespace {

using testing::IsNan;

TEST(CohensD, ByHand) {
  // Differences 1, 2, 3: mean 2, standard deviation 1.
  EXPECT_DOUBLE_EQ(cohens_d_paired(std::vector<double>{1, 2, 3}), 2);
  EXPECT_DOUBLE_EQ(cohens_d_paired(std::vector<double>{-1, -2, -3}), -2);
  // Population variances 2/3 and 8/3, their mean 5/3.
  const std::vector<double> a = {1, 2, 3}, b = {0, 2, 4};
  EXPECT_DOUBLE_EQ(cohens_d_pooled(std::vector<double>{2, 3, 4}, b), 1 / std::sqrt(5.0 / 3));
  EXPECT_EQ(cohens_d_pooled(a, b), 0);
  // Weights 1 and 2: variances 1 and 2/3, so (1 + 4/3) / 3.
  EXPECT_DOUBLE_EQ(cohens_d_pooled(std::vector<double>{4, 6}, a), 3 / std::sqrt(7.0 / 9));
}

TEST(CohensD, WithoutSpreadOrData) {
  EXPECT_THAT(cohens_d_paired({}), IsNan());
  EXPECT_THAT(cohens_d_paired(std::vector<double>{1}), IsNan());
  EXPECT_THAT(cohens_d_pooled(std::vector<double>{1}, std::vector<double>{1, 2}), IsNan());
  EXPECT_EQ(cohens_d_paired(std::vector<double>{0, 0, 0}), 0);
  EXPECT_EQ(cohens_d_paired(std::vector<double>{-2, -2}), -std::numeric_limits<double>::infinity());
}

TEST(Contingency, CountsTheFourCells) {
  const std::vector<double> first = {0.55, 0.9, 0.1, -3, 0.6}, second = {0.7, 0.5, 0.55, 0.2, 0.54};
  const Contingency table = contingency(first, second, 0.55);
  EXPECT_EQ(table.both, 1u);
  EXPECT_EQ(table.only_first, 2u);
  EXPECT_EQ(table.only_second, 1u);
  EXPECT_EQ(table.neither, 1u);
  EXPECT_THROW(contingency(first, std::vector<double>{1}, 0.5), InternalError);
}

TEST(McNemar, ExactBinomial) {
  // By hand: 1 of 5, 2 (1 + 5) / 32.
  EXPECT_NEAR(mcnemar_p({.both = 9, .only_first = 1, .only_second = 4}), 0.375, 1e-14);
  EXPECT_EQ(mcnemar_p({.both = 3, .neither = 4}), 1);
  EXPECT_EQ(mcnemar_p({.only_first = 6, .only_second = 6}), 1);
  // scipy.stats.binomtest of SciPy 1.17.1.
  EXPECT_NEAR(mcnemar_p({.only_first = 7, .only_second = 20}), 0.0191572904586792, 1e-14);
  EXPECT_NEAR(mcnemar_p({.only_first = 89, .only_second = 41}) / 3.0921923883829104e-05, 1, 1e-10);
  EXPECT_NEAR(mcnemar_p({.only_first = 900, .only_second = 1200}) / 6.337277315775641e-11, 1, 1e-9);
}

}  // namespace
}  // namespace freshet
