#include "freshet/physics/routing.hpp"

#include <cmath>
#include <initializer_list>
#include <numeric>

#include <gtest/gtest.h>

#include "support/dual.hpp"

namespace freshet::physics {
namespace {

using testing_support::Dual;

// By hand: M = 1 is no delay; M = 2 is two halves; M = 3 integrates to 2/9, 5/9, 2/9; M = 4 to 1/8, 3/8, 3/8, 1/8.
TEST(TriangularUnitHydrograph, MatchesTrianglesWorkedByHand) {
  const auto check = [](double maxbas, std::initializer_list<double> expected) {
    const auto weights = triangular_unit_hydrograph(maxbas);
    std::size_t k = 0;
    for (const double value : expected) EXPECT_NEAR(weights[k++], value, 1e-15) << maxbas << " " << k;
    for (; k < weights.size(); ++k) EXPECT_EQ(weights[k], 0.0) << maxbas << " " << k;
  };
  check(1, {1});
  check(2, {0.5, 0.5});
  check(3, {2.0 / 9, 5.0 / 9, 2.0 / 9});
  check(4, {1.0 / 8, 3.0 / 8, 3.0 / 8, 1.0 / 8});
  // M = 2.5: the middle step holds the top; 2 (1/2.5)^2 = 0.32, then to u = 2: 1 - 2 (0.5/2.5)^2 = 0.92.
  check(2.5, {0.32, 0.6, 0.08});
}

TEST(TriangularUnitHydrograph, IsTheIntegralOfTheTriangle) {
  for (const double maxbas : {1.0, 1.7, 3.3, 6.9, 7.0}) {
    const auto weights = triangular_unit_hydrograph(maxbas);
    for (std::size_t k = 0; k < weights.size(); ++k) {
      double sum = 0;
      constexpr int kSlices = 20000;
      for (int i = 0; i < kSlices; ++i) {
        const double u = static_cast<double>(k) + (i + 0.5) / kSlices;
        if (u < maxbas) sum += (2 / maxbas - std::abs(u - maxbas / 2) * 4 / (maxbas * maxbas)) / kSlices;
      }
      EXPECT_NEAR(weights[k], sum, 1e-7) << maxbas << " " << k;
    }
  }
}

TEST(TriangularUnitHydrograph, KeepsAllWater) {
  for (const double maxbas : {0.3, 1.0, 2.4, 7.0, 12.0}) {
    for (const double dt : {1.0, 0.25}) {
      const auto weights = triangular_unit_hydrograph(maxbas, dt);
      EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1.0, 1e-14) << maxbas;
      for (const double weight : weights) EXPECT_GE(weight, 0.0) << maxbas;
    }
  }
}

TEST(TriangularUnitHydrograph, DerivativeMatchesDifferences) {
  for (const double maxbas : {1.0, 1.4, 3.0, 5.21, 6.9}) {
    const auto dual = triangular_unit_hydrograph(Dual(maxbas, 1));
    const auto up = triangular_unit_hydrograph(maxbas + 1e-6), down = triangular_unit_hydrograph(maxbas - 1e-6);
    for (std::size_t k = 0; k < up.size(); ++k) {
      EXPECT_NEAR(dual[k].derivative, (up[k] - down[k]) / 2e-6, 5e-6) << maxbas << " " << k;
    }
  }
}

}  // namespace
}  // namespace freshet::physics
