#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "freshet/kernels/block.hpp"

namespace freshet::kernels {

/// What a simulation gives, for all lanes.
template <class T>
struct SimulationResult {
  std::vector<AlignedVector<T>> series;  ///< [wanted series] [step][lane]
  std::vector<T> final_states;           ///< [state][lane]
  std::vector<T> final_histories;        ///< as LaneInputs::histories, after the last step
};

/// Derivatives of sum(seeds * series).
template <class T>
struct Gradients {
  std::vector<T> parameters;               ///< [parameter][lane]; of dynamic ones zero
  std::vector<AlignedVector<T>> dynamic;   ///< [dynamic parameter] [step][lane]
  std::vector<T> routing_parameters;       ///< [routing parameter][lane]
  std::vector<T> initial_states;           ///< [state][lane]
  std::vector<AlignedVector<T>> forcings;  ///< [forcing] [step][lane], if asked for: a lane's own share
};

/// Runs many lanes of one model, block after block, blocks on threads. A lane's results do not depend on the other lanes, on
/// their order, nor on the number of threads, bit for bit.
template <class T>
class Simulation {
 public:
  /// @throws InputError for options that do not fit the model
  explicit Simulation(const SimulationOptions& options) : options_(options) {}

  /// @throws InputError for inputs that do not fit
  SimulationResult<T> run(const LaneInputs<T>& inputs);

  /// Hands each block to `use` after it ran, and keeps nothing: for objectives of many lanes. `use(block, first lane)` runs on
  /// the block's thread.
  void for_each_block(const LaneInputs<T>& inputs, const std::function<void(const Block<T>&, std::size_t)>& use);

  /// After a run with keep_every > 0, of the lanes it ran.
  /// @param series       the series that have seeds
  /// @param seeds        [seed] [step][lane]
  /// @param final_states [state][lane] seeds of the states at the end; empty: zero
  Gradients<T> adjoint(std::span<const Series> series, const std::vector<std::span<const T>>& seeds,
                       std::span<const T> final_states = {}, bool to_forcing = false);

  const SimulationOptions& options() const { return options_; }

 private:
  void start(const LaneInputs<T>& inputs, std::int64_t block_lanes);

  SimulationOptions options_;
  std::unique_ptr<BlockPlan<T>> plan_;
  std::vector<std::unique_ptr<Block<T>>> blocks_;   ///< that keep their states
  std::vector<std::unique_ptr<Block<T>>> workers_;  ///< of for_each_block, one a thread: their arrays are made once
  std::size_t lanes_ = 0;
  std::size_t dynamic_ = 0;
};

}  // namespace freshet::kernels
