#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/dual.hpp"
#include "support/gradient_case.hpp"

// The engine's adjoint against dual numbers in the same equations: <J v, w> = <v, J' w>, one input after the other.

namespace freshet::kernels {
namespace {

using testing_support::Dual;
using testing_support::GradientCase;
using testing_support::GradientSetup;
using testing_support::LaneOutputs;
using testing_support::LaneValues;

/// Of the terms that <J v, w> is summed from.
constexpr double kTolerance = 1e-10;
/// Of <y, w> per input, by its terms: some inputs act on nothing but through what cancels (water that is only redistributed), and
/// their derivatives are rounding.
constexpr double kRounding = 1e-14;

/// <J v, w> in one direction v, and the sums of the sizes of its terms and of those of <y, w>.
struct Product {
  double value = 0, size = 0, value_size = 0;
  void add(double weight, Dual y) {
    value += weight * y.derivative;
    size += std::abs(weight * y.derivative);
    value_size += std::abs(weight * y.value);
  }
};

template <class M, class R>
Product product(const GradientCase<M, R>& gradient_case, const LaneValues<Dual>& seeded, std::size_t lane, bool main_only) {
  const auto substeps = gradient_case.model().divide(1.0, gradient_case.setup().substeps_per_day);
  const LaneOutputs<Dual> out = testing_support::simulate_on<M, R, Dual>(seeded, substeps);
  Product sum;
  for (std::size_t i = 0; i < (main_only ? 1 : out.series.size()); ++i) {
    for (std::size_t t = 0; t < gradient_case.steps(); ++t) sum.add(gradient_case.seed(i, t, lane), out.series[i][t]);
  }
  for (std::size_t i = 0; !main_only && i < out.final_states.size(); ++i) {
    sum.add(gradient_case.rows().final_seeds[i * gradient_case.lanes() + lane], out.final_states[i]);
  }
  return sum;
}

template <class M, class R>
class Witness {
 public:
  Witness(std::uint64_t seed, const GradientSetup& setup) : case_(seed, setup) {}

  void expect_agreement(std::size_t lane_count) {
    for (const Backend backend : available_backends()) {
      for (const bool main_only : {false, true}) {
        const std::string where = std::string(name(backend)) + (main_only ? ", discharge alone" : ", everything");
        gradients_.push_back({where, main_only, case_.template gradients<double>(backend, main_only)});
      }
    }
    for (std::size_t lane = 0; lane < lane_count; ++lane) check_lane(lane);
  }

 private:
  struct Run {
    std::string where;
    bool main_only;
    Gradients<double> gradients;
  };

  /// Compares in the direction that `seed` gives the inputs, which are about `scale`; `of` is <v, J' w>.
  void check(std::size_t lane, const std::string& input, double scale, const std::function<void(LaneValues<Dual>&)>& seed,
             const std::function<double(const Gradients<double>&)>& of,
             const std::function<bool(const Gradients<double>&)>& is_there) {
    LaneValues<Dual> values = case_.template lane<Dual>(lane);
    seed(values);
    const Product all = product<M, R>(case_, values, lane, false), main = product<M, R>(case_, values, lane, true);
    for (const Run& run : gradients_) {
      if (!is_there(run.gradients)) continue;
      const Product& expected = run.main_only ? main : all;
      const double allowed = kTolerance * expected.size + kRounding * expected.value_size / scale;
      EXPECT_LE(std::abs(of(run.gradients) - expected.value), allowed)
          << input << ", lane " << lane << ", " << run.where << ": " << of(run.gradients) << " and " << expected.value;
    }
  }

  /// A direction for a series: as if random, the same every time.
  static double direction(std::size_t step) { return 1.0 + 0.5 * std::sin(static_cast<double>(step * step)); }

  void check_rows(std::size_t lane, std::string_view kind, std::size_t count, std::vector<Dual> LaneValues<Dual>::*rows,
                  std::vector<double> Gradients<double>::*gradient, const std::vector<std::size_t>& left_out = {}) {
    for (std::size_t i = 0; i < count; ++i) {
      if (std::find(left_out.begin(), left_out.end(), i) != left_out.end()) continue;
      const LaneValues<Dual> values = case_.template lane<Dual>(lane);
      check(
          lane, std::string(kind) + " " + std::to_string(i), std::abs((values.*rows)[i].value),
          [&](LaneValues<Dual>& v) { (v.*rows)[i].derivative = 1; },
          [&](const Gradients<double>& g) { return (g.*gradient)[i * case_.lanes() + lane]; },
          [](const Gradients<double>&) { return true; });
    }
  }
  void check_series(std::size_t lane, std::string_view kind, std::size_t count,
                    std::vector<std::vector<Dual>> LaneValues<Dual>::*series,
                    std::vector<AlignedVector<double>> Gradients<double>::*gradient) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto seed = [&](LaneValues<Dual>& v) {
        for (std::size_t t = 0; t < case_.steps(); ++t) (v.*series)[i][t].derivative = direction(t);
      };
      const auto of = [&](const Gradients<double>& g) {
        double sum = 0;
        for (std::size_t t = 0; t < case_.steps(); ++t) sum += direction(t) * (g.*gradient)[i][t * case_.lanes() + lane];
        return sum;
      };
      check(lane, std::string(kind) + " " + std::to_string(i), 1.0, seed, of,
            [&](const Gradients<double>& g) { return !(g.*gradient).empty(); });
    }
  }

  void check_lane(std::size_t lane) {
    using L = LaneValues<Dual>;
    using G = Gradients<double>;
    const LaneValues<Dual> values = case_.template lane<Dual>(lane);
    check_rows(lane, "parameter", values.parameters.size(), &L::parameters, &G::parameters, case_.dynamic_parameters());
    check_rows(lane, "routing parameter", values.routing_parameters.size(), &L::routing_parameters, &G::routing_parameters);
    check_rows(lane, "initial state", values.initial_states.size(), &L::initial_states, &G::initial_states);
    check_series(lane, "dynamic parameter", values.dynamic.size(), &L::dynamic, &G::dynamic);
    check_series(lane, "forcing", values.forcings.size(), &L::forcings, &G::forcings);
  }

  GradientCase<M, R> case_;
  std::vector<Run> gradients_;
};

template <class M>
class DualWitness : public testing::Test {};
TYPED_TEST_SUITE(DualWitness, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(DualWitness, StaticParametersAndTheGammaUnitHydrograph) {
  Witness<TypeParam, physics::GammaRouting>(1, {}).expect_agreement(8);
}
TYPED_TEST(DualWitness, DailyParametersAndGivenStatesAndTheTriangularUnitHydrograph) {
  Witness<TypeParam, physics::TriangularRouting>(2, {.dynamic = true, .given_start = true}).expect_agreement(8);
}
TYPED_TEST(DualWitness, GivenStatesWithoutRouting) {
  Witness<TypeParam, void>(3, {.given_start = true}).expect_agreement(8);
}

/// Models whose time steps are divided.
template <class M>
class DualWitnessOfSubsteps : public testing::Test {};
using DividedModels = testing::Types<physics::Vic, physics::VicSoil>;
TYPED_TEST_SUITE(DualWitnessOfSubsteps, DividedModels, testing_support::ModelNames);

TYPED_TEST(DualWitnessOfSubsteps, OneFourAndTwentyFourInfiltrationSteps) {
  for (const int outer : {1, 4, 24}) {
    Witness<TypeParam, void>(4, {.steps = 25, .given_start = true, .substeps_per_day = {outer, 24}}).expect_agreement(3);
    Witness<TypeParam, void>(5, {.steps = 25, .dynamic = true, .substeps_per_day = {outer, 24}}).expect_agreement(2);
  }
}

}  // namespace
}  // namespace freshet::kernels
