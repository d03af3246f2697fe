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

/// Steps of a record that one lane sees.
struct LaneSteps {
  std::int32_t basin = 0;
  std::int64_t first = 0;
};

void copy_steps(const std::vector<float>& record, std::int64_t width, std::int64_t first, std::size_t lane, torch::Tensor& out) {
  float* to = out.data_ptr<float>() + static_cast<std::int64_t>(lane) * width;
  for (std::int64_t t = 0; t < out.size(0); ++t) std::copy_n(record.data() + (first + t) * width, width, to + t * kLanes * width);
}

/// The input of one call: `steps` days of each lane. Lanes left over are the first again, so that every lane has a sound forcing.
ModelInput input_of(const PreparedData& data, std::span<const LaneSteps> lanes, std::int64_t steps) {
  ModelInput input{.dynamic = torch::empty({steps, kLanes, data.inputs}),
                   .statics = torch::empty({kLanes, data.statics}),
                   .forcing = torch::empty({steps, kLanes, data.forcings}),
                   .sets = {}};
  for (std::size_t lane = 0; lane < static_cast<std::size_t>(kLanes); ++lane) {
    const LaneSteps& own = lanes[lane < lanes.size() ? lane : 0];
    const PreparedBasin& basin = data.basins[static_cast<std::size_t>(own.basin)];
    copy_steps(basin.inputs, data.inputs, own.first, lane, input.dynamic);
    copy_steps(basin.forcing, data.forcings, own.first, lane, input.forcing);
    std::ranges::copy(basin.statics, input.statics.data_ptr<float>() + static_cast<std::int64_t>(lane) * data.statics);
    input.sets.push_back(basin.set);
  }
  return input;
}

ModelState pack(Model& model, std::span<const SimulationRun* const> runs) {
  ModelState state = model.initial_state(kLanes);
  const auto copy = [](const std::vector<float>& row, std::size_t lane, torch::Tensor& to) {
    std::ranges::copy(row, to.data_ptr<float>() + static_cast<std::int64_t>(lane) * to.size(1));
  };
  for (std::size_t lane = 0; lane < runs.size(); ++lane) {
    copy(runs[lane]->initial.hidden, lane, state.hidden);
    copy(runs[lane]->initial.cell, lane, state.cell);
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

void add_series(const std::vector<torch::Tensor>& series, std::size_t lane, SimulationResult& result) {
  result.series.resize(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    const torch::Tensor own = series[i].select(1, static_cast<std::int64_t>(lane)).contiguous();
    result.series[i].insert(result.series[i].end(), own.data_ptr<float>(), own.data_ptr<float>() + own.numel());
  }
}

/// Runs up to kLanes runs of equal length side by side.
void run_block(Model& model, const PreparedData& data, std::span<const SimulationRun* const> runs,
               std::span<SimulationResult* const> results) {
  const SingleThreadScope one_thread;
  const torch::NoGradGuard no_grad;
  ModelState state = pack(model, runs);
  const std::int64_t steps = runs[0]->end - runs[0]->first, chunk = model.whole_sequences() ? steps : kChunkSteps;
  for (std::int64_t from = 0; from < steps; from += chunk) {
    const std::int64_t n = std::min(chunk, steps - from);
    std::vector<LaneSteps> lanes;
    for (const SimulationRun* run : runs) lanes.push_back({run->basin, run->first + from});
    const ModelOutput output = model.run(input_of(data, lanes, n), state, n, nullptr);
    state = {output.state.hidden.contiguous(), output.state.cell.contiguous()};
    const torch::Tensor prediction = output.prediction.contiguous();
    for (std::size_t lane = 0; lane < runs.size(); ++lane) {
      add_series(output.series, lane, *results[lane]);
      for (std::int64_t t = 0; t < n; ++t) {
        const float* row = prediction.data_ptr<float>() + (t * kLanes + static_cast<std::int64_t>(lane)) * data.targets;
        results[lane]->prediction.insert(results[lane]->prediction.end(), row, row + data.targets);
      }
    }
  }
  for (std::size_t lane = 0; lane < runs.size(); ++lane) results[lane]->state = unpack(state, static_cast<std::int64_t>(lane));
}

bool is_complete(const PreparedData& data, std::int32_t basin, std::int64_t first, std::int64_t end, bool missing_allowed) {
  const auto complete = [first, end](const std::vector<float>& record, std::int64_t width) {
    return std::none_of(record.begin() + first * width, record.begin() + end * width, [](float x) { return std::isnan(x); });
  };
  const PreparedBasin& own = data.basins[static_cast<std::size_t>(basin)];
  return (missing_allowed || complete(own.inputs, data.inputs)) && complete(own.forcing, data.forcings);
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
    while (end < order.size() && end - i < static_cast<std::size_t>(kLanes) && length(order[end]) == length(order[i]) &&
           runs[order[end]].initial.hidden.empty() == runs[order[i]].initial.hidden.empty())
      ++end;
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
      if (first >= 0 && is_complete(data, runs[r].basin, first, step + 1, missing_allowed)) samples.push_back({r, step});
    }
  }
  const std::size_t lanes = static_cast<std::size_t>(kLanes);
  parallel_for((samples.size() + lanes - 1) / lanes, threads, [&](std::size_t block) {
    const SingleThreadScope one_thread;
    const torch::NoGradGuard no_grad;
    const std::span<const Sample> own(samples.data() + block * lanes, std::min(lanes, samples.size() - block * lanes));
    std::vector<LaneSteps> sequences;
    for (const Sample& sample : own) sequences.push_back({runs[sample.run].basin, sample.step + 1 - seq_length});
    const torch::Tensor prediction =
        model.run(input_of(data, sequences, seq_length), model.initial_state(kLanes), 1, nullptr).prediction.contiguous();
    for (std::size_t lane = 0; lane < own.size(); ++lane) {
      const float* row = prediction.data_ptr<float>() + static_cast<std::int64_t>(lane) * data.targets;
      const std::int64_t place = own[lane].step - runs[own[lane].run].first;
      std::copy_n(row, data.targets, results[own[lane].run].data() + place * data.targets);
    }
  });
  return results;
}

}  // namespace freshet
