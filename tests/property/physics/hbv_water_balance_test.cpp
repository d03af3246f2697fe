#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/rng.hpp"
#include "freshet/physics/hbv_simulation.hpp"

namespace freshet::physics {
namespace {

HbvParameters<double> random_parameters(RngStream& rng) {
  HbvParameters<double> p;
  for (std::size_t i = 0; i < kHbvParameters.size(); ++i) {
    const double u = rng.uniform();
    // One in ten sits on a bound.
    const double position = u < 0.05 ? 0.0 : u > 0.95 ? 1.0 : rng.uniform();
    p.*HbvParameters<double>::members()[i] =
        kHbvParameters[i].lower + position * (kHbvParameters[i].upper - kHbvParameters[i].lower);
  }
  return p;
}

struct Weather {
  std::vector<double> precipitation, temperature, pet;
};

Weather random_weather(RngStream& rng, std::size_t days) {
  Weather w;
  const double warmth = 20 * rng.uniform() - 5;
  for (std::size_t t = 0; t < days; ++t) {
    w.precipitation.push_back(rng.uniform() < 0.4 ? rng.gamma(0.6, 15.0) : 0.0);
    w.temperature.push_back(warmth + 12 * std::sin(0.0172 * static_cast<double>(t)) + 4 * rng.normal());
    w.pet.push_back(rng.uniform() < 0.1 ? 0.0 : 6 * rng.uniform());
  }
  return w;
}

class HbvWaterBalance : public testing::TestWithParam<HbvVariant> {};

TEST_P(HbvWaterBalance, ClosesEveryStepAndNoStorageIsNegative) {
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    RngStream rng(2024, RngUse::kSynthetic, trial);
    const double dt = trial % 3 == 0 ? 0.25 : 1.0;
    const Weather w = random_weather(rng, 700);
    const HbvState<double> initial{50 * rng.uniform(), 5 * rng.uniform(), 1e-3 + 50 * rng.uniform(), 40 * rng.uniform(), 0};
    const HbvSimulation run = simulate_hbv({w.precipitation, w.temperature, w.pet}, random_parameters(rng), {},
                                           {.variant = GetParam(), .step_days = dt, .initial = initial});
    double before = initial.snowpack + initial.meltwater + initial.soil_moisture + initial.upper_zone + initial.lower_zone;
    for (std::size_t t = 0; t < w.pet.size(); ++t) {
      double after = 0;
      for (const auto& storage : run.states) {
        ASSERT_GE(storage[t], 0.0) << "trial " << trial << " step " << t;
        after += storage[t];
      }
      const double in = w.precipitation[t] + run.find("floor_correction")[t];
      const double out = run.find("evapotranspiration")[t] + run.find("runoff")[t];
      ASSERT_NEAR(after - before, dt * (in - out), 1e-9 * std::max(1.0, before + dt * in)) << "trial " << trial << " step " << t;
      ASSERT_GE(run.find("floor_correction")[t] * dt, 0.0);
      ASSERT_LE(run.find("floor_correction")[t] * dt, 2e-5);
      before = after;
    }
  }
}

TEST_P(HbvWaterBalance, AllFluxesAreNotNegativeAndEvapotranspirationIsAtMostPotential) {
  for (std::uint64_t trial = 0; trial < 20; ++trial) {
    RngStream rng(77, RngUse::kSynthetic, trial);
    const Weather w = random_weather(rng, 500);
    const HbvSimulation run =
        simulate_hbv({w.precipitation, w.temperature, w.pet}, random_parameters(rng), {}, {.variant = GetParam()});
    for (std::size_t i = 0; i < run.fluxes.size(); ++i) {
      for (std::size_t t = 0; t < w.pet.size(); ++t) ASSERT_GE(run.fluxes[i][t], 0.0) << kHbvFluxes[i].name << " step " << t;
    }
    for (std::size_t t = 0; t < w.pet.size(); ++t) ASSERT_LE(run.find("evapotranspiration")[t], w.pet[t] * (1 + 1e-15));
  }
}

TEST_P(HbvWaterBalance, TwoRunsFromTheSavedStateEqualOne) {
  RngStream rng(5, RngUse::kSynthetic);
  const Weather w = random_weather(rng, 400);
  const HbvParameters<double> p = random_parameters(rng);
  const HbvSimulation whole = simulate_hbv({w.precipitation, w.temperature, w.pet}, p, {}, {.variant = GetParam()});
  const std::size_t cut = 150;
  HbvState<double> saved;
  for (std::size_t i = 0; i < whole.states.size(); ++i) saved.*HbvState<double>::members()[i] = whole.states[i][cut - 1];
  const auto tail = [&](const std::vector<double>& values) { return std::span(values).subspan(cut); };
  const HbvSimulation rest =
      simulate_hbv({tail(w.precipitation), tail(w.temperature), tail(w.pet)}, p, {}, {.variant = GetParam(), .initial = saved});
  for (std::size_t t = 0; t < rest.discharge.size(); ++t) ASSERT_EQ(rest.discharge[t], whole.discharge[cut + t]);
}

INSTANTIATE_TEST_SUITE_P(AllVariants, HbvWaterBalance,
                         testing::Values(HbvVariant::kBasic, HbvVariant::kEtShape, HbvVariant::kCapillary));

}  // namespace
}  // namespace freshet::physics
