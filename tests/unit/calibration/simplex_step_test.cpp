#include "freshet/calibration/simplex_step.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace freshet::calibration {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Of five: (5.5)^2 - 30 u under the root; u = 1/2: 5.5 - sqrt(15.25) = 1.595, rank 1; u = 0.9: 5.5 - sqrt(3.25) = 3.697, rank 3.
TEST(TriangularRank, MatchesNumbersWorkedByHand) {
  EXPECT_EQ(triangular_rank(0, 5), 0u);
  EXPECT_EQ(triangular_rank(0.3333, 5), 0u);
  EXPECT_EQ(triangular_rank(0.3334, 5), 1u);
  EXPECT_EQ(triangular_rank(0.5, 5), 1u);
  EXPECT_EQ(triangular_rank(0.9, 5), 3u);
  EXPECT_EQ(triangular_rank(0.999, 5), 4u);
  EXPECT_EQ(triangular_rank(std::nextafter(1.0, 0.0), 5), 4u);
}

TEST(TriangularRank, HasTriangularProbabilities) {
  constexpr int kSteps = 300000;
  std::array<int, 5> counts{};
  for (int i = 0; i < kSteps; ++i) ++counts[triangular_rank((i + 0.5) / kSteps, 5)];
  const std::array<double, 5> expected = {1.0 / 3, 4.0 / 15, 0.2, 2.0 / 15, 1.0 / 15};
  for (std::size_t rank = 0; rank < 5; ++rank) EXPECT_NEAR(counts[rank] / double{kSteps}, expected[rank], 1e-5);
}

TEST(ChooseSimplex, DrawsDifferentRanksInOrder) {
  int with_best = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    RngStream random(1, RngUse::kCalibration, i);
    const auto chosen = choose_simplex(random, 3, 5, false);
    ASSERT_EQ(chosen.size(), 3u);
    ASSERT_TRUE(0 <= chosen[0] && chosen[0] < chosen[1] && chosen[1] < chosen[2] && chosen[2] < 5);
    if (chosen[0] == 0) ++with_best;
    RngStream again(1, RngUse::kCalibration, i);
    ASSERT_EQ(choose_simplex(again, 3, 5, true).front(), 0);
  }
  // Rank 0 is likely, not certain: one less the sum over ordered draws without it is 0.8258.
  EXPECT_NEAR(with_best / 1000.0, 0.8258, 0.03);
}

// Points (0, 0), (0.4, 0.2), (0.9, 0.6): the mean of the first two is (0.2, 0.1); reflected (-0.5, -0.4), contracted
// (0.55, 0.35).
TEST(SimplexStep, ReflectsAndContractsAsWorkedByHand) {
  const std::vector<double> complex = {0, 0, 0.7, 0.7, 0.4, 0.2, 0.9, 0.6};
  const std::vector<std::int64_t> simplex = {0, 2, 3};
  const auto center = centroid(complex, simplex, 2);
  EXPECT_DOUBLE_EQ(center[0], 0.2);
  EXPECT_DOUBLE_EQ(center[1], 0.1);
  const std::vector<double> worst = {0.9, 0.6};
  const auto reflected = reflect(center, worst);
  EXPECT_DOUBLE_EQ(reflected[0], -0.5);
  EXPECT_DOUBLE_EQ(reflected[1], -0.4);
  EXPECT_FALSE(within_bounds(reflected));
  const auto contracted = contract(center, worst);
  EXPECT_DOUBLE_EQ(contracted[0], 0.55);
  EXPECT_DOUBLE_EQ(contracted[1], 0.35);
  EXPECT_TRUE(within_bounds(contracted));
}

TEST(SimplexStep, BoundsBelongToTheInside) {
  EXPECT_TRUE(within_bounds(std::vector<double>{0, 1}));
  EXPECT_FALSE(within_bounds(std::vector<double>{0.5, 1.0000001}));
  EXPECT_FALSE(within_bounds(std::vector<double>{std::nan("")}));
}

TEST(Mutate, KeepsToItsOwnBox) {
  const std::vector<double> best = {0.5, 1.0}, spread = {0.1, 0.2}, complex = {0.3, 0.9, 0.4, 0.8};
  double sum = 0, squares = 0, lowest = 1, highest = 0;
  constexpr int kDraws = 4000;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    RngStream random(7, RngUse::kCalibration, i);
    const auto normal = mutate(Mutation::kGaussian, random, best, spread, complex);
    ASSERT_TRUE(within_bounds(normal));
    sum += normal[0] - 0.5;
    squares += (normal[0] - 0.5) * (normal[0] - 0.5);
    const auto inside = mutate(Mutation::kComplex, random, best, spread, complex);
    ASSERT_TRUE(inside[0] >= 0.3 && inside[0] <= 0.4 && inside[1] >= 0.8 && inside[1] <= 0.9);
    const auto anywhere = mutate(Mutation::kBounds, random, best, spread, complex);
    ASSERT_TRUE(within_bounds(anywhere));
    lowest = std::min(lowest, anywhere[0]);
    highest = std::max(highest, anywhere[0]);
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.01);
  EXPECT_NEAR(std::sqrt(squares / kDraws), 0.1, 0.005);
  EXPECT_LT(lowest, 0.01);
  EXPECT_GT(highest, 0.99);
}

// 0.1, 0.3, 0.5, 0.7: mean 0.4, squares 0.09 + 0.01 + 0.01 + 0.09 = 0.2, sqrt(0.2 / 4) = 0.2236; range 0.6. The second
// parameter is constant: floor 1e-10, and a range of 0 stands for 1e-20, so exp((ln 0.6 - 20 ln 10) / 2) = sqrt(0.6) 1e-10.
TEST(Spread, MatchesNumbersWorkedByHand) {
  const std::vector<double> points = {0.1, 0.5, 0.3, 0.5, 0.5, 0.5, 0.7, 0.5};
  const auto spread = spread_of(points, 2);
  EXPECT_NEAR(spread[0], 0.22360679774997896, 1e-15);
  EXPECT_EQ(spread[1], 1e-10);
  EXPECT_NEAR(geometric_range(points, 2) / (std::sqrt(0.6) * 1e-10), 1, 1e-12);
  const std::vector<double> square = {0.1, 0.2, 0.5, 0.3};  // ranges 0.4 and 0.1: sqrt(0.04)
  EXPECT_NEAR(geometric_range(square, 2), 0.2, 1e-15);
}

TEST(RelativeChange, GuardsZeroAndInfinity) {
  EXPECT_DOUBLE_EQ(relative_change(3, 1), 1);
  EXPECT_DOUBLE_EQ(relative_change(-1, -3), 1);
  EXPECT_EQ(relative_change(0, 0), 0);
  EXPECT_EQ(relative_change(1, -1), kInfinity);
  EXPECT_EQ(relative_change(kInfinity, kInfinity), kInfinity);
  EXPECT_EQ(relative_change(kInfinity, 1), kInfinity);
}

}  // namespace
}  // namespace freshet::calibration
