#include "freshet/metrics/bootstrap.hpp"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/core/rng.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

using testing::Each;
using testing::IsEmpty;
using testing::IsNan;

using Columns = std::vector<std::vector<double>>;

std::vector<double> normal_values(std::size_t n, std::uint64_t seed) {
  RngStream rng(seed, RngUse::kSynthetic);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(rng.normal());
  return values;
}

/// The same draws, each sorted anew.
ResampledCentres by_sorting(const std::vector<double>& values, const BootstrapOptions& options) {
  ResampledCentres centres;
  for (std::size_t r = 0; r < options.resamples; ++r) {
    RngStream rng(options.seed, RngUse::kBootstrap, r);
    std::vector<double> drawn;
    for (std::size_t i = 0; i < values.size(); ++i) drawn.push_back(values[rng.below(values.size())]);
    centres.medians.push_back(median_valid(drawn));
    centres.means.push_back(mean_valid(drawn));
  }
  return centres;
}

TEST(Bootstrap, CentresAreThoseOfTheDrawnBasins) {
  for (const std::size_t n : {2, 3, 10, 31}) {
    std::vector<double> values = normal_values(n, n);
    values[0] = values[1];  // a tie
    const BootstrapOptions options{.resamples = 200, .seed = 5};
    const auto found = resample_centres(Columns{values}, options, 1).front();
    const auto expected = by_sorting(values, options);
    for (std::size_t r = 0; r < options.resamples; ++r) {
      EXPECT_NEAR(found.medians[r], expected.medians[r], 1e-15);
      EXPECT_NEAR(found.means[r], expected.means[r], 1e-14);
    }
  }
}

TEST(Bootstrap, SameSeedSameBitsForAnyThreadsAndColumns) {
  const std::vector<std::vector<double>> columns = {normal_values(50, 1), normal_values(50, 2)};
  const BootstrapOptions options{.resamples = 1000, .seed = 9};
  const auto one = resample_centres(columns, options, 1), four = resample_centres(columns, options, 4);
  const auto alone = resample_centres(Columns{columns[1]}, options, 2);
  EXPECT_EQ(one[1].medians, four[1].medians);
  EXPECT_EQ(one[1].means, four[1].means);
  EXPECT_EQ(one[1].medians, alone[0].medians);
  const auto other = resample_centres(columns, {.resamples = 1000, .seed = 10}, 1);
  EXPECT_NE(one[1].means, other[1].means);
}

TEST(Bootstrap, AShiftedColumnIsShiftedInEveryDraw) {
  std::vector<std::vector<double>> columns = {normal_values(40, 3), {}};
  for (const double value : columns[0]) columns[1].push_back(value + 2);
  const auto centres = resample_centres(columns, {.resamples = 300}, 2);
  for (std::size_t r = 0; r < 300; ++r) {
    EXPECT_NEAR(centres[1].medians[r] - centres[0].medians[r], 2, 1e-14);
    EXPECT_NEAR(centres[1].means[r] - centres[0].means[r], 2, 1e-13);
  }
}

TEST(Bootstrap, TheIntervalOfAMeanIsThatOfTheory) {
  // The bootstrap distribution of a mean of n values is nearly normal with standard error s sqrt((n - 1) / n) / sqrt(n).
  const std::size_t n = 400;
  const std::vector<double> values = normal_values(n, 4);
  const auto centres = resample_centres(Columns{values}, {.resamples = 20'000, .seed = 1}, 2).front();
  const Interval interval = percentile_interval(centres.means, 0.95);
  const double error = deviation_valid(values) * std::sqrt(1.0 - 1.0 / n) / std::sqrt(static_cast<double>(n));
  EXPECT_NEAR(interval.low, mean_valid(values) - 1.96 * error, 0.05 * error);
  EXPECT_NEAR(interval.high, mean_valid(values) + 1.96 * error, 0.05 * error);
}

TEST(Bootstrap, TooFewBasinsForAnInterval) {
  for (const std::vector<double>& values : {std::vector<double>{}, std::vector<double>{0.5}}) {
    const auto centres = resample_centres(Columns{values}, {}, 1).front();
    EXPECT_THAT(centres.medians, IsEmpty());
    EXPECT_THAT(percentile_interval(centres.medians, 0.95).low, IsNan());
    EXPECT_THAT(percentile_interval(centres.medians, 0.95).high, IsNan());
  }
  EXPECT_THAT(resample_centres(Columns{std::vector<double>(5, 0.25)}, {.resamples = 100}, 1).front().medians, Each(0.25));
  EXPECT_THAT(resample_centres({}, {}, 1), IsEmpty());
  EXPECT_THROW(resample_centres(Columns{std::vector<double>(5), std::vector<double>(4)}, {}, 1), InternalError);
}

TEST(Bootstrap, PercentilesByHand) {
  std::vector<double> values;
  for (int i = 0; i <= 100; ++i) values.push_back(100 - i);
  const Interval interval = percentile_interval(values, 0.9);
  EXPECT_NEAR(interval.low, 5, 1e-12);
  EXPECT_NEAR(interval.high, 95, 1e-12);
}

}  // namespace
}  // namespace freshet
