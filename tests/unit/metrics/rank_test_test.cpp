#include "freshet/metrics/rank_test.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/rng.hpp"

namespace freshet {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsNan;
using Method = SignedRankTest::Method;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The two-sided p by its definition: over all signs of the ranks 1..n, how often the smaller rank sum is as small as `w`.
double p_over_all_signs(std::size_t n, double w) {
  std::size_t as_extreme = 0;
  const double total = static_cast<double>(n * (n + 1)) / 2;
  for (std::size_t signs = 0; signs < (std::size_t{1} << n); ++signs) {
    double positive = 0;
    for (std::size_t i = 0; i < n; ++i) positive += (signs >> i) & 1 ? static_cast<double>(i + 1) : 0;
    if (std::min(positive, total - positive) <= w) ++as_extreme;
  }
  return static_cast<double>(as_extreme) / std::pow(2.0, static_cast<double>(n));
}

TEST(SignedRankTest, SmallSamplesAgreeWithTheEnumerationOfAllSigns) {
  RngStream rng(7, RngUse::kSynthetic);
  for (std::size_t n = 1; n <= 14; ++n) {
    std::vector<double> differences;
    for (std::size_t i = 0; i < n; ++i) differences.push_back(rng.normal() + 0.3);
    const SignedRankTest test = signed_rank_test(differences, ZeroRule::kWilcoxon);
    EXPECT_EQ(test.method, Method::kExact);
    EXPECT_DOUBLE_EQ(test.rank_sum_positive + test.rank_sum_negative, static_cast<double>(n * (n + 1)) / 2);
    EXPECT_NEAR(test.p, p_over_all_signs(n, std::min(test.rank_sum_positive, test.rank_sum_negative)), 1e-14) << n;
    EXPECT_THAT(test.z, IsNan());
  }
}

TEST(SignedRankTest, ThePublishedExampleOfDepression) {
  // Hollander, Wolfe and Chicken (2014), table 3.1: T+ = 40 (of x - y), one-sided p = 0.020.
  const std::vector<double> x = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
  const std::vector<double> y = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
  std::vector<double> differences;
  for (std::size_t i = 0; i < x.size(); ++i) differences.push_back(x[i] - y[i]);
  const SignedRankTest test = signed_rank_test(differences, ZeroRule::kWilcoxon);
  EXPECT_EQ(test.rank_sum_positive, 40);
  EXPECT_DOUBLE_EQ(test.p, 0.0390625);
}

/// i + sin(i) / 4 for i = 1..n, every third negative.
std::vector<double> every_third_negative(int n) {
  std::vector<double> differences;
  for (int i = 1; i <= n; ++i) differences.push_back((i % 3 == 0 ? -1 : 1) * (i + 0.25 * std::sin(i)));
  return differences;
}

TEST(SignedRankTest, AgreesWithSciPy) {
  // scipy.stats.wilcoxon of SciPy 1.17.1, method="exact", and method="approx" with correction=True.
  const SignedRankTest twenty = signed_rank_test(every_third_negative(20), ZeroRule::kWilcoxon);
  EXPECT_EQ(twenty.rank_sum_negative, 63);
  EXPECT_NEAR(twenty.p, 0.1230926513671875, 1e-15);
  EXPECT_NEAR(signed_rank_test(every_third_negative(50), ZeroRule::kPratt).p, 0.02616696817119646, 1e-14);
  const SignedRankTest sixty = signed_rank_test(every_third_negative(60), ZeroRule::kWilcoxon);
  EXPECT_EQ(sixty.method, Method::kNormal);
  EXPECT_NEAR(sixty.z, 2.094376053962742, 1e-13);
  EXPECT_NEAR(sixty.p, 0.03622649417878663, 1e-14);
}

TEST(SignedRankTest, ZerosAndTiesAgreeWithSciPy) {
  const std::vector<double> differences = {0.5, -0.5, 1, 1, 1, -2, 3, 3, 0, 0, 4, 5.5, -0.25, 6, 7, -1.5};
  const SignedRankTest dropped = signed_rank_test(differences, ZeroRule::kWilcoxon);
  EXPECT_EQ(dropped.method, Method::kNormal);
  EXPECT_EQ(dropped.zeros, 2u);
  EXPECT_EQ(dropped.rank_sum_negative, 18.5);
  EXPECT_NEAR(dropped.z, 2.1061269550974706, 1e-13);
  EXPECT_NEAR(dropped.p, 0.03519332597071212, 1e-14);
  const SignedRankTest ranked = signed_rank_test(differences, ZeroRule::kPratt);
  EXPECT_EQ(ranked.rank_sum_negative, 26.5);
  EXPECT_NEAR(ranked.z, 2.0479795970925903, 1e-13);
  EXPECT_NEAR(ranked.p, 0.0405619986128161, 1e-14);
}

TEST(SignedRankTest, SwappingTheModelsTurnsTheSignAlone) {
  for (const int n : {9, 60}) {
    std::vector<double> differences = every_third_negative(n);
    const SignedRankTest test = signed_rank_test(differences, ZeroRule::kWilcoxon);
    for (double& difference : differences) difference = -difference;
    const SignedRankTest swapped = signed_rank_test(differences, ZeroRule::kWilcoxon);
    EXPECT_EQ(swapped.p, test.p);
    EXPECT_EQ(swapped.rank_sum_positive, test.rank_sum_negative);
    if (n == 60) {
      EXPECT_EQ(swapped.z, -test.z);
    }
  }
}

TEST(SignedRankTest, NothingToTest) {
  const SignedRankTest none = signed_rank_test({}, ZeroRule::kWilcoxon);
  EXPECT_THAT(none.p, IsNan());
  for (const ZeroRule rule : {ZeroRule::kWilcoxon, ZeroRule::kPratt}) {
    const SignedRankTest zeros = signed_rank_test(std::vector<double>(5, 0.0), rule);
    EXPECT_EQ(zeros.p, 1);
    EXPECT_EQ(zeros.method, Method::kNone);
    const SignedRankTest one = signed_rank_test(std::vector<double>{0.1}, rule);
    EXPECT_EQ(one.p, 1);
    EXPECT_EQ(one.method, Method::kExact);
  }
  // Two alike of opposite signs: W+ is its expectation, and the correction for continuity does not go beyond.
  EXPECT_EQ(signed_rank_test(std::vector<double>{1, -1}, ZeroRule::kWilcoxon).p, 1);
}

TEST(Holm, ByHand) {
  // Sorted 0.01, 0.02, 0.03, 0.04 times 4, 3, 2, 1: 0.04, 0.06, 0.06, 0.04, made not to fall.
  const std::vector<double> p = {0.04, 0.01, kNaN, 0.03, 0.02};
  EXPECT_THAT(holm_adjusted(p), ElementsAre(DoubleNear(0.06, 1e-15), DoubleNear(0.04, 1e-15), IsNan(), DoubleNear(0.06, 1e-15),
                                            DoubleNear(0.06, 1e-15)));
  EXPECT_THAT(holm_adjusted(std::vector<double>{0.9, 0.6}), ElementsAre(1, 1));
  EXPECT_THAT(holm_adjusted({}), ElementsAre());
}

}  // namespace
}  // namespace freshet
