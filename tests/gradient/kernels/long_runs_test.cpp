#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "support/gradient_case.hpp"

// Long simulations, and simulations that go on from a saved state.

namespace freshet::kernels {
namespace {

using testing_support::all_series;
using testing_support::GradientCase;
using testing_support::LaneCase;

template <class M>
class LongRuns : public testing::Test {};
TYPED_TEST_SUITE(LongRuns, testing_support::ProcessModels, testing_support::ModelNames);

// Parameters on their bounds and days without evapotranspiration among them. Where the flow of EXP-HYDRO's bucket does not
// decline (f = 0) it is on or off, states are chaotic, and derivatives grow from day to day beyond what float can hold: of lanes
// whose derivatives in double pass 1e30, single precision is not asked (docs/theory/exp_hydro.md).
TYPED_TEST(LongRuns, ValuesAndGradientsOfTenThousandDaysAreFinite) {
  constexpr std::size_t kSteps = 10'000, kLanes = 48;
  const LaneCase<TypeParam> lane_case(31, 4, kLanes, kSteps);
  const auto run = [&]<class T>(T) {
    const ForcingTable<T> forcing = lane_case.template forcing_table<T>();
    const std::vector<T> parameters = lane_case.template parameter_rows<T>();
    const std::vector<Series> discharge = {{}};
    Simulation<T> simulation({.model = &lane_case.model, .steps = kSteps, .wanted = discharge, .keep_every = 100});
    const auto result = simulation.run({.forcing = &forcing, .basins = lane_case.basins, .parameters = parameters});
    const auto finite = [](T x) { return std::isfinite(x); };
    EXPECT_TRUE(std::all_of(result.series[0].begin(), result.series[0].end(), finite));
    EXPECT_TRUE(std::all_of(result.final_states.begin(), result.final_states.end(), finite));
    const std::vector<T> seeds(kSteps * kLanes, T(1));
    const auto gradients = simulation.adjoint(discharge, {seeds}, {}, true);
    std::vector<double> largest(kLanes, 0.0);  // NaN and infinity stay
    const auto take = [&](const auto& rows) {
      for (std::size_t k = 0; k < rows.size(); ++k) {
        const double size = std::abs(static_cast<double>(rows[k]));
        if (!(size <= largest[k % kLanes])) largest[k % kLanes] = std::isnan(largest[k % kLanes]) ? largest[k % kLanes] : size;
      }
    };
    take(gradients.parameters);
    take(gradients.initial_states);
    for (const auto& series : gradients.forcings) take(series);
    return largest;
  };
  const std::vector<double> in_double = run(double()), in_float = run(float());
  std::size_t chaotic = 0;
  for (std::size_t l = 0; l < kLanes; ++l) {
    EXPECT_TRUE(std::isfinite(in_double[l])) << l;
    if (in_double[l] > 1e30) {
      ++chaotic;
    } else {
      EXPECT_TRUE(std::isfinite(in_float[l])) << l << ", in double " << in_double[l];
    }
  }
  EXPECT_LE(chaotic, TypeParam::kName == "exp_hydro" ? kLanes / 8 : 0);
}

// T steps are t steps and then, from the state they leave, T - t: values, states and what flows through unit hydrographs.
TYPED_TEST(LongRuns, GoOnFromASavedStateBitForBit) {
  constexpr std::size_t kSteps = 90;
  const GradientCase<TypeParam, physics::GammaRouting> c(32,
                                                         {.lanes = 70, .steps = kSteps, .dynamic = true, .given_start = true});
  const auto check = [&]<class T>(T, Backend backend, std::size_t cut) {
    const ForcingTable<T> forcing = c.template forcing_table<T>();
    const auto rows = c.template rows_in<T>();
    const auto part = [&](LaneInputs<T> inputs, std::size_t first, std::size_t steps, std::vector<std::int64_t>& starts) {
      SimulationOptions options = c.options(backend, 0, 1);
      options.steps = steps;
      starts.assign(c.lanes(), static_cast<std::int64_t>(first));
      inputs.starts = starts;
      for (auto& dynamic : inputs.dynamic) dynamic.values = dynamic.values.subspan(first * c.lanes(), steps * c.lanes());
      return Simulation<T>(options).run(inputs);
    };
    std::vector<std::int64_t> starts;
    const LaneInputs<T> all = c.inputs(forcing, rows);
    const auto whole = part(all, 0, kSteps, starts);
    const auto before = part(all, 0, cut, starts);
    LaneInputs<T> rest = all;
    rest.initial_states = before.final_states;
    rest.histories = before.final_histories;
    const auto after = part(rest, cut, kSteps - cut, starts);
    for (std::size_t i = 0; i < whole.series.size(); ++i) {
      auto joined = before.series[i];
      joined.insert(joined.end(), after.series[i].begin(), after.series[i].end());
      EXPECT_EQ(std::memcmp(joined.data(), whole.series[i].data(), joined.size() * sizeof(T)), 0)
          << series_name(c.model(), c.series()[i]) << ", " << name(backend);
    }
    EXPECT_EQ(after.final_states, whole.final_states);
    EXPECT_EQ(after.final_histories, whole.final_histories);
  };
  for (const Backend backend : available_backends()) {
    // A part that is shorter than the unit hydrographs, too.
    for (const std::size_t cut : {std::size_t{3}, std::size_t{41}}) {
      check(double(), backend, cut);
      check(float(), backend, cut);
    }
  }
}

}  // namespace
}  // namespace freshet::kernels
