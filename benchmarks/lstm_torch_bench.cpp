// Forward and backward of one LSTM layer over a year of days: lstm_sequence against torch::nn::LSTM.
//
// LibTorch's layer is given 5 dynamic and 27 static inputs at every step, as such models are usually fed; ours takes the
// static part as the constant gate offset. With two threads lstm_sequence runs two shards of half the rows each, and
// LibTorch, which does not shard, splits its products.

#include <cmath>
#include <functional>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include "freshet/models/neural/lstm_sequence.hpp"
#include "freshet/models/neural/single_thread.hpp"

namespace freshet {
namespace {

constexpr std::int64_t kSteps = 365, kDynamic = 5, kStatic = 27;

struct Shard {
  torch::Tensor x, attributes, h0, c0, d_hidden;

  Shard(std::int64_t rows, std::int64_t hidden)
      : x(torch::randn({kSteps, rows, kDynamic})),
        attributes(torch::randn({rows, kStatic})),
        h0(torch::zeros({rows, hidden})),
        c0(torch::zeros({rows, hidden})),
        d_hidden(torch::randn({kSteps, rows, hidden})) {}
};

struct Weights {
  torch::Tensor steps, attributes, bias;

  explicit Weights(std::int64_t hidden) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(hidden));
    const auto uniform = [&](c10::IntArrayRef sizes) { return torch::empty(sizes).uniform_(-bound, bound).requires_grad_(true); };
    steps = uniform({4 * hidden, kDynamic + hidden});
    attributes = uniform({4 * hidden, kStatic});
    bias = uniform({4 * hidden});
  }

  void forward_backward(const Shard& shard) const {
    const SingleThreadScope single_thread;
    const auto out = lstm_sequence(shard.x, torch::linear(shard.attributes, attributes, bias), steps, shard.h0, shard.c0);
    benchmark::DoNotOptimize(torch::autograd::grad({out.hidden}, {steps, attributes, bias}, {shard.d_hidden}));
  }
};

void on_threads(std::size_t n, const std::function<void(std::size_t)>& task) {
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < n; ++i) threads.emplace_back(task, i);
  task(0);
  for (auto& thread : threads) thread.join();
}

void count(benchmark::State& state, std::int64_t rows) {
  state.counters["samples/s"] = benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsIterationInvariantRate);
}

void BM_LstmSequence(benchmark::State& state) {
  const std::int64_t hidden = state.range(0), rows = state.range(1);
  const auto n = static_cast<std::size_t>(state.range(2));
  at::set_num_threads(1);
  torch::manual_seed(1);
  const Weights weights(hidden);
  const std::vector<Shard> shards(n, Shard(rows / state.range(2), hidden));
  const auto step = [&] { on_threads(n, [&](std::size_t i) { weights.forward_backward(shards[i]); }); };
  step();  // the first one fetches memory from the system
  for (auto _ : state) step();
  count(state, rows);
}

void BM_LstmSequenceForward(benchmark::State& state) {
  const std::int64_t hidden = state.range(0), rows = state.range(1);
  at::set_num_threads(1);
  torch::manual_seed(1);
  const torch::NoGradGuard no_grad;
  const Weights weights(hidden);
  const Shard shard(rows, hidden);
  const auto offset = torch::linear(shard.attributes, weights.attributes, weights.bias);
  for (auto _ : state) benchmark::DoNotOptimize(lstm_sequence(shard.x, offset, weights.steps, shard.h0, shard.c0));
  count(state, rows);
}

void BM_TorchLstm(benchmark::State& state) {
  const std::int64_t hidden = state.range(0), rows = state.range(1);
  at::set_num_threads(static_cast<int>(state.range(2)));
  torch::manual_seed(1);
  torch::nn::LSTM lstm(kDynamic + kStatic, hidden);
  const auto x = torch::randn({kSteps, rows, kDynamic + kStatic}), d_hidden = torch::randn({kSteps, rows, hidden});
  const auto step = [&] {
    const auto hidden_states = std::get<0>(lstm->forward(x));
    benchmark::DoNotOptimize(torch::autograd::grad({hidden_states}, lstm->parameters(), {d_hidden}));
  };
  step();
  for (auto _ : state) step();
  count(state, rows);
}

void shapes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"H", "B", "threads"})->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();
  for (const std::int64_t threads : {1, 2}) {
    for (const std::int64_t hidden : {64, 128, 256}) {
      for (const std::int64_t rows : {16, 32, 64}) bench->Args({hidden, rows * threads, threads});
    }
  }
}

BENCHMARK(BM_LstmSequence)->Apply(shapes);
BENCHMARK(BM_TorchLstm)->Apply(shapes);
BENCHMARK(BM_LstmSequenceForward)
    ->ArgNames({"H", "B"})
    ->ArgsProduct({{64, 128, 256}, {16, 64}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace freshet
