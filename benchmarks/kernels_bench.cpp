#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "freshet/core/rng.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/kernels/simulation.hpp"
#include "weather.hpp"

// Speed of the generated kernels, lane-days/s: 100 basins x 16 parameter sets x 730 days, single precision. Of hbv_betaet also
// one basin, that is one vector of AVX-512, and four, that is one block, whose states stay in a core's own cache.

namespace freshet::kernels {
namespace {

constexpr std::size_t kManyBasins = 100, kOneBlock = 4, kComponents = 16, kSteps = 730;

/// Random weather and parameters for one model.
struct Work {
  Work(const Model& m, std::size_t count) : model(m), lanes(count * kComponents), forcing(count, kSteps, m.forcings().size()) {
    RngStream rng(1, RngUse::kSynthetic);
    for (std::size_t b = 0; b < count; ++b) {
      for (std::size_t t = 0; t < kSteps; ++t) {
        for (std::size_t v = 0; v < m.forcings().size(); ++v)
          forcing.at(b, t, v) = static_cast<float>(benchmarks::weather(m.forcings()[v].name, t, rng));
      }
    }
    for (const auto& row : m.parameters()) {
      for (std::size_t l = 0; l < lanes; ++l) {
        parameters.push_back(static_cast<float>(row.lower + (0.1 + 0.8 * rng.uniform()) * (row.upper - row.lower)));
      }
    }
    for (std::size_t l = 0; l < lanes; ++l) basins.push_back(static_cast<std::int32_t>(l / kComponents));
  }

  LaneInputs<float> inputs() const { return {.forcing = &forcing, .basins = basins, .parameters = parameters}; }

  const Model& model;
  std::size_t lanes;
  ForcingTable<float> forcing;
  std::vector<float> parameters;
  std::vector<std::int32_t> basins;
};

void count(benchmark::State& state, const Work& work) {
  const auto lane_days = static_cast<double>(work.lanes * kSteps);
  state.counters["lane_days/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * lane_days, benchmark::Counter::kIsRate);
}

void forward(benchmark::State& state, const std::string& model, Backend backend, std::size_t basins) {
  const Work work(find_model(model), basins);
  Simulation<float> simulation(
      {.model = &work.model, .steps = kSteps, .backend = backend, .threads = static_cast<std::size_t>(state.range(0))});
  const LaneInputs<float> inputs = work.inputs();
  for (auto _ : state) {
    simulation.for_each_block(inputs, [](const Block<float>& block, std::size_t) { benchmark::DoNotOptimize(block.rows({})); });
  }
  count(state, work);
}

void forward_and_adjoint(benchmark::State& state, const std::string& model, Backend backend, std::size_t basins,
                         const std::vector<std::string>& daily) {
  const Work work(find_model(model), basins);
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
      values.insert(values.end(), work.parameters.begin() + static_cast<std::ptrdiff_t>(p * work.lanes),
                    work.parameters.begin() + static_cast<std::ptrdiff_t>((p + 1) * work.lanes));
    }
  }
  for (std::size_t i = 0; i < daily.size(); ++i)
    inputs.dynamic.push_back({work.model.find_parameter(daily[i]).value(), series[i]});
  const std::vector<float> seed(work.lanes * kSteps, 1.0F);
  const std::vector<Series> seeded = {Series{}};
  for (auto _ : state) {
    simulation.run(inputs);
    benchmark::DoNotOptimize(simulation.adjoint(seeded, {seed}).parameters.data());
  }
  count(state, work);
}

using Run = std::function<void(benchmark::State&)>;

void add(const std::string& name, const std::vector<std::vector<std::int64_t>>& arguments, const Run& run) {
  auto* bench = benchmark::RegisterBenchmark(name.c_str(), run);
  for (const auto& of_run : arguments) bench->Args(of_run);
  bench->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);
}

/// Arguments: threads; of adjoints also the days between stored states.
void register_all() {
  for (const Backend backend : available_backends()) {
    if (backend == Backend::kInterpreter) continue;
    for (const Model* model : models()) {
      const std::string m(model->name()), label = m + "/" + std::string(name(backend));
      const auto run_forward = [=](std::size_t basins) { return [=](benchmark::State& s) { forward(s, m, backend, basins); }; };
      const auto run_adjoint = [=](std::size_t basins, const std::vector<std::string>& daily) {
        return [=](benchmark::State& s) { forward_and_adjoint(s, m, backend, basins, daily); };
      };
      add("forward/" + label, {{1}, {2}}, run_forward(kManyBasins));
      add("forward_adjoint/" + label, {{1, 1}, {1, 16}, {2, 1}}, run_adjoint(kManyBasins, {}));
      if (m != "hbv_betaet") continue;
      add("forward_adjoint_daily/" + label, {{1, 1}, {2, 1}}, run_adjoint(kManyBasins, {"beta", "betaet"}));
      add("one_basin/" + label, {{1}}, run_forward(1));
      add("one_block/" + label, {{1, 1}}, run_adjoint(kOneBlock, {}));
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
