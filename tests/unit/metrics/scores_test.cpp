#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/metrics/correlation.hpp"
#include "freshet/metrics/efficiency.hpp"
#include "freshet/metrics/error.hpp"
#include "freshet/metrics/flow_duration.hpp"
#include "freshet/metrics/pairs.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Twenty days of a small flood, with reference values from independent double-precision scripts of the formulas.
const std::vector<double> kObserved = {1.2, .8, .5, 3.4, 7.9, 5.1, 2.6, 1.9, 1.4, 1.1, .9, .7, .6, 2.2, 4.8, 3.3, 2, 1.5, 1.2, 1};
const std::vector<double> kSimulated = {1, .9, .7, 2.8, 6.5, 5.9, 3, 2.1, 1.2, 1, .8, .9, .5, 1.7, 5.5, 3.1, 2.2, 1.3, 1.1, .9};
constexpr double kTolerance = 2e-14;  ///< the references have 15 to 17 digits

TEST(Efficiency, TwentyDayReference) {
  EXPECT_NEAR(nse(kObserved, kSimulated), .937398031876804, kTolerance);
  EXPECT_NEAR(modified_nse(kObserved, kSimulated), .7620764239365536, kTolerance);
  EXPECT_NEAR(log_nse(kObserved, kSimulated), .9487611551377498, kTolerance);
  EXPECT_NEAR(sqrt_nse(kObserved, kSimulated), .952945334843341, kTolerance);
  EXPECT_NEAR(kge_2009(kObserved, kSimulated), .9482839153510509, kTolerance);
  EXPECT_NEAR(kge_2012(kObserved, kSimulated), .9594814893747327, kTolerance);
}

TEST(Efficiency, TwentyDayKgeComponents) {
  const KgeComponents parts = kge_components(kObserved, kSimulated);
  EXPECT_NEAR(parts.r, .9685784749035555, kTolerance);
  EXPECT_NEAR(parts.alpha, .965750151456016, kTolerance);
  EXPECT_NEAR(parts.beta, .9773242630385488, kTolerance);
  EXPECT_NEAR(parts.gamma, .9881573475454827, kTolerance);
}

TEST(Correlation, TwentyDayReference) {
  const double r = pearson_r(kObserved, kSimulated);
  EXPECT_NEAR(r, .9685784749035555, kTolerance);
  EXPECT_NEAR(r * r, .9381442620464976, kTolerance);
  EXPECT_NEAR(spearman_r(kObserved, kSimulated), .9807848366236159, kTolerance);
}

TEST(ErrorSize, TwentyDayReference) {
  EXPECT_NEAR(bias(kObserved, kSimulated), -.05, kTolerance);
  EXPECT_NEAR(rmse(kObserved, kSimulated), .4604345773288536, kTolerance);
  EXPECT_NEAR(ubrmse(kObserved, kSimulated), .45771169965383246, kTolerance);
  EXPECT_NEAR(pbias(kObserved, kSimulated), -2.2675736961451225, kTolerance);
  EXPECT_NEAR(beta_nse(kObserved, kSimulated), -.027170402208464974, kTolerance);
  EXPECT_NEAR(combined_rmse(kObserved, kSimulated), .35371977250479303, kTolerance);
  // The NSE* training term of a basin with a standard deviation of 2.5 is a weighted mean square error.
  EXPECT_NEAR(mse(kObserved, kSimulated) / (2.6 * 2.6), .03136094674556214, kTolerance);
  EXPECT_NEAR(mae(kObserved, kSimulated), 6.6 / 20, kTolerance);  // by hand
}

TEST(FlowDuration, TwentyDayReference) {
  EXPECT_TRUE(std::isnan(fhv(kObserved, kSimulated)));  // 2 % of twenty flows is none
  EXPECT_NEAR(fhv(kObserved, kSimulated, 0.1), -4.615384615384612, kTolerance);
  EXPECT_NEAR(pfab(kObserved, kSimulated, 0.1), 4.615384615384612, kTolerance);
  EXPECT_NEAR(flv(kObserved, kSimulated), -13.222026080570286, 1e-13);
  EXPECT_NEAR(flv_hydrodl(kObserved, kSimulated), 4.444444444444446, kTolerance);
  // The reference was made without the 1e-6 in the denominator; the fifth and fifteenth largest observed flows are 3.3 and 1.
  const double slope = std::log(3.3);
  EXPECT_NEAR(fms(kObserved, kSimulated) * (slope + 1e-6) / slope, .8417913322596637, 1e-13);
}

/// Series and values of the tests of the spotpy package, whose `bias` is mean(o - s).
TEST(Scores, SpotpyReference) {
  const std::vector<double> s = {.4967141530112327,   -.13826430117118466, .6476885381006925,  1.5230298564080254,
                                 -.23415337472333597, -.23413695694918055, 1.5792128155073915, .7674347291529088,
                                 -.4694743859349521,  .5425600435859647};
  const std::vector<double> o = {-.46341769281246226, -.46572975357025687, .24196227156603412,  -1.913280244657798,
                                 -1.7249178325130328, -.5622875292409727,  -1.0128311203344238, .3142473325952739,
                                 -.9080240755212109,  -1.4123037013352915};
  EXPECT_NEAR(nse(o, s), -4.1162070769985508, 1e-14);
  EXPECT_NEAR(bias(o, s), 1.2387193462811703, 1e-15);
  EXPECT_NEAR(pbias(o, s), -156.66937901878677, 1e-12);
  EXPECT_NEAR(pearson_r(o, s), -.110510977276, 5e-13);
  EXPECT_NEAR(std::pow(pearson_r(o, s), 2), .012212676, 5e-10);
  EXPECT_NEAR(mse(o, s), 2.62698778, 5e-9);
}

TEST(Scores, MeanSquareErrorSplitsIntoSpreadAndBias) {
  for (const double shift : {-3.0, 0.0, 0.25, 100.0}) {
    std::vector<double> simulated = kSimulated;
    for (double& value : simulated) value += shift;
    const double whole = std::pow(rmse(kObserved, simulated), 2);
    EXPECT_NEAR(std::pow(ubrmse(kObserved, simulated), 2) + std::pow(bias(kObserved, simulated), 2), whole, 1e-12 * whole);
  }
}

TEST(Efficiency, MeanOfTheObservationsScoresZero) {
  const std::vector<double> mean(kObserved.size(), moments(kObserved).mean);
  EXPECT_NEAR(nse(kObserved, mean), 0, 1e-15);
  EXPECT_TRUE(std::isnan(kge_2009(kObserved, mean)));  // its correlation is undefined
  EXPECT_TRUE(std::isnan(kge_2012(kObserved, mean)));
}

TEST(Efficiency, ConstantObservationsHaveNoScore) {
  // 0.1 three times has a rounded mean that is not 0.1: the spread must be zero all the same.
  const std::vector<double> constant = {0.1, 0.1, 0.1};
  const std::vector<double> simulated = {0.1, 0.2, 0.3};
  for (const double score : {nse(constant, simulated), modified_nse(constant, simulated), log_nse(constant, simulated),
                             sqrt_nse(constant, simulated), kge_2009(constant, simulated), kge_2012(constant, simulated),
                             pearson_r(constant, simulated), beta_nse(constant, simulated), nse(constant, constant)}) {
    EXPECT_TRUE(std::isnan(score)) << score;
  }
}

TEST(Efficiency, WeightsOfTheKgeTermsMultiplyTheSquares) {
  const KgeComponents parts = kge_components(kObserved, kSimulated);
  EXPECT_NEAR(kge_2009(kObserved, kSimulated, {.correlation = 4, .variability = 0, .bias = 0}), 1 - 2 * (1 - parts.r), 1e-14);
  EXPECT_NEAR(kge_2009(kObserved, kSimulated, {.correlation = 0, .variability = 4, .bias = 0}), 1 - 2 * (1 - parts.alpha), 1e-14);
  EXPECT_NEAR(kge_2012(kObserved, kSimulated, {.correlation = 0, .variability = 0, .bias = 4}), 1 - 2 * (1 - parts.beta), 1e-14);
}

TEST(Efficiency, NegativeFlowsUnderLogarithmAndRoot) {
  std::vector<double> negative = kSimulated;
  std::vector<double> zero = kSimulated;
  negative[3] = -0.4;
  zero[3] = 0;
  EXPECT_EQ(log_nse(kObserved, negative), log_nse(kObserved, zero));
  EXPECT_EQ(sqrt_nse(kObserved, negative), sqrt_nse(kObserved, zero));
  EXPECT_LT(nse(kObserved, negative), nse(kObserved, zero));  // nothing is clipped where it need not be
  std::vector<double> observed = kObserved;
  observed[3] = -0.4;
  EXPECT_TRUE(std::isnan(log_nse(observed, kSimulated)));
  EXPECT_TRUE(std::isnan(sqrt_nse(observed, kSimulated)));
  EXPECT_TRUE(std::isnan(combined_rmse(observed, kSimulated)));
}

TEST(FlowDuration, ZeroAndNegativeFlows) {
  const std::vector<double> observed = {8, 7, 6, 5, 4, 3, 2, 1, 0.5, 0};
  std::vector<double> simulated = observed;
  EXPECT_EQ(flv(observed, simulated), 0);
  simulated[9] = -3;  // becomes 1e-6, as the observed zero does
  EXPECT_EQ(flv(observed, simulated), 0);
  EXPECT_LT(flv_hydrodl(observed, simulated), 0);
  std::vector<double> negative = observed;
  negative[9] = -3;
  EXPECT_TRUE(std::isnan(flv(negative, observed)));
  // A positive flow below the floor is the lowest, not the floored zero.
  simulated[8] = 1e-9;
  simulated[9] = 0;
  const double sum_o = std::log(1 / 1e-6) + std::log(0.5 / 1e-6);
  const double sum_s = std::log(1 / 1e-9) + std::log(1e-6 / 1e-9);
  EXPECT_NEAR(flv(observed, simulated), -100 * (sum_s - sum_o) / (sum_o + 1e-6), 1e-10);
}

TEST(FlowDuration, FlatSectionsHaveNoScore) {
  const std::vector<double> dry = {5, 4, 3, 2, 0, 0, 0, 0, 0, 0};
  const std::vector<double> simulated = {5, 4, 3, 2, 1, .9, .8, .7, .6, .5};
  EXPECT_TRUE(std::isnan(flv(dry, simulated)));
  EXPECT_TRUE(std::isnan(flv_hydrodl(dry, simulated)));
  const std::vector<double> flat = {9, 8, 1, 1, 1, 1, 1, 1, .5, .4};
  EXPECT_TRUE(std::isnan(fms(flat, simulated)));
}

TEST(FlowDuration, CountsAreRoundedHalfToEven) {
  // 0.5 * 5 = 2.5 rounds to the two highest flows, 0.5 * 7 = 3.5 to the four highest.
  EXPECT_NEAR(fhv(std::vector<double>{1, 2, 3, 4, 5}, std::vector<double>{1, 2, 3, 8, 10}, 0.5), 100, 1e-12);
  EXPECT_NEAR(fhv(std::vector<double>{1, 2, 3, 4, 5, 6, 7}, std::vector<double>{1, 2, 3, 8, 10, 12, 14}, 0.5), 100, 1e-12);
  EXPECT_THROW(fhv(kObserved, kSimulated, 0.0), InternalError);
  EXPECT_THROW(fhv(kObserved, kSimulated, 1.5), InternalError);
}

TEST(Pairs, StepsWithAMissingValueAreDropped) {
  const Pairs pairs = valid_pairs(std::vector<double>{1, kNaN, 3, 4}, std::vector<double>{1, 2, kNaN, 5});
  EXPECT_EQ(pairs.observed, (std::vector<double>{1, 4}));
  EXPECT_EQ(pairs.simulated, (std::vector<double>{1, 5}));
  EXPECT_EQ(pairs.position, (std::vector<std::int64_t>{0, 3}));
  EXPECT_THROW(valid_pairs(std::vector<double>{1, 2}, std::vector<double>{1}), InternalError);
}

TEST(Correlation, EqualValuesShareTheirRank) {
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
  EXPECT_NEAR(spearman_r(std::vector<double>{1, 2, 2, 3}, std::vector<double>{1, 2, 3, 4}), std::sqrt(0.9), 1e-15);
}

}  // namespace
}  // namespace freshet
