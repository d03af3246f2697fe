#include "freshet/metrics/peaks.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "unit/metrics/synthetic_series.hpp"

namespace freshet {
namespace {

using Indices = std::vector<std::int64_t>;

/// Expected values: reference.py (SciPy's find_peaks).
TEST(FindPeaks, AgreesWithSciPy) {
  const std::vector<double> series = {0, 2, 2, 0, 1, 3, 3, 3, 1, 5, 1, 4, 1, 4.5, 4.5, 0, 2, 1, 2, 2};
  EXPECT_EQ(find_peaks(series, {}), (Indices{1, 6, 9, 11, 13, 16}));
  EXPECT_EQ(find_peaks(series, {.distance = 3}), (Indices{1, 6, 9, 13, 16}));
  EXPECT_EQ(find_peaks(series, {.height = 3}), (Indices{6, 9, 11, 13}));
  EXPECT_EQ(find_peaks(series, {.prominence = 2}), (Indices{1, 6, 9, 11, 13}));
  EXPECT_EQ(find_peaks(series, {.distance = 5, .prominence = 2}), (Indices{1, 9}));
}

TEST(FindPeaks, OfEqualPeaksTooCloseTheFirstStays) {
  EXPECT_EQ(find_peaks(std::vector<double>{0, 5, 0, 5, 0, 5, 0}, {.distance = 3}), (Indices{1, 5}));
}

TEST(FindPeaks, ShortAndFlatSeriesHaveNone) {
  EXPECT_TRUE(find_peaks(std::vector<double>{}, {}).empty());
  EXPECT_TRUE(find_peaks(std::vector<double>{3}, {}).empty());
  EXPECT_TRUE(find_peaks(std::vector<double>{3, 4}, {}).empty());
  EXPECT_TRUE(find_peaks(std::vector<double>{3, 3, 3}, {}).empty());
  EXPECT_TRUE(find_peaks(std::vector<double>{1, 3, 3}, {}).empty());
}

/// Expected values: reference.py.
TEST(PeakMetrics, AgreeWithTheReference) {
  const auto series = test::synthetic_series();
  EXPECT_NEAR(series.simulated[500], 0.6572384911451423, 1e-13);  // the series are those of the reference
  EXPECT_NEAR(peak_timing(series.observed, series.simulated), 0.5714285714285714, 1e-14);
  EXPECT_NEAR(peak_timing(series.observed, series.simulated, 60), 1.2307692307692308, 1e-14);
  EXPECT_NEAR(missed_peaks(series.observed, series.simulated), 0.24324324324324326, 1e-14);
  EXPECT_NEAR(missed_peaks(series.observed, series.simulated, 60), 0.1891891891891892, 1e-14);
  EXPECT_NEAR(peak_mape(series.observed, series.simulated), 45.66492337209602, 1e-11);
}

/// One flood in the middle of a quiet year.
std::vector<double> one_flood(std::int64_t day) {
  std::vector<double> flow(300, 1.0);
  for (std::int64_t i = 0; i < std::ssize(flow); ++i) flow[i] += 10 * std::exp(-std::abs(static_cast<double>(i - day)));
  return flow;
}

TEST(PeakTiming, IsTheLagInSteps) {
  for (std::int64_t lag = -3; lag <= 3; ++lag) {
    EXPECT_EQ(peak_timing(one_flood(150), one_flood(150 + lag)), std::abs(static_cast<double>(lag))) << lag;
  }
}

TEST(PeakTiming, FloodsAtTheEdgeOrBesideAGapAreSkipped) {
  EXPECT_TRUE(std::isnan(peak_timing(one_flood(2), one_flood(2))));
  EXPECT_TRUE(std::isnan(peak_timing(one_flood(297), one_flood(297))));
  auto simulated = one_flood(150);
  simulated[153] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(peak_timing(one_flood(150), simulated)));
  simulated = one_flood(150);
  simulated[154] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(peak_timing(one_flood(150), simulated), 0);
}

TEST(MissedPeaks, CountsPeaksWithoutAPartner) {
  EXPECT_EQ(missed_peaks(one_flood(150), one_flood(151)), 0);
  EXPECT_EQ(missed_peaks(one_flood(150), one_flood(152)), 1);
  EXPECT_EQ(missed_peaks(one_flood(150), std::vector<double>(300, 1.0)), 1);
  EXPECT_EQ(missed_peaks(std::vector<double>(300, 1.0), one_flood(150)), 0);  // there was none to miss
}

TEST(MissedPeaks, PeaksBesideAGapStayInTheDenominator) {
  auto observed = one_flood(60);
  const auto second = one_flood(200);
  for (std::size_t i = 0; i < observed.size(); ++i) observed[i] += second[i];
  const std::vector<double> nothing(300, 1.0);
  EXPECT_EQ(missed_peaks(observed, nothing), 1);
  observed[61] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(missed_peaks(observed, nothing), 0.5);
}

TEST(PeakMape, IsTakenAtTheObservedPeak) {
  auto half = one_flood(150);
  for (double& value : half) value /= 2;
  EXPECT_NEAR(peak_mape(one_flood(150), half), 50, 1e-12);
  EXPECT_TRUE(std::isnan(peak_mape(std::vector<double>(300, 1.0), half)));
}

}  // namespace
}  // namespace freshet
