#include "freshet/kernels/simulation.hpp"

#include <algorithm>
#include <atomic>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"

namespace freshet::kernels {
namespace {

/// Rows of a block to rows of all lanes.
template <class T>
void scatter(const T* from, std::size_t rows, std::size_t block_lanes, std::size_t count, T* to, std::size_t all_lanes) {
  for (std::size_t r = 0; r < rows; ++r) std::copy_n(from + r * block_lanes, count, to + r * all_lanes);
}

/// As many as keep a GPU busy, with their series still small beside its memory.
constexpr std::size_t kMostCudaLanes = 16384;

/// The lanes of a block: on a GPU all lanes, if they are not too many.
std::int64_t block_lanes(Backend backend, std::size_t lanes) {
  if (backend != Backend::kCuda) return kBlockLanes;
  const auto most = static_cast<std::int64_t>(std::min(lanes, kMostCudaLanes));
  return (most + kBlockLanes - 1) / kBlockLanes * kBlockLanes;
}

}  // namespace

template <class T>
void Simulation<T>::start(const LaneInputs<T>& inputs, std::int64_t block_lanes) {
  check(options_, inputs);
  const bool dynamic = !inputs.dynamic.empty();
  if (plan_ == nullptr || plan_->dynamic() != dynamic || plan_->lanes() != block_lanes) {
    blocks_.clear();
    workers_.clear();
    plan_ = std::make_unique<BlockPlan<T>>(options_, dynamic, block_lanes);
  }
  lanes_ = inputs.lanes();
  dynamic_ = inputs.dynamic.size();
}

template <class T>
SimulationResult<T> Simulation<T>::run(const LaneInputs<T>& inputs) {
  start(inputs, block_lanes(options_.backend, inputs.lanes()));
  const Model& model = *options_.model;
  SimulationResult<T> result;
  for (std::size_t i = 0; i < options_.wanted.size(); ++i) result.series.emplace_back(options_.steps * lanes_);
  result.final_states.resize(model.states().size() * lanes_);
  result.final_histories.resize(history_rows(model, options_.routing) * lanes_);
  const auto width = static_cast<std::size_t>(plan_->lanes());
  const std::size_t count = (lanes_ + width - 1) / width;
  const bool keep = options_.keep_every > 0;
  blocks_.resize(keep ? count : 0);
  parallel_for(count, options_.threads, [&](std::size_t b) {
    std::unique_ptr<Block<T>> passing;
    std::unique_ptr<Block<T>>& block = keep ? blocks_[b] : passing;
    if (block == nullptr) block = std::make_unique<Block<T>>(*plan_);
    const std::size_t first = b * width, here = std::min(width, lanes_ - first);
    block->run(inputs, first, here);
    for (std::size_t i = 0; i < options_.wanted.size(); ++i) {
      scatter(block->rows(options_.wanted[i]), options_.steps, width, here, result.series[i].data() + first, lanes_);
    }
    scatter(block->final_states(), model.states().size(), width, here, result.final_states.data() + first, lanes_);
    block->final_histories(result.final_histories);
  });
  return result;
}

template <class T>
void Simulation<T>::for_each_block(const LaneInputs<T>& inputs, const std::function<void(const Block<T>&, std::size_t)>& use) {
  start(inputs, kBlockLanes);
  const auto width = static_cast<std::size_t>(plan_->lanes());
  const std::size_t count = (lanes_ + width - 1) / width;
  const std::size_t runs = std::min(count, std::max<std::size_t>(1, options_.threads));
  std::atomic<std::size_t> next{0};
  while (workers_.size() < runs) workers_.push_back(std::make_unique<Block<T>>(*plan_));
  parallel_for(runs, options_.threads, [&](std::size_t r) {
    Block<T>& block = *workers_[r];
    for (std::size_t b = next++; b < count; b = next++) {
      const std::size_t first = b * width;
      block.run(inputs, first, std::min(width, lanes_ - first));
      use(block, first);
    }
  });
}

template <class T>
Gradients<T> Simulation<T>::adjoint(std::span<const Series> series, const std::vector<std::span<const T>>& seeds,
                                    std::span<const T> final_states, bool to_forcing) {
  if (blocks_.empty()) throw InternalError("an adjoint needs a run that keeps its states");
  const Model& model = *options_.model;
  const auto width = static_cast<std::size_t>(plan_->lanes());
  Gradients<T> result;
  result.parameters.resize(model.parameters().size() * lanes_);
  result.routing_parameters.resize(options_.routing == nullptr ? 0 : options_.routing->parameters().size() * lanes_);
  result.initial_states.resize(model.states().size() * lanes_);
  for (std::size_t i = 0; i < dynamic_; ++i) result.dynamic.emplace_back(options_.steps * lanes_);
  for (std::size_t i = 0; to_forcing && i < model.forcings().size(); ++i) result.forcings.emplace_back(options_.steps * lanes_);
  const BlockSeeds<T> of_block{
      .series = {series.begin(), series.end()}, .values = seeds, .final_states = final_states, .to_forcing = to_forcing};
  parallel_for(blocks_.size(), options_.threads, [&](std::size_t b) {
    Block<T>& block = *blocks_[b];
    block.adjoint(of_block);
    const std::size_t first = b * width, here = block.count();
    const auto take = [&](const T* from, std::size_t rows, T* to) { scatter(from, rows, width, here, to + first, lanes_); };
    take(block.parameter_adjoints(), model.parameters().size(), result.parameters.data());
    if (options_.routing != nullptr) {
      take(block.routing_adjoints(), options_.routing->parameters().size(), result.routing_parameters.data());
    }
    take(block.initial_adjoints(), model.states().size(), result.initial_states.data());
    for (std::size_t i = 0; i < dynamic_; ++i) take(block.dynamic_adjoints(i), options_.steps, result.dynamic[i].data());
    for (std::size_t i = 0; i < result.forcings.size(); ++i) {
      take(block.forcing_adjoints(i), options_.steps, result.forcings[i].data());
    }
  });
  return result;
}

template class Simulation<float>;
template class Simulation<double>;

}  // namespace freshet::kernels
