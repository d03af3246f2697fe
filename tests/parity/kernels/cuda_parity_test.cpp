#include <cstdlib>
#include <cstring>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/kernels/cuda/cuda.hpp"
#include "support/lane_case.hpp"

// Every model on the GPU against the interpreter, forward and back, bit for bit. Skipped where there is no GPU.

namespace freshet::kernels {
namespace {

using testing_support::all_series;
using testing_support::LaneCase;

constexpr std::size_t kLanes = 333, kSteps = 300, kBasins = 4;

template <class T>
struct Results {
  SimulationResult<T> forward;
  Gradients<T> gradients;
};

template <class M, class T>
Results<T> run(const LaneCase<M>& lane_case, Backend backend, std::vector<Series> wanted, std::size_t every) {
  const ForcingTable<T> forcing = lane_case.template forcing_table<T>();
  const std::vector<T> parameters = lane_case.template parameter_rows<T>();
  const Routing& routing = find_routing("gamma");
  const std::vector<T> routing_parameters(routing.parameters().size() * kLanes, T(1.7));
  Simulation<T> simulation({.model = &lane_case.model,
                            .routing = &routing,
                            .steps = lane_case.steps,
                            .backend = backend,
                            .wanted = wanted,
                            .keep_every = every});
  Results<T> results;
  results.forward = simulation.run(
      {.forcing = &forcing, .basins = lane_case.basins, .parameters = parameters, .routing_parameters = routing_parameters});
  const std::vector<T> seed(lane_case.steps * kLanes, T(0.5));
  results.gradients = simulation.adjoint(wanted, std::vector<std::span<const T>>(wanted.size(), seed), {}, true);
  return results;
}

template <class Values>
void expect_same_bits(const Values& a, const Values& b, const char* what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(a[0])), 0) << what;
}

template <class T>
void expect_same(const Results<T>& a, const Results<T>& b) {
  for (std::size_t i = 0; i < a.forward.series.size(); ++i) expect_same_bits(a.forward.series[i], b.forward.series[i], "series");
  expect_same_bits(a.forward.final_states, b.forward.final_states, "final states");
  expect_same_bits(a.gradients.parameters, b.gradients.parameters, "to parameters");
  expect_same_bits(a.gradients.routing_parameters, b.gradients.routing_parameters, "to routing");
  expect_same_bits(a.gradients.initial_states, b.gradients.initial_states, "to initial states");
  for (std::size_t i = 0; i < a.gradients.forcings.size(); ++i) {
    expect_same_bits(a.gradients.forcings[i], b.gradients.forcings[i], "to forcings");
  }
}

template <class M>
class CudaParity : public testing::Test {
 protected:
  void SetUp() override {
    const std::string problem = cuda_problem();
    if (!problem.empty()) GTEST_SKIP() << problem;
  }
};
TYPED_TEST_SUITE(CudaParity, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(CudaParity, GivesTheBitsOfTheInterpreter) {
  const LaneCase<TypeParam> lane_case(5, kBasins, kLanes, kSteps);
  for (const std::size_t every : {1, 7}) {
    for (const auto& wanted : {std::vector<Series>{Series{}}, all_series(lane_case.model)}) {
      expect_same(run<TypeParam, float>(lane_case, Backend::kCuda, wanted, every),
                  run<TypeParam, float>(lane_case, Backend::kInterpreter, wanted, every));
      expect_same(run<TypeParam, double>(lane_case, Backend::kCuda, wanted, every),
                  run<TypeParam, double>(lane_case, Backend::kInterpreter, wanted, every));
    }
  }
}

}  // namespace
}  // namespace freshet::kernels
