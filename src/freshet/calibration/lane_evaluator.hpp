#pragma once

#include <cstdint>
#include <vector>

#include "freshet/calibration/evaluator.hpp"
#include "freshet/kernels/simulation.hpp"

namespace freshet::calibration {

/// The evaluator for numbers of type T.
template <class T>
class LaneEvaluator : public Evaluator {
 public:
  explicit LaneEvaluator(const EvaluationSetup& setup);
  void evaluate(std::span<Candidates> batches) override;
  void differentiate(std::span<Candidates> batches) override;

 private:
  /// Where a lane's value goes.
  struct Lane {
    std::size_t batch, candidate;
  };

  /// Lanes of all candidates, in order, and their parameters.
  void fill_lanes(std::span<const Candidates> batches);
  kernels::LaneInputs<T> inputs(std::size_t first, std::size_t count);
  void value_block(const kernels::Block<T>& block, std::size_t first, std::span<Candidates> batches) const;
  /// The sums of the lanes [begin, end) of a block, all of one basin: [transformed][lane - begin].
  std::vector<std::vector<LaneSums>> sums_of_run(const kernels::Block<T>& block, std::size_t begin, std::size_t end,
                                                 const BasinObjective<T>& objective, std::vector<T>& scratch) const;
  /// The lanes [first, first + count) with their gradients.
  void differentiate_lanes(std::size_t first, std::size_t count, std::span<Candidates> batches);
  /// Values of lanes, and the derivatives by their discharge. @param discharge, seeds  [step][count]
  void seed_lanes(std::size_t first, std::size_t count, std::span<const T> discharge, std::span<T> seeds,
                  std::span<Candidates> batches) const;

  const ParameterSpace& space_;
  std::size_t routing_parameters_;
  kernels::ForcingTable<T> forcing_;
  std::vector<BasinObjective<T>> objectives_;
  kernels::SimulationOptions options_;
  kernels::Simulation<T> forward_, backward_;
  void (*moments_)(const kernels::MomentCall<T>&);

  std::vector<Lane> lanes_;
  std::vector<std::int32_t> basins_;         ///< [lane]
  std::vector<std::vector<double>> values_;  ///< [lane][parameter]
  std::vector<T> parameters_, routing_;      ///< rows of the lanes of one call
};

extern template class LaneEvaluator<float>;
extern template class LaneEvaluator<double>;

}  // namespace freshet::calibration
