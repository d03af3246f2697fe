#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/dual.hpp"
#include "support/gradient_case.hpp"
#include "support/margin_number.hpp"

// Single precision against double.
//
// The bound. A derivative is a sum over paths through the graph of a simulation, each the product of the local derivatives along
// it: through at most T steps of at most n operations in a row. Rounded to float, u = 2^-24, a product is off by at most T n u of
// itself. Every local derivative is also taken where the values are off by up to T n u, which the operation's curvature (value
// times second derivative per derivative) enlarges; the exponents of the models' powers are its size, some 10. So a gradient is
// off by at most 11 T n u times the sum of the sizes of its paths.
// n is counted from the stages' programs. Of the sum of paths we know what is left after cancelling within a day's output,
// S = sum_t |w_t dq_t / dp|; the largest of the lane's S per value of the input, over its inputs of one kind, stands for it.
// A path that rounding sends down another branch is off by all that it carries: lanes near a kink are left out, those where some
// comparison is decided by less than 1e-4 of its numbers' size.
// Measured, with the bounds of 1e-3 (one stage) to 9e-2 (VIC, of 40 sub-steps a day): 6e-7 for HBV, 2e-3 and 5e-4 for GR4J
// without and with snow, 1e-4 for VIC.

namespace freshet::kernels {
namespace {

using testing_support::Dual;
using testing_support::GradientCase;
using testing_support::LaneValues;
using testing_support::MarginNumber;

constexpr std::size_t kSteps = 30;

/// The longest chain of operations in a stage's step and its adjoint.
std::int64_t longest_chain(const Model& model) {
  const auto depth = [](const ProgramTable& program) {
    std::vector<std::int64_t> of(static_cast<std::size_t>(program.lines), 0);
    std::int64_t most = 0;
    for (std::int32_t i = 0; i < program.lines; ++i) {
      for (const std::int32_t a : {program.code[i].a, program.code[i].b, program.code[i].c}) {
        if (a >= 0)
          of[static_cast<std::size_t>(i)] = std::max(of[static_cast<std::size_t>(i)], of[static_cast<std::size_t>(a)] + 1);
      }
      most = std::max(most, of[static_cast<std::size_t>(i)]);
    }
    return most;
  };
  std::int64_t sum = 0;
  for (std::size_t s = 0; s < model.stage_count(); ++s) sum += depth(model.stage(s).adjoint) + depth(model.stage(s).sub_adjoint);
  return sum;
}

template <class M>
class SinglePrecision : public testing::Test {};
TYPED_TEST_SUITE(SinglePrecision, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(SinglePrecision, GradientsStayWithinTheBoundOfDouble) {
  using physics::GammaRouting;
  const GradientCase<TypeParam, GammaRouting> c(41, {.lanes = 60, .steps = kSteps, .given_start = true});
  const auto substeps = c.model().divide(1.0, {});
  const double steps = static_cast<double>(kSteps) * substeps.outer * (1 + substeps.inner);
  const double bound = 11 * steps * static_cast<double>(longest_chain(c.model())) / 16777216.0;
  const auto exact = c.template gradients<double>(Backend::kBest);
  const auto single = c.template gradients<float>(Backend::kBest);
  std::size_t compared = 0;
  for (std::size_t l = 0; l < c.lanes(); ++l) {
    MarginNumber::least = 1;
    testing_support::simulate_on<TypeParam, GammaRouting, MarginNumber>(c.template lane<MarginNumber>(l), substeps);
    if (MarginNumber::least < 1e-4) continue;
    ++compared;
    const auto check = [&](std::vector<Dual> LaneValues<Dual>::*rows, const std::vector<double>& in_double,
                           const std::vector<float>& in_float) {
      LaneValues<Dual> lane = c.template lane<Dual>(l);
      std::vector<double> sizes;
      double largest = 0;
      for (Dual& x : lane.*rows) {
        x.derivative = 1;
        double size = 0;
        const auto out = testing_support::simulate_on<TypeParam, GammaRouting, Dual>(lane, substeps);
        for (std::size_t i = 0; i < out.series.size(); ++i) {
          for (std::size_t t = 0; t < kSteps; ++t) size += std::abs(c.seed(i, t, l) * out.series[i][t].derivative);
        }
        x.derivative = 0;
        sizes.push_back(size);
        largest = std::max(largest, size * std::abs(x.value));
      }
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        const double size = std::max(sizes[i], largest / std::abs((lane.*rows)[i].value));
        const double error = std::abs(in_double[i * c.lanes() + l] - static_cast<double>(in_float[i * c.lanes() + l]));
        // Below 1e-30 products leave the range of float.
        EXPECT_LE(error, bound * size + 1e-30) << "input " << i << " lane " << l;
      }
    };
    check(&LaneValues<Dual>::parameters, exact.parameters, single.parameters);
    check(&LaneValues<Dual>::initial_states, exact.initial_states, single.initial_states);
    check(&LaneValues<Dual>::routing_parameters, exact.routing_parameters, single.routing_parameters);
  }
  EXPECT_GE(compared * 2, c.lanes());
}

}  // namespace
}  // namespace freshet::kernels
