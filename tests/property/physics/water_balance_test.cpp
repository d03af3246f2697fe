#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/rng.hpp"
#include "freshet/physics/reference_simulation.hpp"
#include "support/process_models.hpp"

namespace freshet::physics {
namespace {

using testing_support::fluxes_of;
using testing_support::random_forcing;
using testing_support::random_parameters;
using testing_support::random_state;
using testing_support::states_of;

/// Water that comes into the model in a step less what leaves it, mm/day, as its tables declare it; and what enters a delay less
/// what leaves that.
template <class M>
class Ledger {
 public:
  explicit Ledger(const ReferenceSimulation& run) {
    const auto add = [&](const VariableInfo& row) {
      if (row.role == WaterRole::kGain) gains_.push_back(&run.find(row.name));
      if (row.role == WaterRole::kLoss) losses_.push_back(&run.find(row.name));
    };
    for (const VariableInfo& row : M::kForcings) add(row);
    for (const VariableInfo& row : fluxes_of<M>()) add(row);
    for (const DelayInfo& delay : delays_of<M>()) {
      losses_.push_back(&run.find(delay.flux));
      gains_.push_back(&run.find(delay.name));
    }
    for (const VariableInfo& row : states_of<M>()) {
      if (row.role == WaterRole::kStored) stores_.push_back(&run.find(row.name));
    }
  }
  double in(std::size_t t) const { return sum(gains_, t); }
  double out(std::size_t t) const { return sum(losses_, t); }
  double stored(std::size_t t) const { return sum(stores_, t); }

 private:
  using Columns = std::vector<const std::vector<double>*>;
  static double sum(const Columns& columns, std::size_t t) {
    double total = 0;
    for (const auto* column : columns) total += (*column)[t];
    return total;
  }
  Columns gains_, losses_, stores_;
};

template <class M>
class WaterBalance : public testing::Test {
 protected:
  static double stored(const std::vector<double>& state) {
    double total = 0;
    for (std::size_t i = 0; i < state.size(); ++i) {
      if (states_of<M>()[i].role == WaterRole::kStored) total += state[i];
    }
    return total;
  }
};
TYPED_TEST_SUITE(WaterBalance, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(WaterBalance, ClosesEveryStepAndNoStorageIsNegative) {
  constexpr std::size_t kDays = 700;
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    RngStream rng(2024, RngUse::kSynthetic, trial);
    const double dt = trial % 3 == 0 ? 0.25 : 1.0;
    const auto forcing = random_forcing<TypeParam>(rng, kDays);
    const std::vector<double> parameters = random_parameters<TypeParam>(rng), initial = random_state<TypeParam>(rng, parameters);
    const ReferenceSimulation run = simulate_reference<TypeParam>(forcing, parameters, {.step_days = dt, .initial = initial});
    const Ledger<TypeParam> ledger(run);
    double before = this->stored(initial);
    for (std::size_t t = 0; t < kDays; ++t) {
      const double after = ledger.stored(t), in = ledger.in(t);
      ASSERT_NEAR(after - before, dt * (in - ledger.out(t)), 1e-9 * std::max(1.0, std::abs(before) + dt * in))
          << "trial " << trial << " step " << t;
      before = after;
    }
    if (exceptions_of<TypeParam>().numerical_floor) {
      for (const double made : run.find("floor_correction")) ASSERT_TRUE(made >= 0.0 && made * dt <= 2e-5) << made;
    }
    for (const VariableInfo& row : states_of<TypeParam>()) {
      if (row.role != WaterRole::kStored || exceptions_of<TypeParam>().negative_storage) continue;
      for (const double storage : run.find(row.name)) ASSERT_GE(storage, 0.0) << row.name << " trial " << trial;
    }
  }
}

/// Fluxes that go either way: an exchange with the outside, drainage that gives back a deficit, and where storages may be
/// negative all that a store loses.
template <class M>
bool may_be_negative(const VariableInfo& flux) {
  for (const std::string_view part : {"exchange", "drainage"}) {
    if (flux.name.find(part) != std::string_view::npos) return true;
  }
  return exceptions_of<M>().negative_storage && flux.name != "snowfall" && flux.name != "rainfall";
}

TYPED_TEST(WaterBalance, FluxesAreNotNegativeAndEvapotranspirationIsAtMostPotential) {
  for (std::uint64_t trial = 0; trial < 20; ++trial) {
    RngStream rng(77, RngUse::kSynthetic, trial);
    const auto forcing = random_forcing<TypeParam>(rng, 500);
    const std::vector<double> parameters = random_parameters<TypeParam>(rng);
    const ReferenceSimulation run = simulate_reference<TypeParam>(forcing, parameters);
    for (const VariableInfo& row : fluxes_of<TypeParam>()) {
      if (may_be_negative<TypeParam>(row)) continue;
      for (const double value : run.find(row.name)) ASSERT_GE(value, 0.0) << row.name << " trial " << trial;
    }
    // The smooth threshold of a store that may be negative lies a little above 1 just above its capacity.
    const double excess = exceptions_of<TypeParam>().negative_storage ? 1e-3 : 1e-15;
    if (!run.series.contains("pet")) continue;
    const auto &actual = run.find("evapotranspiration"), &potential = run.find("pet");
    for (std::size_t t = 0; t < actual.size(); ++t) ASSERT_LE(actual[t], potential[t] * (1 + excess)) << trial << " step " << t;
  }
}

/// The fluxes of the stages that no delay feeds: what a delay holds is no state.
template <class M>
std::vector<VariableInfo> fluxes_before_delays() {
  std::vector<VariableInfo> rows;
  testing_support::for_each_stage<M>([&]<class Stage>() {
    for (const VariableInfo& forcing : Stage::kForcings) {
      for (const DelayInfo& delay : delays_of<M>()) {
        if (forcing.name == delay.name) return;
      }
    }
    rows.insert(rows.end(), std::begin(Stage::kFluxes), std::end(Stage::kFluxes));
  });
  return rows;
}

TYPED_TEST(WaterBalance, TwoRunsFromTheSavedStateEqualOne) {
  constexpr std::size_t kDays = 400, kCut = 150;
  for (std::uint64_t trial = 0; trial < 5; ++trial) {
    RngStream rng(5, RngUse::kSynthetic, trial);
    const auto forcing = random_forcing<TypeParam>(rng, kDays);
    const std::vector<double> parameters = random_parameters<TypeParam>(rng);
    const ReferenceSimulation whole = simulate_reference<TypeParam>(forcing, parameters);
    std::vector<double> saved;
    for (const VariableInfo& row : states_of<TypeParam>()) saved.push_back(whole.find(row.name)[kCut - 1]);
    std::vector<std::vector<double>> tail;
    for (const auto& series : forcing) tail.emplace_back(series.begin() + kCut, series.end());
    const ReferenceSimulation rest = simulate_reference<TypeParam>(tail, parameters, {.initial = saved});
    for (const VariableInfo& row : fluxes_before_delays<TypeParam>()) {
      const auto &expected = whole.find(row.name), &got = rest.find(row.name);
      ASSERT_EQ(got.size(), kDays - kCut);
      for (std::size_t t = 0; t < got.size(); ++t) {
        ASSERT_EQ(got[t], expected[kCut + t]) << row.name << " trial " << trial << " step " << t;
      }
    }
  }
}

}  // namespace
}  // namespace freshet::physics
