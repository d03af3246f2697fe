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

// The first days of CAMELS basin 01013500 with Daymet's day length as a fraction of the day, by an independent program; and by
// hand at 0 degC and 12 hours: 29.8 * 12 * 0.611 / 273.2.
TEST(HamonPet, MatchesIndependentNumbers) {
  EXPECT_NEAR(hamon_pet(24 * 0.4719996527777777, 6.08), 1.137794958099, 5e-13);
  EXPECT_NEAR(hamon_pet(24 * 0.4701513888888889, 10.53), 1.510191673374, 5e-13);
  EXPECT_NEAR(hamon_pet(12, 0), 0.799756955, 1e-9);
}

// FAO-56, example 20: Lyon in July (Ra 40.6 MJ/m2/day, 26.6 and 14.8 degC) has 5.0 mm/day. By hand, with round numbers:
// 0.0023 * 24.5 / 2.45 * (12.2 + 17.8) * sqrt(9) = 2.07.
TEST(HargreavesPet, MatchesTheExampleOfFao56) {
  EXPECT_NEAR(hargreaves_pet(40.6, 0.5 * (26.6 + 14.8), 14.8, 26.6), 5.0, 0.05);
  EXPECT_NEAR(hargreaves_pet(24.5, 12.2, 8, 17), 2.07, 1e-12);
  EXPECT_EQ(hargreaves_pet(10, -20, -25, -15), 0.0);
  EXPECT_EQ(hargreaves_pet(10, 5, 6, 4), 0.0);
}

// FAO-56, example 18 (Brussels, 6 July, 100 m): Rs 22.07 and Ra 41.09 MJ/m2/day, 12.3 to 21.5 degC, ea 1.409 kPa; it gives
// Rn 13.28 MJ/m2/day, slope 0.122 and psychrometric constant 0.0666 kPa/degC. Day length 57600 s makes Rs 383.16 W/m2 of
// daylight.
TEST(NetRadiation, MatchesTheExamplesOfFao56) {
  const RadiationDay brussels{.tmin = 12.3,
                              .tmax = 21.5,
                              .vapour_pressure = 1409,
                              .shortwave = 22.07e6 / 57600,
                              .day_length_s = 57600,
                              .extraterrestrial_radiation = 41.09,
                              .elevation = 100};
  EXPECT_NEAR(net_radiation(brussels), 13.28, 0.01);
  EXPECT_NEAR(vapour_pressure_slope(16.9), 0.122, 0.0005);
  EXPECT_NEAR(psychrometric_constant(100), 0.0666, 0.0001);
  EXPECT_NEAR(psychrometric_constant(1800), 0.054, 0.0005);  // example 2
  // 1.26 * 0.122 / (0.122 + 0.0666) * 13.28 / 2.45 = 4.418 with these rounded numbers.
  EXPECT_NEAR(priestley_taylor_pet(brussels), 4.418, 0.01);
  EXPECT_NEAR(priestley_taylor_pet(brussels, 1.0), priestley_taylor_pet(brussels) / 1.26, 1e-12);
  // Examples 11 and 12 (Rio de Janeiro in May): Rs 14.5, Ra 25.1, 19.1 to 25.1 degC, ea 2.1 kPa: Rn 7.6.
  EXPECT_NEAR(net_radiation({19.1, 25.1, 2100, 14.5e6 / 40000, 40000, 25.1, 0}), 7.6, 0.05);
}

TEST(PriestleyTaylorPet, IsZeroWithoutSun) {
  EXPECT_EQ(priestley_taylor_pet({.tmin = -30, .tmax = -20, .vapour_pressure = 50}), 0.0);
}

}  // namespace
}  // namespace freshet::physics
