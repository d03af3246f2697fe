#include "freshet/models/process/process_layer.hpp"

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/kernels/simulation.hpp"
#include "freshet/models/process/parameter_transform.hpp"
#include "freshet/models/process/routing_layer.hpp"

namespace freshet {
namespace {

using torch::Tensor;

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.sizes() == b.sizes() && torch::equal(a, b);
}

/// HBV on three basins with five lanes.
struct Case {
  explicit Case(torch::ScalarType type = torch::kFloat64, const char* name = "hbv_betaet") {
    torch::manual_seed(3);
    const kernels::Model& model = kernels::find_model(name);
    options.model = &model;
    const std::int64_t steps = 60, basin_count = 3, lanes = 5;
    const Tensor rain = torch::relu(torch::randn({steps, basin_count}, torch::kFloat64) * 8 - 1);
    std::vector<Tensor> columns;
    for (const auto& row : model.forcings()) {
      columns.push_back(row.name == "precipitation" ? rain
                        : row.name == "temperature" ? torch::randn({steps, basin_count}, torch::kFloat64) * 5 + 3
                                                    : torch::rand({steps, basin_count}, torch::kFloat64) * 4 + 0.2);
    }
    input.forcing = torch::stack(columns, 2).to(type);
    input.basins = torch::tensor({2, 0, 1, 0, 2}, torch::kInt64);
    const Tensor raw = torch::randn({lanes, static_cast<std::int64_t>(model.parameters().size())}, torch::kFloat64);
    input.parameters = to_range(raw, model.parameters()).to(type);
  }
  void add_routing() {
    options.routing = &kernels::find_routing("gamma");
    input.routing_parameters = torch::rand({5, 2}, input.forcing.options()) + 1;
  }
  Tensor discharge() const { return run_process(options, input).series[0]; }

  ProcessLayerOptions options;
  ProcessInput input;
};

TEST(ProcessLayer, GivesWhatTheEngineGives) {
  Case c;
  c.add_routing();
  const kernels::Model& model = *c.options.model;
  c.options.outputs = {{}, kernels::find_series(model, "soil_moisture"), kernels::find_series(model, "melt")};
  const ProcessOutput out = run_process(c.options, c.input);
  kernels::ForcingTable<double> forcing(3, 60, 3);
  for (std::size_t b = 0; b < 3; ++b) {
    for (std::size_t v = 0; v < 3; ++v) {
      for (std::size_t t = 0; t < 60; ++t) {
        forcing.at(b, t, v) =
            c.input.forcing[static_cast<std::int64_t>(t)][static_cast<std::int64_t>(b)][static_cast<std::int64_t>(v)]
                .item<double>();
      }
    }
  }
  const std::vector<std::int32_t> basins = {2, 0, 1, 0, 2};
  const Tensor parameters = c.input.parameters.t().contiguous(), routing = c.input.routing_parameters.t().contiguous();
  kernels::Simulation<double> simulation(
      {.model = &model, .routing = c.options.routing, .steps = 60, .wanted = c.options.outputs});
  kernels::LaneInputs<double> lanes{.forcing = &forcing, .basins = basins};
  lanes.parameters = {parameters.const_data_ptr<double>(), static_cast<std::size_t>(parameters.numel())};
  lanes.routing_parameters = {routing.const_data_ptr<double>(), static_cast<std::size_t>(routing.numel())};
  const auto expected = simulation.run(lanes);
  for (std::size_t i = 0; i < 3; ++i) {
    const Tensor values = out.series[i].contiguous();
    ASSERT_EQ(values.sizes(), at::IntArrayRef({60, 5}));
    for (std::int64_t k = 0; k < values.numel(); ++k) {
      ASSERT_EQ(values.const_data_ptr<double>()[k], expected.series[i][static_cast<std::size_t>(k)]) << i << " " << k;
    }
  }
  EXPECT_EQ(out.state.states.sizes(), at::IntArrayRef({5, 5}));
  EXPECT_EQ(out.state.states[4][2].item<double>(), expected.final_states[2 * 5 + 4]);
  EXPECT_FALSE(out.series[0].requires_grad());
}

TEST(ProcessLayer, GradientsFlowToEveryInput) {
  for (const auto type : {torch::kFloat64, torch::kFloat32}) {
    Case c(type);
    c.add_routing();
    c.options.dynamic_parameters = {c.options.model->find_parameter("beta").value(),
                                    c.options.model->find_parameter("betaet").value()};
    c.input.dynamic = torch::rand({60, 5, 2}, c.input.forcing.options()) + 1;
    c.input.initial_states = torch::rand({5, 5}, c.input.forcing.options()) * 30;
    Tensor* inputs[] = {&c.input.forcing, &c.input.parameters, &c.input.dynamic, &c.input.routing_parameters,
                        &c.input.initial_states};
    for (Tensor* tensor : inputs) tensor->requires_grad_(true);
    const ProcessOutput out = run_process(c.options, c.input);
    (out.series[0].square().sum() + out.state.states.sum()).backward();
    for (Tensor* tensor : inputs) {
      ASSERT_TRUE(tensor->grad().defined());
      EXPECT_EQ(tensor->grad().sizes(), tensor->sizes());
      EXPECT_TRUE(torch::isfinite(tensor->grad()).all().item<bool>());
      EXPECT_GT(tensor->grad().abs().sum().item<double>(), 0);
    }
    EXPECT_EQ(c.input.parameters.grad()
                  .select(1, static_cast<std::int64_t>(c.options.dynamic_parameters[0]))
                  .abs()
                  .sum()
                  .item<double>(),
              0);
  }
}

TEST(ProcessLayer, AgreesWithDifferences) {
  Case c;
  c.add_routing();
  const auto loss = [&](const ProcessInput& input) { return run_process(c.options, input).series[0].square().mean(); };
  ProcessInput input = c.input;
  input.forcing = c.input.forcing.clone().requires_grad_(true);
  input.parameters = c.input.parameters.clone().requires_grad_(true);
  loss(input).backward();
  const auto check = [&](Tensor ProcessInput::*which, const Tensor& gradient, std::vector<at::indexing::TensorIndex> place) {
    const double x = (c.input.*which).index(place).item<double>(), h = 1e-5 * std::max(1.0, std::abs(x));
    const auto at = [&](double value) {
      ProcessInput moved = c.input;
      moved.*which = (c.input.*which).clone();
      (moved.*which).index_put_(place, value);
      return loss(moved).item<double>();
    };
    EXPECT_NEAR(gradient.index(place).item<double>(), (at(x + h) - at(x - h)) / (2 * h), 1e-7);
  };
  // A basin of two lanes: its forcing takes the gradient of both.
  check(&ProcessInput::forcing, input.forcing.grad(), {5, 2, 0});
  check(&ProcessInput::forcing, input.forcing.grad(), {20, 0, 2});
  for (std::int64_t i = 0; i < 4; ++i) check(&ProcessInput::parameters, input.parameters.grad(), {i, i});
}

TEST(ProcessLayer, ThreadsAndCheckpointsDoNotChangeABit) {
  std::vector<Tensor> expected;
  for (const auto& [threads, every] : std::vector<std::pair<std::size_t, std::size_t>>{{1, 1}, {2, 1}, {1, 7}, {2, 100}}) {
    Case c(torch::kFloat32);
    c.input.basins = torch::arange(0, 200, torch::kInt64).remainder(3);
    c.input.parameters = c.input.parameters.repeat({40, 1}).requires_grad_(true);
    c.input.forcing.requires_grad_(true);
    c.options.threads = threads;
    c.options.keep_every = every;
    const Tensor discharge = c.discharge();
    discharge.square().sum().backward();
    const std::vector<Tensor> results = {discharge.detach(), c.input.parameters.grad(), c.input.forcing.grad()};
    if (expected.empty()) expected = results;
    for (std::size_t i = 0; i < results.size(); ++i) EXPECT_TRUE(same_bits(results[i], expected[i])) << threads << " " << every;
  }
}

TEST(ProcessLayer, GoesOnFromASavedState) {
  for (const char* name : {"hbv_betaet", "gr4j", "vic"}) {
    Case c(torch::kFloat32, name);
    c.add_routing();
    const ProcessOutput whole = run_process(c.options, c.input);
    ProcessInput first = c.input, second = c.input;
    first.forcing = c.input.forcing.slice(0, 0, 23);
    second.forcing = c.input.forcing.slice(0, 23);
    const ProcessOutput before = run_process(c.options, first);
    second.initial_states = before.state.states;
    second.histories = before.state.histories;
    const ProcessOutput after = run_process(c.options, second);
    EXPECT_TRUE(same_bits(torch::cat({before.series[0], after.series[0]}), whole.series[0])) << name;
    EXPECT_TRUE(same_bits(after.state.states, whole.state.states)) << name;
    EXPECT_TRUE(same_bits(after.state.histories, whole.state.histories)) << name;
  }
}

TEST(ProcessLayer, RefusesWhatDoesNotFit) {
  Case c;
  const auto broken = [&](auto change) {
    ProcessInput input = c.input;
    change(input);
    EXPECT_THROW(run_process(c.options, input), InternalError);
  };
  broken([](ProcessInput& input) { input.parameters = input.parameters.slice(1, 1); });
  broken([](ProcessInput& input) { input.parameters = input.parameters.to(torch::kFloat32); });
  broken([](ProcessInput& input) { input.forcing = input.forcing.slice(2, 1); });
  broken([](ProcessInput& input) { input.forcing = input.forcing.to(torch::kInt64); });
  broken([](ProcessInput& input) { input.basins = input.basins.to(torch::kInt32); });
  broken([](ProcessInput& input) { input.initial_states = torch::zeros({5, 4}, torch::kFloat64); });
  broken([](ProcessInput& input) { input.parameters = Tensor(); });
  ProcessInput outside = c.input;
  outside.basins = torch::tensor({2, 0, 3, 0, 2}, torch::kInt64);
  EXPECT_THROW(run_process(c.options, outside), InputError);
}

TEST(ProcessLayer, HasNoGradientOfAGradient) {
  Case c;
  c.input.parameters.requires_grad_(true);
  const Tensor loss = c.discharge().square().sum();
  EXPECT_THROW(torch::autograd::grad({loss}, {c.input.parameters}, {}, true, true), InternalError);
}

TEST(RouteRunoff, IsTheModelsOwnRouting) {
  Case c;
  c.options.outputs = {kernels::Series{kernels::Series::Kind::kFlux, c.options.model->runoff()}};
  c.input.parameters.requires_grad_(true);
  const Tensor runoff = c.discharge();
  c.add_routing();
  c.options.outputs = {{}};
  c.input.routing_parameters.requires_grad_(true);
  const Tensor expected = c.discharge();
  const RoutedRunoff routed = route_runoff(*c.options.routing, runoff, c.input.routing_parameters);
  EXPECT_TRUE(same_bits(routed.discharge, expected));
  const auto gradients = [&](const Tensor& q) {
    return torch::autograd::grad({q.square().sum()}, {c.input.parameters, c.input.routing_parameters});
  };
  const auto one = gradients(expected), two = gradients(routed.discharge);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(torch::allclose(two[i], one[i], 1e-12, 1e-14));
}

TEST(RouteRunoff, GoesOnFromItsHistoryOnAnyNumberOfThreads) {
  torch::manual_seed(5);
  const kernels::Routing& routing = kernels::find_routing("triangular");
  const Tensor runoff = torch::rand({40, 150}), parameters = torch::rand({150, 1}) * 5 + 1;
  const RoutedRunoff whole = route_runoff(routing, runoff, parameters);
  // Even where the first part is shorter than the hydrograph.
  for (const std::int64_t cut : {3, 20}) {
    const RoutedRunoff before = route_runoff(routing, runoff.slice(0, 0, cut), parameters, {}, 1.0, 2);
    const RoutedRunoff after = route_runoff(routing, runoff.slice(0, cut), parameters, before.history, 1.0, 2);
    EXPECT_TRUE(same_bits(torch::cat({before.discharge, after.discharge}), whole.discharge));
    EXPECT_TRUE(same_bits(after.history, whole.history));
  }
  EXPECT_THROW(route_runoff(routing, runoff, parameters.t()), InternalError);
}

}  // namespace
}  // namespace freshet
