#pragma once

#include <span>
#include <vector>

#include "freshet/data/prepared.hpp"
#include "freshet/models/model.hpp"

namespace freshet {

/// What a model remembers of one basin after a day: a row of ModelState.
struct BasinState {
  std::vector<float> hidden;
  std::vector<float> cell;
};

/// Steps [first, end) of one basin's record, run in one go.
struct SimulationRun {
  std::int32_t basin = 0;
  std::int64_t first = 0;
  std::int64_t end = 0;
  BasinState initial{};  ///< empty: the zero state
};

struct SimulationResult {
  std::vector<float> prediction;           ///< [end - first, target], standardised
  std::vector<std::vector<float>> series;  ///< [Model::series][end - first]
  BasinState state;                        ///< after the last step
};

/// One pass over the record, the state carried from day to day. A basin's result does not depend, bit for bit, on the other
/// basins, on the number of threads, or on whether its record is run at once or in pieces from the saved state.
/// Inputs must be complete unless the model replaces missing ones.
std::vector<SimulationResult> simulate_stateful(Model& model, const PreparedData& data, std::span<const SimulationRun> runs,
                                                std::size_t threads);

/// For each step in [first, end) a sequence of `seq_length` steps ending there, from the zero state, of which the last
/// output is kept: exactly what sequence-to-one training sees. Steps whose window is incomplete are NaN.
std::vector<std::vector<float>> simulate_windowed(Model& model, const PreparedData& data, std::span<const SimulationRun> runs,
                                                  std::int64_t seq_length, bool missing_allowed, std::size_t threads);

}  // namespace freshet
