#include "freshet/physics/vic.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace freshet::physics {
namespace {

/// Layers of 40, 100 and 200 mm that keep 4, 10 and 20.
VicSoilParameters<double> simple_soil() {
  return {.infilt = 0.2,
          .ds = 0.1,
          .dsmax = 12,
          .ws = 0.5,
          .c = 2,
          .expt = 12,
          .ksat = 250,
          .depth1 = 0.1,
          .depth2 = 0.25,
          .depth3 = 0.5,
          .porosity = 0.4,
          .resid = 0.04};
}

VicParameters<double> simple_parameters() {
  return {.soil = simple_soil(),
          .wcr = 0.5,
          .wpwp = 0.25,
          .root1 = 2,
          .root2 = 1,
          .root3 = 1,
          .lai = 8,
          .cover = 1,
          .min_rain_temp = -0.5,
          .max_snow_temp = 0.5,
          .tt = 0,
          .cfmax = 4,
          .cfr = 0.05,
          .cwh = 0.1};
}

auto soil_substep(const VicLayers<double>& moisture, const VicSoilCarry<double>& carry, double dt = 1.0 / 24,
                  const VicSoilParameters<double>& p = simple_soil()) {
  return vic_soil_substep<double>({moisture}, carry, vic_prepare_soil(p), dt);
}

TEST(VicTables, ListEveryField) {
  EXPECT_EQ(Vic::kParameters.size(), (field_count<double, VicParameters<double>>()));
  EXPECT_EQ(Vic::kStates.size(), (field_count<double, VicState<double>>()));
  EXPECT_EQ(Vic::kForcings.size(), (field_count<double, VicForcing<double>>()));
  EXPECT_EQ(Vic::kFluxes.size(), (field_count<double, VicFluxes<double>>()));
  EXPECT_EQ(Vic::kSubFluxes.size(), (field_count<double, VicSoilSubFluxes<double>>()));
  EXPECT_EQ(VicSoil::kParameters.size(), (field_count<double, VicSoilParameters<double>>()));
  EXPECT_EQ(VicSoil::kForcings.size(), (field_count<double, VicSoilForcing<double>>()));
  for (const ParameterInfo& row : Vic::kParameters) EXPECT_LT(row.lower, row.upper) << row.name;
}

// The top layer holds 39 of 40 and gets 2.4 mm in the hour; no layer below drains much. What it cannot hold goes down.
TEST(VicSoilSubstep, PassesTheExcessOfTheTopLayerDown) {
  auto p = simple_soil();
  p.ksat = 0;
  const auto [state, flux] = soil_substep({39, 50, 20}, {.infiltration = 57.6}, 1.0 / 24, p);
  EXPECT_NEAR(state.moisture[0], 40, 1e-12);
  EXPECT_NEAR(state.moisture[1], 51.4, 1e-12);
  EXPECT_NEAR(flux.drainage_1, 1.4 * 24, 1e-11);
  EXPECT_NEAR(flux.surface_runoff, 0, 1e-12);
}

// All layers full, 1 mm comes in, half a millimetre leaves as baseflow (12 mm/day of a full layer): half returns to the surface.
TEST(VicSoilSubstep, SendsTheExcessOfFullLayersUp) {
  const auto [state, flux] = soil_substep({40, 100, 200}, {.infiltration = 24, .surface_runoff = 3});
  EXPECT_NEAR(state.moisture[0], 40, 1e-12);
  EXPECT_NEAR(state.moisture[1], 100, 1e-12);
  EXPECT_NEAR(state.moisture[2], 200, 1e-12);
  EXPECT_NEAR(flux.baseflow, 12, 1e-11);
  EXPECT_NEAR(flux.surface_runoff, 3 + 12, 1e-11);
  EXPECT_NEAR(flux.runoff, 3 + 12 + 12, 1e-11);
}

// Dry layers of which 2, 1 and 0.5 mm evaporate in the hour, while the bottom layer has 21 of a residual of 20: relative
// moisture 1 / 180, baseflow 12 * 0.1 / 0.5 / 180 / 24 mm. The lack of 2 and 1 mm comes from below; the bottom layer, which has
// 1 mm to spare, gives no baseflow, and 2.5 of the 3.5 mm do not evaporate.
TEST(VicSoilSubstep, TakesALackFromBelowAndAtLastFromEvaporation) {
  const auto [state, flux] = soil_substep({4, 10, 21}, {.evaporation = {48, 24, 12}});
  EXPECT_NEAR(state.moisture[0], 4, 1e-12);
  EXPECT_NEAR(state.moisture[1], 10, 1e-12);
  EXPECT_NEAR(state.moisture[2], 20, 1e-12);
  EXPECT_NEAR(flux.drainage_1, -48, 1e-11);
  EXPECT_NEAR(flux.drainage_2, -72, 1e-11);
  EXPECT_NEAR(flux.baseflow, 0, 1e-12);
  EXPECT_NEAR(flux.evapotranspiration, 24, 1e-11);
}

TEST(VicInfiltration, RefusesNothingWhileDryAndEverythingWhenFull) {
  EXPECT_EQ(vic_infiltration(50.0, 100.0, 0.2, 0.0).runoff, 0);
  EXPECT_NEAR(vic_infiltration(60.0, 100.0, 0.2, 200.0).runoff, 160, 1e-12);  // a deficit of 40
  EXPECT_EQ(vic_infiltration(100.0, 100.0, 0.2, 7.0).runoff, 7);
  // Rounding may leave a hair more than full.
  EXPECT_EQ(vic_infiltration(100.0 + 1e-13, 100.0, 0.2, 7.0).runoff, 7);
}

TEST(VicBaseflow, IsFiniteWhereTheThresholdIsOne) {
  EXPECT_NEAR(vic_baseflow(vic_baseflow_curve(100.0, 0.5, 10.0, 1.0, 2.0), 40.0), 10 * 0.5 * 0.4, 1e-12);
}

TEST(VicSoilEvaporation, RunsFromNothingToPotential) {
  const auto series = vic_evaporation_series(0.2);
  EXPECT_NEAR(vic_soil_evaporation_factor(0.0, 50.0, 0.2, series), 0, 1e-12);
  EXPECT_EQ(vic_soil_evaporation_factor(50.0, 50.0, 0.2, series), 1);
}

VicRoots<double> simple_roots() {
  return vic_prepare_roots<double>({2, 1, 1}, {40, 100, 200}, 0.5, 0.25);
}

// Roots 0.5, 0.25, 0.25; layers wet from 20, 50, 100 mm, wilted at 10, 25, 50. The top layer has 15, so gives half. The upper
// layers together hold 15 + 60 of 70 that would be wet, and the bottom layer is wet: the lack of 0.5 * 0.5 * 4 = 1 mm is shared
// by the other two, half each.
TEST(VicRootUptake, SharesTheLackOfADryLayer) {
  const auto taken = vic_root_uptake<double>({15, 60, 120}, 4, simple_roots());
  EXPECT_NEAR(taken[0], 1, 1e-12);
  EXPECT_NEAR(taken[1], 1.5, 1e-12);
  EXPECT_NEAR(taken[2], 1.5, 1e-12);
}

// With two dry layers and most roots above: the middle layer, a quarter of the roots, makes up for both (2 * 0.25 + 0.5 * 1).
TEST(VicRootUptake, SharesTheLackOfTwoDryLayers) {
  const auto taken = vic_root_uptake<double>({15, 60, 75}, 4, simple_roots());
  EXPECT_NEAR(taken[0], 1, 1e-12);
  EXPECT_NEAR(taken[1], 1 + 1 + 0.5, 1e-12);
  EXPECT_NEAR(taken[2], 0.5, 1e-12);
}

// The upper layers are short of 70, so every layer is on its own.
TEST(VicRootUptake, LeavesEachLayerToItselfInADrySoil) {
  const auto taken = vic_root_uptake<double>({15, 50, 75}, 4, simple_roots());
  EXPECT_NEAR(taken[0], 1, 1e-12);
  EXPECT_NEAR(taken[1], 1, 1e-12);
  EXPECT_NEAR(taken[2], 0.5, 1e-12);
}

TEST(VicRootUptake, StopsAtTheWiltingPoint) {
  const auto taken = vic_root_uptake<double>({11, 20, 50}, 100, simple_roots());
  EXPECT_NEAR(taken[0], 1, 1e-12);
  EXPECT_EQ(taken[1], 0);
  EXPECT_EQ(taken[2], 0);
}

// Wilted up to 24, 60, 120 mm, although wet from 4, 10, 20 on. The top layer has 1 of the 2 mm asked of it. The wilted bottom
// layer lacks 1 mm, shared by roots among all, who are wet: a quarter goes to the middle, what falls to the others they have not.
// In the last thousandth of a millimetre above the wilting point a layer gives its part, and as a wet one makes up for its own
// lack.
TEST(VicRootUptake, FollowsTheWiltingPointWhereItLiesAboveTheCritical) {
  const auto roots = vic_prepare_roots<double>({2, 1, 1}, {40, 100, 200}, 0.1, 0.6);
  const auto taken = vic_root_uptake<double>({25, 70, 119}, 4, roots);
  EXPECT_NEAR(taken[0], 1, 1e-12);
  EXPECT_NEAR(taken[1], 1 + 0.25, 1e-12);
  EXPECT_EQ(taken[2], 0);
  EXPECT_NEAR(vic_root_uptake<double>({24.0005, 0, 0}, 0.0004, roots)[0], 0.0004, 1e-12);
}

TEST(VicRootUptake, IsNothingWithoutRoots) {
  const auto taken = vic_root_uptake<double>({30, 70, 150}, 4, vic_prepare_roots<double>({0, 0, 0}, {40, 100, 200}, 0.5, 0.25));
  for (const double amount : taken) EXPECT_EQ(amount, 0);
}

// Six hours with 8 mm/day of rain and a PET of 4 mm/day, so 2 and 1 mm. Leaves of LAI 8 hold 0.8 mm; 0.1 mm is an eighth, whose
// power 2/3 is 1/4: 0.25 mm would evaporate, but no more than 0.1 is there. 2 mm of rain fill 0.8, 1.2 fall through.
TEST(VicStep, MatchesSixHoursOfRainWorkedByHand) {
  const auto p = simple_parameters();
  const auto derived = Vic::prepare(p, 1.0);
  const VicState<double> start{0, 0, 0.1, {{30, 60, 120}}};
  const auto [state, flux, carry] = Vic::step<double>(start, {8, 10, 4}, p, derived, 0.25);
  EXPECT_NEAR(state.canopy_water, 0.8, 1e-12);
  EXPECT_NEAR(flux.canopy_evaporation, 0.4, 1e-12);
  EXPECT_NEAR(flux.throughfall, 4.8, 1e-12);
  EXPECT_NEAR(flux.transpiration, 3.6, 1e-12);
  EXPECT_EQ(flux.soil_evaporation, 0);
  EXPECT_NEAR(carry.soil.evaporation[0], 1.8, 1e-12);
  EXPECT_NEAR(carry.soil.evaporation[1], 0.9, 1e-12);
  EXPECT_NEAR(carry.soil.infiltration + carry.soil.surface_runoff, 4.8, 1e-12);
  EXPECT_NEAR(carry.evaporation_above, 0.4, 1e-12);
}

// A whole day: rain may evaporate within it. 0.25 * 4 = 1 mm of 0.1 + 8.
TEST(VicStep, LetsTheRainOfADayEvaporate) {
  const auto p = simple_parameters();
  const VicState<double> start{0, 0, 0.1, {{30, 60, 120}}};
  EXPECT_NEAR(Vic::step<double>(start, {8, 10, 4}, p, Vic::prepare(p, 1.0), 1.0).fluxes.canopy_evaporation, 1, 1e-12);
}

// Frost; a quarter covered. A pack of 0.4 mm gives all it has and leaves 0.6 of 1 mm: 0.15 to the leaves, 0.45 to bare soil,
// which is saturated and evaporates all of it.
TEST(VicStep, TakesSnowBeforeLeavesAndSoil) {
  auto p = simple_parameters();
  p.cover = 0.25;
  const VicState<double> start{0.4, 0, 0, {{40, 60, 120}}};
  const auto [state, flux, carry] = Vic::step<double>(start, {0, -5, 1}, p, Vic::prepare(p, 1.0), 1.0);
  EXPECT_NEAR(flux.sublimation, 0.4, 1e-12);
  EXPECT_NEAR(flux.transpiration, 0.15, 1e-12);
  EXPECT_NEAR(flux.soil_evaporation, 0.45, 1e-12);
  EXPECT_NEAR(carry.soil.evaporation[0], 0.075 + 0.45, 1e-12);
  EXPECT_EQ(state.snowpack, 0);
}

TEST(VicStep, DoesNotHideAMissingValue) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto p = simple_parameters();
  const auto derived = Vic::prepare(p, 1.0);
  const VicState<double> start{1, 0, 0.1, {{30, 60, 120}}};
  EXPECT_TRUE(std::isnan(Vic::step<double>(start, {nan, 2, 1}, p, derived, 1.0).fluxes.infiltration));
  EXPECT_TRUE(std::isnan(Vic::step<double>(start, {1, nan, 1}, p, derived, 1.0).fluxes.melt));
  EXPECT_TRUE(std::isnan(Vic::step<double>(start, {1, 2, nan}, p, derived, 1.0).carry.soil.evaporation[1]));
  EXPECT_TRUE(std::isnan(soil_substep({nan, 60, 120}, {}).fluxes.drainage_1));
}

}  // namespace
}  // namespace freshet::physics
