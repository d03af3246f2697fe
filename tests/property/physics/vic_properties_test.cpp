#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/physics/reference_simulation.hpp"
#include "freshet/physics/vic.hpp"
#include "support/dual.hpp"

namespace freshet::physics {
namespace {

using Series = std::vector<double>;

/// A point of the parameters' ranges; often on an end of one.
template <class M>
std::vector<double> random_parameters(std::mt19937_64& rng, bool ends) {
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<double> p;
  for (const ParameterInfo& row : M::kParameters) {
    double u = unit(rng);
    if (ends && unit(rng) < 0.3) u = std::round(u);
    p.push_back(row.lower + u * (row.upper - row.lower));
  }
  return p;
}

/// Dry and wet spells, cloudbursts, frost.
std::vector<Series> random_weather(std::mt19937_64& rng, std::size_t size) {
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<Series> out(3, Series(size));
  for (std::size_t t = 0; t < size; ++t) {
    const double burst = unit(rng) < 0.05 ? 300 : 30;
    out[0][t] = unit(rng) < 0.5 ? 0 : burst * unit(rng);
    out[1][t] = 30 * unit(rng) - 10;
    out[2][t] = 10 * unit(rng);
  }
  return out;
}

/// Sum over the rows of a table with a role.
double sum_of(const ReferenceSimulation& run, std::span<const VariableInfo> table, WaterRole role, std::size_t t) {
  double sum = 0;
  for (const VariableInfo& row : table) sum += row.role == role ? run.find(row.name)[t] : 0.0;
  return sum;
}

template <class M>
void expect_balance(const ReferenceSimulation& run, std::size_t size) {
  for (std::size_t t = 1; t < size; ++t) {
    const double gain = sum_of(run, M::kForcings, WaterRole::kGain, t);
    const double loss = sum_of(run, M::kFluxes, WaterRole::kLoss, t) + sum_of(run, M::kSubFluxes, WaterRole::kLoss, t);
    const double change = sum_of(run, M::kStates, WaterRole::kStored, t) - sum_of(run, M::kStates, WaterRole::kStored, t - 1);
    ASSERT_NEAR(change, gain - loss, 1e-10) << t;
    for (const VariableInfo& row : M::kStates) ASSERT_GE(run.find(row.name)[t], 0.0) << row.name;
  }
}

void expect_within_layers(const ReferenceSimulation& run, const VicSoilDerived<double>& d) {
  for (std::size_t i = 0; i < kVicLayers; ++i) {
    const Series& moisture = run.find("moisture_" + std::to_string(i + 1));
    const auto [least, most] = std::ranges::minmax(moisture);
    ASSERT_GE(least, d.residual[i] - 1e-12) << i;
    ASSERT_LE(most, d.capacity[i] + 1e-12) << i;
  }
}

TEST(VicWaterBalance, ClosesForAnyParametersAndSubsteps) {
  std::mt19937_64 rng(1);
  const std::size_t days = 200;
  for (int draw = 0; draw < 200; ++draw) {
    const Substeps substeps = std::array<Substeps, 3>{{{1, 24}, {4, 6}, {24, 1}}}[static_cast<std::size_t>(draw % 3)];
    const auto parameters = random_parameters<Vic>(rng, true);
    const auto run = simulate_reference<Vic>(random_weather(rng, days), parameters, {.substeps = substeps});
    expect_balance<Vic>(run, days);
    expect_within_layers(run, vic_prepare_soil(from_fields<VicParameters<double>, double>(parameters).soil));
  }
}

// Evaporation is given without regard to what is there, so every rule of a lacking layer acts.
TEST(VicWaterBalance, ClosesForAnyEvaporationGivenToTheSoil) {
  std::mt19937_64 rng(2);
  const std::size_t days = 200;
  for (int draw = 0; draw < 200; ++draw) {
    const auto parameters = random_parameters<VicSoil>(rng, true);
    auto weather = random_weather(rng, days);
    const std::vector<Series> forcing = {weather[0], weather[2], weather[2], weather[2]};
    const auto run = simulate_reference<VicSoil>(forcing, parameters, {.substeps = {4, 6}});
    expect_balance<VicSoil>(run, days);
    expect_within_layers(run, vic_prepare_soil(from_fields<VicSoilParameters<double>, double>(parameters)));
  }
}

/// A random set in which some parameters have given values.
std::vector<double> parameters_with(std::mt19937_64& rng, const std::map<std::string_view, double>& given) {
  std::vector<double> p = random_parameters<Vic>(rng, true);
  for (std::size_t i = 0; i < p.size(); ++i) {
    const auto found = given.find(Vic::kParameters[i].name);
    if (found != given.end()) p[i] = found->second;
  }
  return p;
}

// Each within its range, together without sense: docs/theory/vic.md says what they do.
const std::map<std::string, std::map<std::string_view, double>> kContradictions = {
    {"wilting above critical", {{"wcr", 0.1}, {"wpwp", 0.6}}},
    {"wilting at critical", {{"wcr", 0.3}, {"wpwp", 0.3}}},
    {"no roots", {{"root1", 0}, {"root2", 0}, {"root3", 0}, {"cover", 1}}},
    {"roots hardly there", {{"root1", 0}, {"root2", 1e-7}, {"root3", 0}, {"cover", 1}}},
    {"wilting below residual", {{"wcr", 0.15}, {"wpwp", 0.05}, {"resid", 0.1}, {"porosity", 0.35}}},
    {"critical below residual", {{"wcr", 0.1}, {"wpwp", 0.05}, {"resid", 0.1}, {"porosity", 0.35}}},
    {"all", {{"wcr", 0.1}, {"wpwp", 0.6}, {"root1", 0}, {"root2", 0}, {"root3", 0}, {"resid", 0.1}, {"porosity", 0.35}}},
};

TEST(VicContradictions, CloseTheBalanceAndStayFinite) {
  std::mt19937_64 rng(5);
  const std::size_t days = 200;
  for (const auto& [name, given] : kContradictions) {
    for (int draw = 0; draw < 20; ++draw) {
      const auto parameters = parameters_with(rng, given);
      const auto weather = random_weather(rng, days);
      const auto run = simulate_reference<Vic>(weather, parameters, {.substeps = {4, 6}});
      SCOPED_TRACE(name);
      ASSERT_NO_FATAL_FAILURE(expect_balance<Vic>(run, days));
      expect_within_layers(run, vic_prepare_soil(from_fields<VicParameters<double>, double>(parameters).soil));
      const Series &asked = run.find("transpiration"), &actual = run.find("evapotranspiration");
      for (const auto& [column, values] : run.series) {
        for (const double value : values) ASSERT_TRUE(std::isfinite(value)) << column;
      }
      for (std::size_t t = 0; t < days; ++t) {
        ASSERT_GE(asked[t], 0.0) << t;
        ASSERT_LE(asked[t], weather[2][t] * (1 + 1e-12)) << t;
        ASSERT_GE(actual[t], -1e-12) << t;
        ASSERT_LE(actual[t], weather[2][t] * (1 + 1e-12)) << t;
      }
      if (name == "no roots") {
        ASSERT_EQ(*std::max_element(asked.begin(), asked.end()), 0.0);
      }
    }
  }
}

/// Everything the column depends on, and the sum of what comes out of one outer step and a sub-step, each with its own weight.
constexpr std::size_t kInputs = 25 + 6 + 3;

template <class S>
S weighted_outputs(const std::vector<S>& x) {
  const std::span<const S> all(x);
  const auto p = from_fields<VicParameters<S>, S>(all.first(25));
  const auto state = from_fields<VicState<S>, S>(all.subspan(25, 6));
  const auto forcing = from_fields<VicForcing<S>, S>(all.subspan(31, 3));
  const auto derived = Vic::prepare(p, S(1.0));
  const auto outer = Vic::step(state, forcing, p, derived, S(0.25));
  const auto inner = Vic::substep(outer.state, outer.carry, p, derived, S(1.0 / 24));
  S sum(0.0);
  double weight = 1;
  const auto add = [&](std::span<const S> values) {
    for (const S& value : values) sum = sum + S(weight += 0.37) * value;
  };
  add(fields<S>(outer.fluxes));
  add(fields<S>(inner.state));
  add(fields<S>(inner.fluxes));
  return sum;
}

double slope_along(const std::vector<double>& x, std::size_t direction) {
  std::vector<testing_support::Dual> numbers(x.begin(), x.end());
  numbers[direction].derivative = 1;
  return weighted_outputs(numbers).derivative;
}

std::vector<double> random_inputs(std::mt19937_64& rng, bool ends) {
  std::uniform_real_distribution<double> unit(0, 1);
  const auto share = [&] { return ends && unit(rng) < 0.5 ? std::round(unit(rng)) : unit(rng); };
  std::vector<double> x = random_parameters<Vic>(rng, ends);
  const auto d = vic_prepare_soil(from_fields<VicParameters<double>, double>(x).soil);
  for (const double most : {50.0, 5.0, 0.1}) x.push_back(most * share());
  for (std::size_t i = 0; i < kVicLayers; ++i) x.push_back(d.residual[i] + share() * (d.capacity[i] - d.residual[i]));
  for (const double most : {40.0, 20.0, 8.0}) x.push_back(most * share());
  return x;
}

TEST(VicDerivative, IsFiniteAtTheEndsOfAllRanges) {
  std::mt19937_64 rng(3);
  for (int draw = 0; draw < 2000; ++draw) {
    const auto x = random_inputs(rng, true);
    ASSERT_EQ(x.size(), kInputs);
    ASSERT_TRUE(std::isfinite(weighted_outputs(x))) << draw;
    for (std::size_t i = 0; i < kInputs; ++i) ASSERT_TRUE(std::isfinite(slope_along(x, i))) << draw << ", input " << i;
  }
}

TEST(VicContradictions, HaveFiniteDerivatives) {
  std::mt19937_64 rng(6);
  for (const auto& [name, given] : kContradictions) {
    for (int draw = 0; draw < 100; ++draw) {
      auto x = random_inputs(rng, true);
      const auto parameters = parameters_with(rng, given);
      const auto d = vic_prepare_soil(from_fields<VicParameters<double>, double>(parameters).soil);
      std::copy(parameters.begin(), parameters.end(), x.begin());
      // Storages follow snowpack, meltwater and the canopy's: within the new layers.
      for (std::size_t i = 0; i < kVicLayers; ++i) x[28 + i] = std::clamp(x[28 + i], d.residual[i], d.capacity[i]);
      for (std::size_t i = 0; i < kInputs; ++i) ASSERT_TRUE(std::isfinite(slope_along(x, i))) << name << ", input " << i;
    }
  }
}

// A kink between the two points of the difference makes it wrong; it is then wrong on one side only, and the two differ.
TEST(VicDerivative, MatchesDifferences) {
  std::mt19937_64 rng(4);
  int compared = 0;
  for (int draw = 0; draw < 300; ++draw) {
    const auto x = random_inputs(rng, false);
    const double here = weighted_outputs(x);
    for (std::size_t i = 0; i < kInputs; ++i) {
      const double h = 1e-5 * std::max(std::abs(x[i]), 0.1);
      auto up = x, down = x;
      up[i] += h;
      down[i] -= h;
      const double right = (weighted_outputs(up) - here) / h, left = (here - weighted_outputs(down)) / h;
      const double central = (right + left) / 2;
      if (std::abs(right - left) > 1e-3 * std::max(std::abs(central), 1.0)) continue;
      ++compared;
      ASSERT_NEAR(slope_along(x, i), central, 1e-5 * std::max(std::abs(central), 1.0)) << draw << ", input " << i;
    }
  }
  EXPECT_GT(compared, 9000);
}

}  // namespace
}  // namespace freshet::physics
