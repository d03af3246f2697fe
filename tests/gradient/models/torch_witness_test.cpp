#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/models/process/process_layer.hpp"
#include "support/gradient_case.hpp"
#include "support/tensor_scalar.hpp"

// The process layer's gradients against those of a plain LibTorch loop over days through the same equations, in double precision.

namespace freshet {
namespace {

using testing_support::GradientCase;
using testing_support::GradientSetup;
using testing_support::LaneValues;
using testing_support::TensorScalar;
using torch::Tensor;

/// Of each derivative; and of the largest of its kind, for those that are differences of large terms.
constexpr double kRelative = 1e-10, kOfLargest = 1e-12;

/// Rows [row][lane] as a tensor.
Tensor tensor(const std::vector<double>& rows, std::int64_t lanes) {
  return torch::tensor(rows, torch::kFloat64).reshape({-1, lanes});
}

/// The case's inputs as leaves [row, lane] of a graph.
struct Leaves {
  Tensor parameters, routing, initial;
  std::vector<Tensor> dynamic, forcings;  ///< [step, lane]; forcings [step, basin]
  Tensor basins;

  std::map<std::string, Tensor> all() const {
    std::map<std::string, Tensor> named = {{"parameters", parameters}, {"routing parameters", routing}};
    if (initial.defined()) named["initial states"] = initial;
    for (std::size_t i = 0; i < dynamic.size(); ++i) named["daily parameter " + std::to_string(i)] = dynamic[i];
    for (std::size_t i = 0; i < forcings.size(); ++i) named["forcing " + std::to_string(i)] = forcings[i];
    return named;
  }
};

template <class Case>
Leaves leaves(const Case& c) {
  const auto lanes = static_cast<std::int64_t>(c.lanes()), steps = static_cast<std::int64_t>(c.steps());
  const auto& rows = c.rows();
  Leaves out{.parameters = tensor(rows.parameters, lanes), .routing = tensor(rows.routing_parameters, lanes)};
  if (!rows.initial_states.empty()) out.initial = tensor(rows.initial_states, lanes);
  for (const auto& values : rows.dynamic) out.dynamic.push_back(tensor(values, lanes));
  const auto table = c.template forcing_table<double>();
  for (std::size_t v = 0; v < table.variables(); ++v) {
    Tensor values = torch::empty({steps, static_cast<std::int64_t>(table.basins())}, torch::kFloat64);
    for (std::size_t t = 0; t < table.steps(); ++t) {
      for (std::size_t b = 0; b < table.basins(); ++b) {
        values.index_put_({static_cast<std::int64_t>(t), static_cast<std::int64_t>(b)}, table.at(b, t, v));
      }
    }
    out.forcings.push_back(values);
  }
  out.basins = torch::tensor(std::vector<std::int64_t>(c.basins().begin(), c.basins().end()), torch::kInt64);
  for (auto& [name, leaf] : out.all()) leaf.requires_grad_(true);
  return out;
}

std::vector<TensorScalar> scalars(const Tensor& rows) {
  std::vector<TensorScalar> out;
  for (std::int64_t i = 0; rows.defined() && i < rows.size(0); ++i) out.emplace_back(rows[i]);
  return out;
}

/// Seeds times series, summed: [series] [step, lane].
template <class Case>
Tensor weigh(const Case& c, const std::vector<Tensor>& series, const Tensor& final_states) {
  const auto lanes = static_cast<std::int64_t>(c.lanes());
  Tensor sum = (tensor(c.rows().final_seeds, lanes) * final_states).sum();
  for (std::size_t i = 0; i < series.size(); ++i) sum = sum + (tensor(c.rows().seeds[i], lanes) * series[i]).sum();
  return sum;
}

template <class M, class R>
std::map<std::string, Tensor> gradients_of_loop(const GradientCase<M, R>& c) {
  const Leaves in = leaves(c);
  LaneValues<TensorScalar> lane;
  lane.parameters = scalars(in.parameters);
  lane.routing_parameters = scalars(in.routing);
  lane.initial_states = scalars(in.initial);
  lane.dynamic_parameters = c.dynamic_parameters();
  for (const Tensor& values : in.dynamic) lane.dynamic.push_back(scalars(values));
  for (const Tensor& values : in.forcings) lane.forcings.push_back(scalars(values.index_select(1, in.basins)));
  const auto out = testing_support::simulate_on<M, R, TensorScalar>(lane, c.model().divide(1.0, c.setup().substeps_per_day));
  const auto stack = [&](const std::vector<TensorScalar>& values) {
    std::vector<Tensor> rows;
    for (const TensorScalar& x : values) rows.push_back(x.value.expand({static_cast<std::int64_t>(c.lanes())}));
    return torch::stack(rows);
  };
  std::vector<Tensor> series;
  for (const auto& values : out.series) series.push_back(stack(values));
  weigh(c, series, stack(out.final_states)).backward();
  std::map<std::string, Tensor> gradients;
  for (const auto& [name, leaf] : in.all()) gradients[name] = leaf.grad().defined() ? leaf.grad() : torch::zeros_like(leaf);
  return gradients;
}

template <class M, class R>
std::map<std::string, Tensor> gradients_of_layer(const GradientCase<M, R>& c) {
  const Leaves in = leaves(c);
  ProcessLayerOptions options{.model = &c.model(), .routing = c.routing(), .outputs = c.series()};
  options.dynamic_parameters = c.dynamic_parameters();
  options.substeps_per_day = c.setup().substeps_per_day;
  options.keep_every = 7;
  ProcessInput input{.forcing = torch::stack(in.forcings, 2), .basins = in.basins, .parameters = in.parameters.t()};
  input.routing_parameters = in.routing.t();
  if (in.initial.defined()) input.initial_states = in.initial.t();
  if (!in.dynamic.empty()) input.dynamic = torch::stack(in.dynamic, 2);
  const ProcessOutput out = run_process(options, input);
  weigh(c, out.series, out.state.states.t()).backward();
  std::map<std::string, Tensor> gradients;
  for (const auto& [name, leaf] : in.all()) gradients[name] = leaf.grad().defined() ? leaf.grad() : torch::zeros_like(leaf);
  return gradients;
}

template <class M, class R>
void expect_agreement(std::uint64_t seed, GradientSetup setup) {
  // A day of VIC is 28 steps, and every operation of the loop a node.
  if (!physics::substeps_of<M>().empty()) setup.steps = 8;
  const GradientCase<M, R> c(seed, setup);
  const auto expected = gradients_of_loop(c), got = gradients_of_layer(c);
  for (const auto& [name, gradient] : expected) {
    const Tensor difference = (got.at(name) - gradient).abs(),
                 allowed = kRelative * gradient.abs() + kOfLargest * gradient.abs().max();
    EXPECT_TRUE((difference <= allowed).all().template item<bool>())
        << name << ": " << (difference / gradient.abs().max()).max().template item<double>() << " of the largest";
    // A daily parameter may act on nothing but a jump, and where all are daily the static ones act on nothing.
    const bool may_be_zero = name.starts_with("daily") || (setup.dynamic && name == "parameters");
    EXPECT_TRUE(may_be_zero || gradient.abs().max().template item<double>() > 0) << name;
  }
}

template <class M>
class TorchWitness : public testing::Test {};
TYPED_TEST_SUITE(TorchWitness, testing_support::ProcessModels, testing_support::ModelNames);

constexpr GradientSetup kStatic{.lanes = 12, .steps = 40},
    kDynamic{.lanes = 12, .steps = 40, .dynamic = true, .given_start = true};

TYPED_TEST(TorchWitness, StaticParametersAndTheGammaUnitHydrograph) {
  expect_agreement<TypeParam, physics::GammaRouting>(51, kStatic);
}
TYPED_TEST(TorchWitness, DailyParametersGivenStatesAndTheTriangularUnitHydrograph) {
  expect_agreement<TypeParam, physics::TriangularRouting>(52, kDynamic);
}

}  // namespace
}  // namespace freshet
