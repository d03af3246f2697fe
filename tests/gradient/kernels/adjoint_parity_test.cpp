#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/gradient_case.hpp"

// The same gradients wherever and however they are computed.

namespace freshet::kernels {
namespace {

using testing_support::GradientCase;
using testing_support::GradientSetup;

/// All gradients in one row: what two runs are compared by.
template <class T>
std::vector<T> flat(const Gradients<T>& g) {
  std::vector<T> all = g.parameters;
  const auto add = [&](const auto& values) { all.insert(all.end(), values.begin(), values.end()); };
  add(g.routing_parameters);
  add(g.initial_states);
  for (const auto& series : g.dynamic) add(series);
  for (const auto& series : g.forcings) add(series);
  return all;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

template <class M>
class AdjointParity : public testing::Test {};
TYPED_TEST_SUITE(AdjointParity, testing_support::ProcessModels, testing_support::ModelNames);

constexpr GradientSetup kStatic{.lanes = 77, .steps = 50};
constexpr GradientSetup kDynamic{.lanes = 77, .steps = 50, .dynamic = true, .given_start = true};

TYPED_TEST(AdjointParity, BackendsWithMultiplyAddGiveTheSameBits) {
  const auto expect_same = [&]<class T>(T, const GradientSetup& setup) {
    const GradientCase<TypeParam, physics::GammaRouting> c(21, setup);
    for (const bool main_only : {true, false}) {
      const std::vector<T> expected = flat(c.template gradients<T>(Backend::kInterpreter, main_only));
      for (const Backend backend : available_backends()) {
        if (backend == Backend::kGeneric) continue;
        EXPECT_TRUE(same_bits(flat(c.template gradients<T>(backend, main_only)), expected)) << name(backend);
      }
    }
  };
  for (const GradientSetup& setup : {kStatic, kDynamic}) {
    expect_same(double(), setup);
    expect_same(float(), setup);
  }
}

TYPED_TEST(AdjointParity, CheckpointsDoNotChangeABit) {
  for (const GradientSetup& setup : {kStatic, kDynamic}) {
    const GradientCase<TypeParam, physics::GammaRouting> c(22, setup);
    for (const bool main_only : {true, false}) {
      const auto expected = flat(c.template gradients<float>(Backend::kBest, main_only, 1));
      for (const std::size_t every : {std::size_t{7}, std::size_t{16}, setup.steps, std::size_t{1000}}) {
        EXPECT_TRUE(same_bits(flat(c.template gradients<float>(Backend::kBest, main_only, every)), expected)) << every;
      }
    }
  }
}

TYPED_TEST(AdjointParity, ThreadsDoNotChangeABit) {
  const GradientCase<TypeParam, physics::GammaRouting> c(23, {.lanes = 300, .steps = 40, .dynamic = true});
  const auto one = flat(c.template gradients<float>(Backend::kBest, false, 4, 1));
  EXPECT_TRUE(same_bits(flat(c.template gradients<float>(Backend::kBest, false, 4, 2)), one));
  EXPECT_TRUE(same_bits(flat(c.template gradients<float>(Backend::kBest, false, 4, 3)), one));
}

/// Parameters that move a jump and nothing else: they have no derivative, as their models say.
bool only_moves_a_jump(std::string_view model, std::string_view parameter) {
  return model == "exp_hydro_threshold" && parameter == "tmin";
}

TYPED_TEST(AdjointParity, EveryInputHasGradientsThatAreFiniteAndNotAllZero) {
  const auto check_all = [&]<class T>(T, GradientSetup setup) {
    setup.steps = 400;  // long enough for all stores to fill
    const GradientCase<TypeParam, physics::GammaRouting> c(24, setup);
    const auto check = [&](std::string_view input, const auto& values) {
      EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](auto x) { return std::isfinite(x); })) << input;
      const bool any = std::any_of(values.begin(), values.end(), [](auto x) { return x != 0; });
      EXPECT_EQ(any, !only_moves_a_jump(c.model().name(), input)) << input;
    };
    const auto g = c.template gradients<T>(Backend::kBest);
    const auto& dynamic = c.dynamic_parameters();
    for (std::size_t i = 0; i < c.model().parameters().size(); ++i) {
      if (std::find(dynamic.begin(), dynamic.end(), i) != dynamic.end()) continue;
      check(c.model().parameters()[i].name, std::span(g.parameters).subspan(i * c.lanes(), c.lanes()));
    }
    for (std::size_t i = 0; i < dynamic.size(); ++i) check(c.model().parameters()[dynamic[i]].name, g.dynamic[i]);
    for (std::size_t i = 0; i < c.model().states().size(); ++i) {
      check(c.model().states()[i].name, std::span(g.initial_states).subspan(i * c.lanes(), c.lanes()));
    }
    for (std::size_t i = 0; i < g.forcings.size(); ++i) check(c.model().forcings()[i].name, g.forcings[i]);
    check("route_a", std::span(g.routing_parameters).first(c.lanes()));
    check("route_b", std::span(g.routing_parameters).last(c.lanes()));
  };
  for (const GradientSetup& setup : {kStatic, kDynamic}) {
    check_all(double(), setup);
    check_all(float(), setup);
  }
}

}  // namespace
}  // namespace freshet::kernels
