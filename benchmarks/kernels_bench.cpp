#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "freshet/core/rng.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/kernels/simulation.hpp"
#include "weather.hpp"

// Speed of the generated kernels, lane-days/s: 100 basins x 16 parameter sets x 730 days, single precision.

namespace freshet::kernels {
namespace {

constexpr std::size_t kBasins = 100, kComponents = 16, kLanes = kBasins * kComponents, kSteps = 730;

/// Random weather and parameters for one model.
struct Work {
  explicit Work(const Model& m) : model(m), forcing(kBasins, kSteps, m.forcings().size()) {
    RngStream rng(1, RngUse::kSynthetic);
    for (std::size_t b = 0; b < kBasins; ++b) {
      for (std::size_t t = 0; t < kSteps; ++t) {
        for (std::size_t v = 0; v < m.forcings().size(); ++v)
          forcing.at(b, t, v) = static_cast<float>(benchmarks::weather(m.forcings()[v].name, t, rng));
      }
    }
    for (const auto& row : m.parameters()) {
      for (std::size_t l = 0; l < kLanes; ++l) {
        parameters.push_back(static_cast<float>(row.lower + (0.1 + 0.8 * rng.uniform()) * (row.upper - row.lower)));
      }
    }
    for (std::size_t l = 0; l < kLanes; ++l) basins.push_back(static_cast<std::int32_t>(l / kComponents));
  }

  LaneInputs<float> inputs() const { return {.forcing = &forcing, .basins = basins, .parameters = parameters}; }

  const Model& model;
  ForcingTable<float> forcing;
  std::vector<float> parameters;
  std::vector<std::int32_t> basins;
};

void count(benchmark::State& state) {
  state.counters["lane_days/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kLanes * kSteps, benchmark::Counter::kIsRate);
}

void forward(benchmark::State& state, const std::string& model, Backend backend) {
  const Work work(find_model(model));
  Simulation<float> simulation(
      {.model = &work.model, .steps = kSteps, .backend = backend, .threads = static_cast<std::size_t>(state.range(0))});
  const LaneInputs<float> inputs = work.inputs();
  for (auto _ : state) {
    simulation.for_each_block(inputs, [](const Block<float>& block, std::size_t) { benchmark::DoNotOptimize(block.rows({})); });
  }
  count(state);
}

void forward_and_adjoint(benchmark::State& state, const std::string& model, Backend backend,
                         const std::vector<std::string>& daily) {
  const Work work(find_model(model));
  Simulation<float> simulation({.model = &work.model,
                                .steps = kSteps,
                                .backend = backend,
                                .keep_every = static_cast<std::size_t>(state.range(1)),
                                .threads = static_cast<std::size_t>(state.range(0))});
  LaneInputs<float> inputs = work.inputs();
  std::vector<std::vector<float>> series;
  for (const std::string& name : daily) {
    const std::size_t p = work.model.find_parameter(name).value();
    std::vector<float>& values = series.emplace_back();
    for (std::size_t t = 0; t < kSteps; ++t) {
      values.insert(values.end(), work.parameters.begin() + static_cast<std::ptrdiff_t>(p * kLanes),
                    work.parameters.begin() + static_cast<std::ptrdiff_t>((p + 1) * kLanes));
    }
  }
  for (std::size_t i = 0; i < daily.size(); ++i)
    inputs.dynamic.push_back({work.model.find_parameter(daily[i]).value(), series[i]});
  const std::vector<float> seed(kLanes * kSteps, 1.0F);
  const std::vector<Series> seeded = {Series{}};
  for (auto _ : state) {
    simulation.run(inputs);
    benchmark::DoNotOptimize(simulation.adjoint(seeded, {seed}).parameters.data());
  }
  count(state);
}

void register_all() {
  for (const Backend backend : available_backends()) {
    if (backend == Backend::kInterpreter) continue;
    for (const Model* model : models()) {
      const std::string label = std::string(model->name()) + "/" + std::string(name(backend));
      const std::string m(model->name());
      benchmark::RegisterBenchmark(("forward/" + label).c_str(), [=](benchmark::State& s) { forward(s, m, backend); })
          ->Arg(1)
          ->Arg(2)
          ->MeasureProcessCPUTime()
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
      benchmark::RegisterBenchmark(("forward_adjoint/" + label).c_str(),
                                   [=](benchmark::State& s) { forward_and_adjoint(s, m, backend, {}); })
          ->Args({1, 1})
          ->Args({1, 16})
          ->Args({2, 1})
          ->MeasureProcessCPUTime()
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
      if (m != "hbv_betaet") continue;
      benchmark::RegisterBenchmark(("forward_adjoint_daily/" + label).c_str(),
                                   [=](benchmark::State& s) {
                                     forward_and_adjoint(s, m, backend, {"beta", "betaet"});
                                   })
          ->Args({1, 1})
          ->Args({2, 1})
          ->MeasureProcessCPUTime()
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
}

}  // namespace
}  // namespace freshet::kernels

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  freshet::kernels::register_all();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
