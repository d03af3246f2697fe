#include "freshet/physics/pet.hpp"

#include <gtest/gtest.h>

namespace freshet::physics {
namespace {

// FAO-56, example 8: 3 September (day 246) at 20 degrees south has Ra = 32.2 MJ/m2/day; example 9: N = 11.7 hours.
TEST(SolarDay, MatchesTheExamplesOfFao56) {
  const SolarDay day = solar_day(-20.0, 246);
  EXPECT_NEAR(day.extraterrestrial_radiation, 32.2, 0.05);
  EXPECT_NEAR(day.day_length_s / 3600.0, 11.7, 0.05);
}

// FAO-56, table 2.3: e0(24.5) = 3.075 kPa, e0(15) = 1.705 kPa.
TEST(SaturationVapourPressure, MatchesTheTableOfFao56) {
  EXPECT_NEAR(saturation_vapour_pressure(24.5), 3075, 1);
  EXPECT_NEAR(saturation_vapour_pressure(15.0), 1705, 1);
}

TEST(OudinPet, IsLinearAboveMinusFiveDegrees) {
  EXPECT_NEAR(oudin_pet(24.5, 15.0), 2.0, 1e-12);  // 24.5 / 2.45 * 20 / 100
  EXPECT_EQ(oudin_pet(24.5, -5.0), 0.0);
  EXPECT_EQ(oudin_pet(24.5, -30.0), 0.0);
}

}  // namespace
}  // namespace freshet::physics
