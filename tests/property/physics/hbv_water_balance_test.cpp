#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/rng.hpp"
#include "freshet/physics/hbv.hpp"
#include "freshet/physics/reference_simulation.hpp"

namespace freshet::physics {
namespace {

HbvParameters<double> random_parameters(RngStream& rng) {
  HbvParameters<double> p;
  for (std::size_t i = 0; i < kHbvParameters.size(); ++i) {
    const double u = rng.uniform();
    // One in ten sits on a bound.
    const double position = u < 0.05 ? 0.0 : u > 0.95 ? 1.0 : rng.uniform();
    fields<double>(p)[i] = kHbvParameters[i].lower + position * (kHbvParameters[i].upper - kHbvParameters[i].lower);
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

std::vector<std::vector<double>> series(const Weather& w) {
  return {w.precipitation, w.temperature, w.pet};
}

template <class M>
class HbvWaterBalance : public testing::Test {};
using Variants = testing::Types<Hbv<HbvVariant::kBasic>, Hbv<HbvVariant::kEtShape>, Hbv<HbvVariant::kCapillary>>;
TYPED_TEST_SUITE(HbvWaterBalance, Variants);

TYPED_TEST(HbvWaterBalance, ClosesEveryStepAndNoStorageIsNegative) {
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    RngStream rng(2024, RngUse::kSynthetic, trial);
    const double dt = trial % 3 == 0 ? 0.25 : 1.0;
    const Weather w = random_weather(rng, 700);
    const std::vector<double> initial{50 * rng.uniform(), 5 * rng.uniform(), 1e-3 + 50 * rng.uniform(), 40 * rng.uniform(), 0};
    const HbvParameters<double> p = random_parameters(rng);
    const ReferenceSimulation run =
        simulate_reference<TypeParam>(series(w), fields<double>(p), {.step_days = dt, .initial = initial});
    double before = initial[0] + initial[1] + initial[2] + initial[3] + initial[4];
    for (std::size_t t = 0; t < w.pet.size(); ++t) {
      double after = 0;
      for (const VariableInfo& state : kHbvStates) {
        const double storage = run.find(state.name)[t];
        ASSERT_GE(storage, 0.0) << "trial " << trial << " step " << t;
        after += storage;
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

TYPED_TEST(HbvWaterBalance, AllFluxesAreNotNegativeAndEvapotranspirationIsAtMostPotential) {
  for (std::uint64_t trial = 0; trial < 20; ++trial) {
    RngStream rng(77, RngUse::kSynthetic, trial);
    const Weather w = random_weather(rng, 500);
    const HbvParameters<double> p = random_parameters(rng);
    const ReferenceSimulation run = simulate_reference<TypeParam>(series(w), fields<double>(p));
    for (const VariableInfo& flux : kHbvFluxes) {
      const std::vector<double>& values = run.find(flux.name);
      for (std::size_t t = 0; t < w.pet.size(); ++t) ASSERT_GE(values[t], 0.0) << flux.name << " step " << t;
    }
    for (std::size_t t = 0; t < w.pet.size(); ++t) ASSERT_LE(run.find("evapotranspiration")[t], w.pet[t] * (1 + 1e-15));
  }
}

TYPED_TEST(HbvWaterBalance, TwoRunsFromTheSavedStateEqualOne) {
  RngStream rng(5, RngUse::kSynthetic);
  const Weather w = random_weather(rng, 400);
  const HbvParameters<double> p = random_parameters(rng);
  const ReferenceSimulation whole = simulate_reference<TypeParam>(series(w), fields<double>(p));
  const std::size_t cut = 150;
  std::vector<double> saved;
  for (const VariableInfo& state : kHbvStates) saved.push_back(whole.find(state.name)[cut - 1]);
  const auto tail = [&](const std::vector<double>& values) {
    return std::vector<double>(values.begin() + static_cast<std::ptrdiff_t>(cut), values.end());
  };
  const ReferenceSimulation rest = simulate_reference<TypeParam>(
      std::vector{tail(w.precipitation), tail(w.temperature), tail(w.pet)}, fields<double>(p), {.initial = saved});
  for (std::size_t t = 0; t < w.pet.size() - cut; ++t) ASSERT_EQ(rest.find("discharge")[t], whole.find("discharge")[cut + t]);
}

}  // namespace
}  // namespace freshet::physics
