#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/physics/reference_simulation.hpp"
#include "support/lane_case.hpp"

// Every model, on every backend of this machine, against the plain reference simulation in double precision.

namespace freshet::kernels {
namespace {

using testing_support::all_series;
using testing_support::LaneCase;

constexpr std::size_t kLanes = 77, kSteps = 400, kBasins = 5;

template <class M, class T>
SimulationResult<T> run(const LaneCase<M>& lane_case, Backend backend, std::vector<Series> wanted, std::size_t threads = 1) {
  const ForcingTable<T> forcing = lane_case.template forcing_table<T>();
  const std::vector<T> parameters = lane_case.template parameter_rows<T>();
  Simulation<T> simulation(
      {.model = &lane_case.model, .steps = lane_case.steps, .backend = backend, .wanted = std::move(wanted), .threads = threads});
  return simulation.run({.forcing = &forcing, .basins = lane_case.basins, .parameters = parameters});
}

template <class M>
physics::ReferenceSimulation reference(const LaneCase<M>& lane_case, std::size_t lane) {
  return physics::simulate_reference<M>(lane_case.forcing[static_cast<std::size_t>(lane_case.basins[lane])],
                                        lane_case.parameters[lane], {.substeps = lane_case.model.divide(1.0, {})});
}

template <class M>
class ModelParity : public testing::Test {};
TYPED_TEST_SUITE(ModelParity, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(ModelParity, EveryBackendGivesTheReferenceInDouble) {
  const LaneCase<TypeParam> lane_case(1, kBasins, kLanes, kSteps);
  const std::vector<Series> wanted = all_series(lane_case.model);
  for (const Backend backend : available_backends()) {
    const auto result = run<TypeParam, double>(lane_case, backend, wanted);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const physics::ReferenceSimulation expected = reference(lane_case, lane);
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::string_view series = series_name(lane_case.model, wanted[i]);
        const std::vector<double>& values = expected.find(series);
        double scale = 1e-3;
        for (const double value : values) scale = std::max(scale, std::abs(value));
        for (std::size_t t = 0; t < kSteps; ++t) {
          ASSERT_NEAR(result.series[i][t * kLanes + lane], values[t], 1e-9 * scale)
              << series << ", step " << t << ", lane " << lane << ", " << name(backend);
        }
      }
    }
  }
}

TYPED_TEST(ModelParity, InterpreterAndVectorsWithMultiplyAddGiveTheSameBits) {
  const LaneCase<TypeParam> lane_case(2, kBasins, kLanes, kSteps);
  const std::vector<Series> wanted = all_series(lane_case.model);
  const auto expect_same = [&]<class T>(T) {
    const auto interpreted = run<TypeParam, T>(lane_case, Backend::kInterpreter, wanted);
    for (const Backend backend : available_backends()) {
      if (backend != Backend::kAvx2 && backend != Backend::kAvx512) continue;
      const auto result = run<TypeParam, T>(lane_case, backend, wanted);
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        for (std::size_t k = 0; k < result.series[i].size(); ++k) {
          ASSERT_EQ(std::memcmp(&result.series[i][k], &interpreted.series[i][k], sizeof(T)), 0)
              << series_name(lane_case.model, wanted[i]) << ", step " << k / kLanes << ", lane " << k % kLanes << ", "
              << name(backend) << ": " << result.series[i][k] << " and " << interpreted.series[i][k];
        }
      }
    }
  };
  expect_same(double());
  expect_same(float());
}

TYPED_TEST(ModelParity, TheFastPathGivesTheBitsOfTheFullOne) {
  const LaneCase<TypeParam> lane_case(3, kBasins, kLanes, kSteps);
  for (const Backend backend : available_backends()) {
    const auto fast = run<TypeParam, float>(lane_case, backend, {Series{}});
    const auto full = run<TypeParam, float>(lane_case, backend, all_series(lane_case.model));
    EXPECT_EQ(fast.series[0], full.series[0]) << name(backend);
    EXPECT_EQ(fast.final_states, full.final_states) << name(backend);
  }
}

TYPED_TEST(ModelParity, LanesDoNotDependOnThreadsNorOnTheirOrder) {
  const LaneCase<TypeParam> lane_case(4, kBasins, 300, 200);
  const auto one = run<TypeParam, float>(lane_case, Backend::kBest, {Series{}}, 1);
  const auto two = run<TypeParam, float>(lane_case, Backend::kBest, {Series{}}, 2);
  EXPECT_EQ(one.series[0], two.series[0]);
  LaneCase<TypeParam> reversed = lane_case;
  std::reverse(reversed.basins.begin(), reversed.basins.end());
  std::reverse(reversed.parameters.begin(), reversed.parameters.end());
  const auto back = run<TypeParam, float>(reversed, Backend::kBest, {Series{}}, 2);
  for (std::size_t t = 0; t < 200; ++t) {
    for (std::size_t l = 0; l < 300; ++l) ASSERT_EQ(one.series[0][t * 300 + l], back.series[0][t * 300 + 299 - l]);
  }
}

}  // namespace
}  // namespace freshet::kernels
