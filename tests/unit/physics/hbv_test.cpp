#include "freshet/physics/hbv.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/physics/reference_simulation.hpp"

namespace freshet::physics {
namespace {

HbvParameters<double> simple_parameters() {
  return {.beta = 2,
          .fc = 100,
          .k0 = 0.5,
          .k1 = 0.2,
          .k2 = 0.1,
          .lp = 0.5,
          .perc = 2,
          .uzl = 10,
          .tt = 0,
          .cfmax = 3,
          .cfr = 0.05,
          .cwh = 0.1,
          .betaet = 2,
          .c = 0.1};
}

// A mild day of rain on a melting snowpack, by hand:
//   rain 8, snow 0; melt min(3 * 2, 10) = 6, so snow 4 and liquid 6.5; it holds 0.1 * 4 = 0.4, so 6.1 leaves;
//   water at the surface 14.1; recharge 14.1 * (50 / 100)^2 = 3.525; soil 50 + 14.1 - 3.525 = 60.575, no excess;
//   60.575 / (0.5 * 100) > 1, so evapotranspiration is the potential 3, soil 57.575;
//   upper 12 + 3.525 = 15.525; percolation 2; quickflow 0.5 * (13.525 - 10) = 1.7625; interflow 0.2 * 11.7625 = 2.3525,
//   upper 9.41; lower 20 + 2 = 22, baseflow 2.2, lower 19.8; runoff 1.7625 + 2.3525 + 2.2 = 6.315.
TEST(HbvStep, MatchesAMeltDayWorkedByHand) {
  const auto [state, flux] = Hbv<HbvVariant::kBasic>::step<double>({10, 0.5, 50, 12, 20}, {8, 2, 3}, simple_parameters(), 1.0);
  EXPECT_NEAR(flux.rainfall, 8, 1e-12);
  EXPECT_NEAR(flux.snowfall, 0, 1e-12);
  EXPECT_NEAR(flux.melt, 6, 1e-12);
  EXPECT_NEAR(flux.refreezing, 0, 1e-12);
  EXPECT_NEAR(flux.snow_outflow, 6.1, 1e-12);
  EXPECT_NEAR(flux.recharge, 3.525, 1e-12);
  EXPECT_NEAR(flux.excess, 0, 1e-12);
  EXPECT_NEAR(flux.evapotranspiration, 3, 1e-12);
  EXPECT_NEAR(flux.percolation, 2, 1e-12);
  EXPECT_NEAR(flux.quickflow, 1.7625, 1e-12);
  EXPECT_NEAR(flux.interflow, 2.3525, 1e-12);
  EXPECT_NEAR(flux.baseflow, 2.2, 1e-12);
  EXPECT_NEAR(flux.runoff, 6.315, 1e-12);
  EXPECT_NEAR(state.snowpack, 4, 1e-12);
  EXPECT_NEAR(state.meltwater, 0.4, 1e-12);
  EXPECT_NEAR(state.soil_moisture, 57.575, 1e-12);
  EXPECT_NEAR(state.upper_zone, 9.41, 1e-12);
  EXPECT_NEAR(state.lower_zone, 19.8, 1e-12);
}

// A cold day with snowfall and a half-dry soil, with betaet 2 and c 0.1, by hand:
//   snow 10 + 5; refreezing 0.05 * 3 * 4 = 0.6, so snow 15.6, liquid 0.4 < 0.1 * 15.6: nothing leaves, no recharge;
//   (25 / 50)^2 = 0.25, evapotranspiration 0.25, soil 24.75; capillary rise 0.1 * 20 * (1 - 0.2475) = 1.505, soil 26.255,
//   lower 18.495; percolation all of upper, 1; lower 19.495, baseflow 1.9495, lower 17.5455.
TEST(HbvStep, MatchesAFrostDayWithCapillaryRiseWorkedByHand) {
  const auto [state, flux] = Hbv<HbvVariant::kCapillary>::step<double>({10, 1, 25, 1, 20}, {5, -4, 1}, simple_parameters(), 1.0);
  EXPECT_NEAR(flux.snowfall, 5, 1e-12);
  EXPECT_NEAR(flux.refreezing, 0.6, 1e-12);
  EXPECT_NEAR(flux.evapotranspiration, 0.25, 1e-12);
  EXPECT_NEAR(flux.capillary_rise, 1.505, 1e-12);
  EXPECT_NEAR(flux.percolation, 1, 1e-12);
  EXPECT_NEAR(flux.runoff, 1.9495, 1e-12);
  EXPECT_NEAR(state.snowpack, 15.6, 1e-12);
  EXPECT_NEAR(state.meltwater, 0.4, 1e-12);
  EXPECT_NEAR(state.soil_moisture, 26.255, 1e-12);
  EXPECT_NEAR(state.upper_zone, 0, 1e-12);
  EXPECT_NEAR(state.lower_zone, 17.5455, 1e-12);
}

TEST(HbvStep, ReportsTheFloorAsAFlux) {
  HbvParameters<double> p = simple_parameters();
  p.c = 1;
  // The soil holds 1e-6 mm. It dries to at most that, so the floor of 1e-5 adds the rest; c = 1 drains lower_zone almost fully.
  const auto [state, flux] = Hbv<HbvVariant::kCapillary>::step<double>({0, 0, 1e-6, 0, 0.5e-5}, {0, 5, 1}, p, 1.0);
  const double before = 1e-6 + 0.5e-5;
  const double after = state.soil_moisture + state.upper_zone + state.lower_zone;
  EXPECT_GT(flux.floor_correction, 1e-5);
  EXPECT_NEAR(after - before, flux.floor_correction - flux.evapotranspiration - flux.runoff, 1e-18);
}

TEST(HbvStep, ScalesRatesWithTheTimeStep) {
  // Six hours of the melt day: a quarter of the rain and of every coefficient.
  const auto [state, flux] = Hbv<HbvVariant::kBasic>::step<double>({10, 0.5, 50, 12, 20}, {8, 2, 3}, simple_parameters(), 0.25);
  EXPECT_NEAR(flux.rainfall, 8, 1e-12);
  EXPECT_NEAR(flux.melt, 6, 1e-12);
  EXPECT_NEAR(state.snowpack, 8.5, 1e-12);
  EXPECT_NEAR(flux.percolation, 2, 1e-12);
  EXPECT_NEAR(flux.baseflow, 0.1 * (20 + 0.5), 1e-12);
}

TEST(HbvStep, DoesNotHideAMissingValue) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto p = simple_parameters();
  const HbvState<double> state{10, 0.5, 50, 12, 20};
  EXPECT_NE(Hbv<HbvVariant::kBasic>::step<double>(state, {nan, 2, 3}, p, 1.0).fluxes.runoff,
            Hbv<HbvVariant::kBasic>::step<double>(state, {nan, 2, 3}, p, 1.0).fluxes.runoff);
  EXPECT_TRUE(std::isnan(Hbv<HbvVariant::kBasic>::step<double>(state, {8, nan, 3}, p, 1.0).fluxes.melt));
  EXPECT_TRUE(std::isnan(Hbv<HbvVariant::kBasic>::step<double>(state, {8, 2, nan}, p, 1.0).fluxes.evapotranspiration));
}

TEST(HbvTables, ListEveryMemberOnce) {
  EXPECT_EQ(std::size(kHbvParameters), (field_count<double, HbvParameters<double>>()));
  EXPECT_EQ(std::size(kHbvStates), (field_count<double, HbvState<double>>()));
  EXPECT_EQ(std::size(kHbvForcings), (field_count<double, HbvForcing<double>>()));
  EXPECT_EQ(std::size(kHbvFluxes), (field_count<double, HbvFluxes<double>>()));
  EXPECT_EQ(Hbv<HbvVariant::kBasic>::kParameters.back().name, "cwh");
  EXPECT_EQ(Hbv<HbvVariant::kEtShape>::kParameters.back().name, "betaet");
  EXPECT_EQ(Hbv<HbvVariant::kCapillary>::kParameters.back().name, "c");
  for (const ParameterInfo& row : kHbvParameters) EXPECT_LT(row.lower, row.upper) << row.name;
}

TEST(SimulateReference, NamesAMeaninglessForcingValue) {
  const std::vector<double> ok = {1, 2, 3}, negative = {1, -2, 3}, shorter = {1, 2};
  const auto p = simple_parameters();
  const auto simulate = [&](const std::vector<double>& precipitation, const std::vector<double>& temperature,
                            const std::vector<double>& pet, const ReferenceOptions& options = {}) {
    simulate_reference<Hbv<HbvVariant::kBasic>>(std::vector{precipitation, temperature, pet}, fields<double>(p), options);
  };
  EXPECT_THROW(simulate(negative, ok, ok), InputError);
  EXPECT_THROW(simulate(ok, ok, negative), InputError);
  EXPECT_THROW(simulate(ok, shorter, ok), InputError);
  EXPECT_THROW(simulate(ok, ok, ok, {.step_days = 2}), InputError);
  EXPECT_NO_THROW(simulate(ok, negative, ok));
}

}  // namespace
}  // namespace freshet::physics
