#include "freshet/physics/scalar.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "freshet/physics/hbv.hpp"
#include "freshet/physics/routing.hpp"
#include "support/symbolic_number.hpp"

namespace freshet::physics {
namespace {

using testing_support::Number;

TEST(Scalar, TiesAndNanChooseTheFirstArgument) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(min(nan, 1.0)));
  EXPECT_TRUE(std::isnan(max(nan, 1.0)));
  EXPECT_FALSE(std::signbit(max(0.0, -0.0)));
  EXPECT_TRUE(std::signbit(max(-0.0, 0.0)));
  EXPECT_EQ(min(2.0, 1.0), 1.0);
  EXPECT_EQ(max(1.0, 2.0), 2.0);
}

TEST(Scalar, HbvRunsOnANumberThatCannotBeBranchedOnWithTheSameBits) {
  const HbvParameters<double> p{.beta = 2,
                                .fc = 150,
                                .k0 = .3,
                                .k1 = .1,
                                .k2 = .05,
                                .lp = .6,
                                .perc = 1.5,
                                .uzl = 10,
                                .tt = 0,
                                .cfmax = 3,
                                .cfr = .05,
                                .cwh = .1,
                                .betaet = 1.5,
                                .c = .3};
  HbvParameters<Number> traced;
  for (std::size_t i = 0; i < kHbvParameters.size(); ++i) {
    fields<Number>(traced)[i] = Number(fields<double>(p)[i]);
  }
  const auto plain = Hbv<HbvVariant::kCapillary>::step<double>({20, 1, 100, 12, 30}, {7, 1, 2}, p, 1.0);
  const auto other = Hbv<HbvVariant::kCapillary>::step<Number>({Number(20), Number(1), Number(100), Number(12), Number(30)},
                                                               {Number(7), Number(1), Number(2)}, traced, Number(1));
  for (std::size_t i = 0; i < kHbvFluxes.size(); ++i) {
    EXPECT_EQ(fields<double>(plain.fluxes)[i], fields<Number>(other.fluxes)[i].value) << kHbvFluxes[i].name;
  }
  const auto weights = gamma_unit_hydrograph(2.0, 1.5);
  const auto traced_weights = gamma_unit_hydrograph(Number(2.0), Number(1.5));
  for (std::size_t k = 0; k < weights.size(); ++k) EXPECT_EQ(weights[k], traced_weights[k].value);
}

}  // namespace
}  // namespace freshet::physics
