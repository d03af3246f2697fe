#include "freshet/inference/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "freshet/core/parallel.hpp"
#include "freshet/models/neural/single_thread.hpp"

namespace freshet {
namespace {

// Rows of every call. Fixed, and padded where basins run out, so that a basin's arithmetic is the same whatever its company.
constexpr std::int64_t kLanes = 32;
constexpr std::int64_t kChunkSteps = 256;

void copy_steps(const PreparedData& data, std::int32_t basin, std::int64_t first, std::int64_t steps, std::int64_t lane,
                std::int64_t lanes, float* out) {
  const float* from = data.basins[static_cast<std::size_t>(basin)].inputs.data() + first * data.inputs;
  for (std::int64_t t = 0; t < steps; ++t)
    std::copy_n(from + t * data.inputs, data.inputs, out + (t * lanes + lane) * data.inputs);
}

torch::Tensor statics_of(const PreparedData& data, std::span<const std::int32_t> basins) {
  torch::Tensor statics = torch::zeros({kLanes, data.statics});
  for (std::size_t lane = 0; lane < basins.size(); ++lane) {
    const auto& values = data.basins[static_cast<std::size_t>(basins[lane])].statics;
    std::ranges::copy(values, statics.data_ptr<float>() + static_cast<std::int64_t>(lane) * data.statics);
  }
  return statics;
}

ModelState pack(Model& model, std::span<const SimulationRun* const> runs) {
  ModelState state = model.initial_state(kLanes);
  const std::int64_t width = state.hidden.size(1);
  for (std::size_t lane = 0; lane < runs.size(); ++lane) {
    const BasinState& own = runs[lane]->initial;
    if (own.hidden.empty()) continue;
    std::ranges::copy(own.hidden, state.hidden.data_ptr<float>() + static_cast<std::int64_t>(lane) * width);
    std::ranges::copy(own.cell, state.cell.data_ptr<float>() + static_cast<std::int64_t>(lane) * width);
  }
  return state;
}

BasinState unpack(const ModelState& state, std::int64_t lane) {
  const auto row = [lane](const torch::Tensor& tensor) {
    const float* from = tensor.data_ptr<float>() + lane * tensor.size(1);
    return std::vector<float>(from, from + tensor.size(1));
  };
  return {row(state.hidden), row(state.cell)};
}

/// Runs up to kLanes runs of equal length side by side.
void run_block(Model& model, const PreparedData& data, std::span<const SimulationRun* const> runs,
               std::span<SimulationResult* const> results) {
  const SingleThreadScope one_thread;
  const torch::NoGradGuard no_grad;
  std::vector<std::int32_t> basins;
  for (const SimulationRun* run : runs) basins.push_back(run->basin);
  const torch::Tensor statics = statics_of(data, basins);
  ModelState state = pack(model, runs);
  const std::int64_t steps = runs[0]->end - runs[0]->first;
  for (std::int64_t from = 0; from < steps; from += kChunkSteps) {
    const std::int64_t n = std::min(kChunkSteps, steps - from);
    torch::Tensor dynamic = torch::zeros({n, kLanes, data.inputs});
    for (std::size_t lane = 0; lane < runs.size(); ++lane) {
      copy_steps(data, runs[lane]->basin, runs[lane]->first + from, n, static_cast<std::int64_t>(lane), kLanes,
                 dynamic.data_ptr<float>());
    }
    const ModelOutput output = model.run({dynamic, statics}, state, n, nullptr);
    state = {output.state.hidden.contiguous(), output.state.cell.contiguous()};
    const torch::Tensor prediction = output.prediction.contiguous();
    for (std::size_t lane = 0; lane < runs.size(); ++lane) {
      for (std::int64_t t = 0; t < n; ++t) {
        const float* row = prediction.data_ptr<float>() + (t * kLanes + static_cast<std::int64_t>(lane)) * data.targets;
        results[lane]->prediction.insert(results[lane]->prediction.end(), row, row + data.targets);
      }
    }
  }
  for (std::size_t lane = 0; lane < runs.size(); ++lane) results[lane]->state = unpack(state, static_cast<std::int64_t>(lane));
}

bool is_complete(const PreparedData& data, std::int32_t basin, std::int64_t first, std::int64_t end) {
  const auto& inputs = data.basins[static_cast<std::size_t>(basin)].inputs;
  return std::none_of(inputs.begin() + first * data.inputs, inputs.begin() + end * data.inputs,
                      [](float x) { return std::isnan(x); });
}

}  // namespace

std::vector<SimulationResult> simulate_stateful(Model& model, const PreparedData& data, std::span<const SimulationRun> runs,
                                                std::size_t threads) {
  std::vector<SimulationResult> results(runs.size());
  std::vector<std::size_t> order(runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto length = [&runs](std::size_t i) { return runs[i].end - runs[i].first; };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return length(a) < length(b); });

  std::vector<std::span<const std::size_t>> blocks;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i + 1;
    while (end < order.size() && end - i < static_cast<std::size_t>(kLanes) && length(order[end]) == length(order[i])) ++end;
    blocks.emplace_back(order.data() + i, end - i);
    i = end;
  }
  parallel_for(blocks.size(), threads, [&](std::size_t block) {
    std::vector<const SimulationRun*> block_runs;
    std::vector<SimulationResult*> block_results;
    for (const std::size_t i : blocks[block]) {
      block_runs.push_back(&runs[i]);
      block_results.push_back(&results[i]);
      results[i].prediction.reserve(static_cast<std::size_t>(length(i) * data.targets));
    }
    run_block(model, data, block_runs, block_results);
  });
  return results;
}

std::vector<std::vector<float>> simulate_windowed(Model& model, const PreparedData& data, std::span<const SimulationRun> runs,
                                                  std::int64_t seq_length, bool missing_allowed, std::size_t threads) {
  struct Sample {
    std::size_t run;
    std::int64_t step;
  };
  std::vector<std::vector<float>> results(runs.size());
  std::vector<Sample> samples;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    results[r].assign(static_cast<std::size_t>((runs[r].end - runs[r].first) * data.targets),
                      std::numeric_limits<float>::quiet_NaN());
    for (std::int64_t step = runs[r].first; step < runs[r].end; ++step) {
      const std::int64_t first = step + 1 - seq_length;
      if (first >= 0 && (missing_allowed || is_complete(data, runs[r].basin, first, step + 1))) samples.push_back({r, step});
    }
  }
  const std::size_t lanes = static_cast<std::size_t>(kLanes);
  parallel_for((samples.size() + lanes - 1) / lanes, threads, [&](std::size_t block) {
    const SingleThreadScope one_thread;
    const torch::NoGradGuard no_grad;
    const std::span<const Sample> own(samples.data() + block * lanes, std::min(lanes, samples.size() - block * lanes));
    torch::Tensor dynamic = torch::zeros({seq_length, kLanes, data.inputs});
    std::vector<std::int32_t> basins;
    for (std::size_t lane = 0; lane < own.size(); ++lane) {
      basins.push_back(runs[own[lane].run].basin);
      copy_steps(data, basins.back(), own[lane].step + 1 - seq_length, seq_length, static_cast<std::int64_t>(lane), kLanes,
                 dynamic.data_ptr<float>());
    }
    const torch::Tensor prediction =
        model.run({dynamic, statics_of(data, basins)}, model.initial_state(kLanes), 1, nullptr).prediction.contiguous();
    for (std::size_t lane = 0; lane < own.size(); ++lane) {
      const float* row = prediction.data_ptr<float>() + static_cast<std::int64_t>(lane) * data.targets;
      const std::int64_t place = own[lane].step - runs[own[lane].run].first;
      std::copy_n(row, data.targets, results[own[lane].run].data() + place * data.targets);
    }
  });
  return results;
}

}  // namespace freshet
