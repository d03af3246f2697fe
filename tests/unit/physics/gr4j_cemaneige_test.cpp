#include "freshet/physics/gr4j_cemaneige.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/physics/reference_simulation.hpp"
#include "support/columns.hpp"
#include "support/data_dir.hpp"
#include "support/gr4j_reference.hpp"

namespace freshet::physics {
namespace {

using testing_support::kRunStart;
using testing_support::kWarmUpStart;
using testing_support::part;
using Series = std::vector<double>;

Gr4jCemaNeigeParameters<double> parameters() {
  return {.x1 = 400, .x2 = 1, .x3 = 100, .x4 = 1.5, .ctg = 0.5, .kf = 4, .solid_precipitation = 100, .elevation_range = 0};
}

Step<CemaNeige::State<double>, CemaNeige::Fluxes<double>> snow_step(const CemaNeige::State<double>& state, double precipitation,
                                                                    double temperature, const Gr4jCemaNeigeParameters<double>& p,
                                                                    double dt = 1) {
  return CemaNeige::step<double>(state, {precipitation, temperature}, p, Gr4jCemaNeige::prepare(p, dt), dt);
}

CemaNeige::State<double> even(double snowpack, double thermal_state) {
  CemaNeige::State<double> state;
  state.snowpack.fill(snowpack / 5);
  state.thermal_state.fill(thermal_state);
  return state;
}

// All layers alike; 8 mm at 1 degC: half is snow. The pack grows to 45 + 4 = 49 mm; the cold 0.5 * 0 + 0.5 * 1 > 0 allows melt;
// potential 4 * 1 = 4; cover 49 / 90; melt (0.9 * 49 / 90 + 0.1) * 4 = 2.36.
TEST(CemaNeige, MatchesAThawWorkedByHand) {
  const auto [state, flux] = snow_step(even(45, 0), 8, 1, parameters());
  EXPECT_NEAR(flux.snowfall, 4, 1e-13);
  EXPECT_NEAR(flux.rainfall, 4, 1e-13);
  EXPECT_NEAR(flux.melt, 2.36, 1e-13);
  EXPECT_NEAR(flux.water_input, 6.36, 1e-13);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(state.snowpack[i], 46.64 / 5, 1e-13);
    EXPECT_EQ(state.thermal_state[i], 0.0);
  }
}

// The cold of -6 degC keeps the pack from melting for two days of 3 degC (-1.5, then 0.75 > 0 on the second: melt).
TEST(CemaNeige, ColdDelaysMelt) {
  const auto first = snow_step(even(200, -6), 0, 3, parameters());
  EXPECT_EQ(first.fluxes.melt, 0.0);
  EXPECT_NEAR(first.state.thermal_state[0], -1.5, 1e-14);
  const auto second = snow_step(first.state, 0, 3, parameters());
  EXPECT_NEAR(second.fluxes.melt, 12, 1e-13);
  EXPECT_EQ(second.state.thermal_state[0], 0.0);
}

TEST(CemaNeige, LayersDifferByElevationAndKeepTheMean) {
  Gr4jCemaNeigeParameters<double> p = parameters();
  p.elevation_range = 1000;
  const auto layers = Gr4jCemaNeige::prepare(p, 1.0).layers;
  EXPECT_NEAR(layers.temperature_offset[0], 2.6, 1e-14);  // 400 m below the middle
  EXPECT_NEAR(layers.temperature_offset[2], 0, 1e-14);
  EXPECT_NEAR(layers.temperature_offset[4], -2.6, 1e-14);
  EXPECT_NEAR(layers.precipitation_factor[4] / layers.precipitation_factor[0], std::exp(0.00041 * 800), 1e-14);
  EXPECT_NEAR(std::accumulate(layers.precipitation_factor.begin(), layers.precipitation_factor.end(), 0.0), 5, 1e-14);
  const auto [state, flux] = snow_step({}, 10, 1, p);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_GT(state.snowpack[i], state.snowpack[i - 1]);
  EXPECT_NEAR(flux.snowfall + flux.rainfall, 10, 1e-13);
}

TEST(CemaNeige, WithoutFrostTheModelIsGr4j) {
  const Series precipitation = {0, 12, 30, 0, 3, 55, 0, 0, 1, 20}, temperature(10, 15.0), pet(10, 2.5);
  const auto p = parameters();
  const ReferenceSimulation with =
      simulate_reference<Gr4jCemaNeige>(std::vector{precipitation, temperature, pet}, fields<double>(p));
  const ReferenceSimulation without =
      simulate_reference<Gr4j>(std::vector{precipitation, pet}, fields<double>(p).first(Gr4j::kParameters.size()));
  for (std::size_t t = 0; t < 10; ++t) EXPECT_NEAR(with.find("runoff")[t], without.find("runoff")[t], 1e-13) << t;
}

/// Ranks, ties with their mean.
Series ranks(const Series& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  Series rank(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    while (j < order.size() && values[order[j]] == values[order[i]]) ++j;
    for (std::size_t k = i; k < j; ++k) rank[order[k]] = 0.5 * static_cast<double>(i + j - 1);
    i = j;
  }
  return rank;
}

double correlation(const Series& a, const Series& b) {
  const double n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n, mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

// The authors' program extrapolates to its layers with daily gradients and the basin's real elevations, which lie -561, -234, 0,
// 196 and 391 m from the forcing's; here they lie evenly over a range of the same extent. So snowpacks differ in size, hardly in
// order.
TEST(CemaNeige, SnowpacksFollowThePublishedProgram) {
  FRESHET_REQUIRE_DATA_DIR(folder);
  const auto basin = testing_support::read_columns(folder / "airgr_examples" / "L0123002.csv");
  const auto expected =
      testing_support::read_columns(folder / "airgr_examples" / "reference_runs" / "L0123002_CemaNeigeGR4J.csv");
  const std::size_t days = expected.at("Qsim").size(), warm_up = kRunStart - kWarmUpStart;
  const auto period = [&](const char* column) { return part(basin.at(column), kWarmUpStart, warm_up + days); };
  const Series p = {408.774, 2.646, 131.264, 1.174, 0.962, 2.249, 600, (561 + 391) / 0.8};
  const ReferenceSimulation run = simulate_reference<Gr4jCemaNeige>(std::vector{period("P"), period("T"), period("E")}, p);
  for (int layer = 1; layer <= 5; ++layer) {
    const Series snowpack = part(run.find("snowpack_" + std::to_string(layer)), warm_up, days);
    const Series& theirs = expected.at("SnowPack_L" + std::to_string(layer));
    EXPECT_GT(correlation(ranks(snowpack), ranks(theirs)), 0.99) << layer;
  }
  EXPECT_GT(correlation(part(run.find("runoff"), warm_up, days), expected.at("Qsim")), 0.99);
}

}  // namespace
}  // namespace freshet::physics
