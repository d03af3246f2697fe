#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/kernels/registry.hpp"
#include "freshet/kernels/simulation.hpp"
#include "freshet/physics/pet.hpp"
#include "support/columns.hpp"
#include "support/data_dir.hpp"

// Gradients of EXP-HYDRO's smooth form that an independent program of the P-RNN gives, through the engine. Its weights are the
// parameters divided by the greatest of their ranges.

namespace freshet::kernels {
namespace {

using Row = std::vector<double>;

constexpr std::array<double, 6> kScale = {0.1, 1500, 50, 5, -3, 3};

/// @param lanes  lanes with the same parameters
Row parameter_rows(const std::array<double, 6>& weights, std::size_t lanes) {
  Row rows;
  for (std::size_t i = 0; i < 6; ++i) rows.insert(rows.end(), lanes, weights[i] * kScale[i]);
  return rows;
}

/// Gradients to the weights, summed over lanes.
std::array<double, 6> to_weights(const Gradients<double>& gradients, std::size_t lanes) {
  std::array<double, 6> sums{};
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t l = 0; l < lanes; ++l) sums[i] += gradients.parameters[i * lanes + l] * kScale[i];
  }
  return sums;
}

TEST(PublishedGradients, OfTheSumOverTenDays) {
  const Row precipitation = {0, 5, 12, 0, 30, 2.5, 0, 80, 0, 1}, temperature = {-6, -4, -1.4, 0.3, 2.2, 6, 9.5, 12, 4, -2};
  ForcingTable<double> forcing(1, 10, 3);
  forcing.set(0, 0, precipitation);
  forcing.set(0, 1, temperature);
  Row pet;
  for (std::size_t t = 0; t < 10; ++t) {
    pet.push_back(physics::hamon_pet(24 * (0.4 + 0.002 * static_cast<double>(t)), temperature[t]));
  }
  forcing.set(0, 2, pet);
  const std::vector<std::int32_t> basins = {0};
  const Row parameters = parameter_rows({.5, 2.0 / 15, .4, .5, .5, 1.0 / 6}, 1);
  const Row seeds(10, 1.0);
  const std::vector<Series> discharge = {{}};
  for (const Backend backend : available_backends()) {
    Simulation<double> simulation(
        {.model = &find_model("exp_hydro"), .steps = 10, .backend = backend, .wanted = discharge, .keep_every = 1});
    simulation.run({.forcing = &forcing, .basins = basins, .parameters = parameters});
    const auto got = to_weights(simulation.adjoint(discharge, {seeds}), 1);
    const std::array<double, 6> expected = {-11.759787771955,      -118.197960717165,     3.967566878412,
                                            -1.66895806713746e-04, -2.63316352185572e-02, 1.93088873777771e-06};
    // The printed digits; and what 1 - tanh^2 far from a threshold loses, as in the test of the model itself.
    const std::array<double, 6> half_unit = {5e-13, 5e-13, 5e-13, 5e-15, 5e-15, 5e-15};
    for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(got[i], expected[i], half_unit[i]) << name(backend) << " " << i;
  }
}

TEST(PublishedGradients, OfTheMeanLossOfFifteenWindows) {
  FRESHET_REQUIRE_DATA_DIR(folder);
  const auto columns = testing_support::read_columns(folder / "camels_us_exphydro_01013500" / "01013500.csv");
  const Row &temperature = columns.at("tmean(C)"), &day = columns.at("dayl(day)"), &observed = columns.at("flow(mm)");
  const std::size_t days = temperature.size(), lanes = 15, steps = 2190, warm_up = 365;
  ForcingTable<double> forcing(1, days, 3);
  forcing.set(0, 0, columns.at("prcp(mm/day)"));
  forcing.set(0, 1, temperature);
  for (std::size_t t = 0; t < days; ++t) forcing.at(0, t, 2) = physics::hamon_pet(24 * day[t], temperature[t]);
  const std::vector<std::int32_t> basins(lanes, 0);
  std::vector<std::int64_t> starts;
  for (std::size_t l = 0; l < lanes; ++l) starts.push_back(static_cast<std::int64_t>(365 * l));
  const Row parameters = parameter_rows({.5, .5, .5, .5, .5, .5}, lanes);
  const std::vector<Series> discharge = {{}};
  Simulation<double> simulation(
      {.model = &find_model("exp_hydro"), .steps = steps, .wanted = discharge, .keep_every = 16, .threads = 2});
  const auto result = simulation.run({.forcing = &forcing, .basins = basins, .starts = starts, .parameters = parameters});

  // The mean of 1 - NSE, and its derivative to every simulated value.
  double loss = 0;
  Row seeds(steps * lanes, 0.0);
  for (std::size_t l = 0; l < lanes; ++l) {
    const Row window(observed.begin() + starts[l], observed.begin() + starts[l] + static_cast<std::int64_t>(steps));
    const double mean = std::accumulate(window.begin() + warm_up, window.end(), 0.0) / static_cast<double>(steps - warm_up);
    double spread = 0, error = 0;
    for (std::size_t t = warm_up; t < steps; ++t) spread += (window[t] - mean) * (window[t] - mean);
    for (std::size_t t = warm_up; t < steps; ++t) {
      const double difference = result.series[0][t * lanes + l] - window[t];
      error += difference * difference;
      seeds[t * lanes + l] = 2 * difference / spread / static_cast<double>(lanes);
    }
    loss += error / spread / static_cast<double>(lanes);
  }
  EXPECT_NEAR(loss, 1.2584710102267593, 1e-12);
  const auto got = to_weights(simulation.adjoint(discharge, {seeds}), lanes);
  const std::array<double, 6> expected = {3.200211066792, -0.311243176289, 0.227431173341,
                                          1.509245758352, -0.687547255348, 0.360082465430};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(got[i], expected[i], 1e-12) << i;
}

}  // namespace
}  // namespace freshet::kernels
