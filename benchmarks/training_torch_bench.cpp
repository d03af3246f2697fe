// Training throughput of the regional LSTM on made-up basins: optimiser steps as `freshet train` makes them (sampling, gather,
// sharded forward and backward, clipping, Adam), 32 inputs as in the CAMELS example (5 forcings, 27 attributes), samples of
// 365 + 365 days. Prints target days per second and the share of time outside the model's forward and backward.
//
//   training_torch_bench [steps] [threads]
#include <chrono>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "freshet/core/parallel.hpp"
#include "freshet/core/rng.hpp"
#include "freshet/models/weights.hpp"
#include "freshet/training/optimizer.hpp"
#include "freshet/training/sharded_step.hpp"

namespace {

using namespace freshet;

constexpr std::int64_t kBasins = 40, kDays = 3650, kInputs = 5, kStatics = 27, kBatch = 32;

PreparedData made_up_basins() {
  PreparedData data{.basins = {}, .inputs = kInputs, .targets = 1, .statics = kStatics};
  for (std::int64_t b = 0; b < kBasins; ++b) {
    RngStream rng(1, RngUse::kSynthetic, static_cast<std::uint64_t>(b));
    PreparedBasin basin{.id = std::to_string(b),
                        .axis = {make_day(1990, 1, 1), kMinutesPerDay, kDays},
                        .inputs = {},
                        .targets = {},
                        .statics = {},
                        .observed = {},
                        .target_mean = {0.0f},
                        .target_std = {1.0f}};
    for (std::int64_t i = 0; i < kDays * kInputs; ++i) basin.inputs.push_back(static_cast<float>(rng.normal()));
    for (std::int64_t i = 0; i < kDays; ++i) basin.targets.push_back(static_cast<float>(rng.normal()));
    for (std::int64_t i = 0; i < kStatics; ++i) basin.statics.push_back(static_cast<float>(rng.normal()));
    data.basins.push_back(std::move(basin));
  }
  return data;
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void measure(const PreparedData& data, std::int64_t hidden, std::int64_t steps, std::size_t threads) {
  const WindowOptions windows{.seq_length = 730, .predict_last_n = 365};
  const auto model = create_model({.hidden_size = hidden, .initial_forget_bias = 3, .output_dropout = 0.4},
                                  {.inputs = kInputs, .statics = kStatics, .targets = 1}, 1);
  TrainingOptions options;
  options.clip_gradient_norm = 1;
  Optimizer optimizer(*model, options);
  ShardedStep step(*model, data, windows, {.loss = "NSE", .shards = 2, .seed = 1, .threads = threads});
  const WindowPlan plan = WindowPlanner(data, {{make_day(1991, 1, 1), make_day(1999, 12, 28)}}, windows).shuffled(1, 1);
  double model_seconds = 0, start = 0;
  std::int64_t days = 0;
  for (std::int64_t i = -2; i < steps; ++i) {  // two steps to warm up
    if (i == 0) start = now(), model_seconds = 0, days = 0;
    const auto first = static_cast<std::size_t>(((i + 2) * kBatch) % (static_cast<std::int64_t>(plan.windows.size()) - kBatch));
    const StepResult result = step.run(std::span(plan.windows).subspan(first, kBatch), i + 2);
    optimizer.step(1e-3);
    model_seconds += result.model_seconds;
    days += result.observed;
  }
  const double seconds = now() - start;
  fmt::print(
      "freshet hidden {:>3}, {} threads: {:>8.0f} target days/s, {:>7.1f} ms a step, {:.1f} % outside forward and backward\n",
      hidden, threads, static_cast<double>(days) / seconds, 1e3 * seconds / static_cast<double>(steps),
      100 * (1 - model_seconds / seconds));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  use_one_thread_per_tensor_operation();
  const std::int64_t steps = argc > 1 ? std::atoll(argv[1]) : 10;
  const std::size_t threads = argc > 2 ? static_cast<std::size_t>(std::atoll(argv[2])) : available_threads();
  const PreparedData data = made_up_basins();
  for (const std::int64_t hidden : {64, 128, 256}) measure(data, hidden, steps, threads);
  return 0;
}
