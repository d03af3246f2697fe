#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "freshet/kernels/aligned.hpp"
#include "freshet/kernels/block_call.hpp"
#include "freshet/kernels/plan.hpp"
#include "freshet/kernels/series_adjoint.hpp"

namespace freshet::kernels {

/// What all blocks of a simulation share: kernels and sizes.
template <class T>
class BlockPlan {
 public:
  /// @param lanes  of a block: a multiple of kBlockLanes
  BlockPlan(const SimulationOptions& options, bool dynamic_parameters, std::int64_t lanes = kBlockLanes);

  const SimulationOptions& options() const { return options_; }
  const Model& model() const { return *options_.model; }
  const Routing* routing() const { return options_.routing; }
  physics::Substeps substeps() const { return substeps_; }
  const std::vector<StageKernels<T>>& kernels() const { return kernels_; }
  const CommonFunctions<T>& common() const { return common_kernels_->template functions<T>(); }
  std::int64_t lanes() const { return lanes_; }
  bool dynamic() const { return dynamic_; }
  /// Whether only main fluxes are wanted and all parameters are static.
  bool main_only() const { return main_only_; }
  /// [stage][flux] and [stage][state]: whether the series is made, for the user or for later stages.
  const std::vector<std::vector<bool>>& makes_flux() const { return makes_flux_; }
  const std::vector<std::vector<bool>>& makes_state() const { return makes_state_; }

 private:
  SimulationOptions options_;
  physics::Substeps substeps_;
  std::vector<StageKernels<T>> kernels_;
  const CommonKernels* common_kernels_;
  std::int64_t lanes_;
  bool dynamic_, main_only_ = true;
  std::vector<std::vector<bool>> makes_flux_, makes_state_;
};

/// Gradients that an adjoint run asks for or gives, all for the lanes of one block; see Gradients.
template <class T>
struct BlockSeeds {
  std::vector<Series> series;
  std::vector<std::span<const T>> values;  ///< [seed] [step][all lanes]
  std::span<const T> final_states;         ///< [state][all lanes]; empty: zero
  bool to_forcing = false;
};

/// Up to plan.lanes() lanes on their way through a model: arrays are rows of the block's lanes, each aligned; a block that is not
/// full is padded with copies of its last lane. One block belongs to one thread.
template <class T>
class Block {
 public:
  explicit Block(const BlockPlan<T>& plan) : plan_(plan) {}

  /// Runs the lanes first ... first + count - 1 of the inputs.
  void run(const LaneInputs<T>& inputs, std::size_t first, std::size_t count);

  /// After run: rows of lanes of a series that is made, [step], plan.lanes() apart.
  const T* rows(Series series) const;
  std::size_t count() const { return count_; }
  /// Rows [state] at the end of the last step.
  const T* final_states() const { return final_states_.data(); }
  /// Rows as in LaneInputs::histories, after the last step.
  void final_histories(std::span<T> to) const;

  /// After a run with keep_every > 0: walks back. Results are read with the functions below.
  void adjoint(const BlockSeeds<T>& seeds);
  const T* parameter_adjoints() const { return parameter_adjoints_.data(); }  ///< rows [parameter]; of dynamic ones, not used
  const T* dynamic_adjoints(std::size_t i) const { return dynamic_adjoints_[i].data(); }  ///< rows [step]
  const T* routing_adjoints() const { return routing_adjoints_.data(); }                  ///< rows [routing parameter]
  const T* initial_adjoints() const { return state_adjoints_.data(); }                    ///< rows [state]
  const T* forcing_adjoints(std::size_t forcing) const { return forcing_adjoints_[forcing].rows().at; }  ///< rows [step]

 private:
  using Buffer = AlignedVector<T>;

  std::size_t row(std::size_t rows) const { return rows * static_cast<std::size_t>(plan_.lanes()); }
  void gather(const LaneInputs<T>& inputs);
  void copy_rows(std::span<const T> from, std::size_t rows, std::size_t all_lanes, T* to) const;
  void prepare();
  void set_histories(const LaneInputs<T>& inputs);
  void run_stage(std::size_t stage);
  void run_delay(const Buffer& in, std::size_t length, const T* weights, Buffer& out);
  void fill_call(std::size_t stage, BlockCall<T>& call) const;
  void program(const ProgramTable& table, std::vector<const T*> inputs, std::vector<T*> outputs) const;
  Buffer& flux(StagePlace place) { return fluxes_[place.stage][place.index]; }
  const T* flux_rows(StagePlace place) const;
  std::size_t lead(StagePlace place) const;
  std::size_t delay_lead(std::size_t delay) const {
    return static_cast<std::size_t>(plan_.model().table().delays[delay].length - 1);
  }

  void prepare_adjoint_buffers(const BlockSeeds<T>& seeds);
  SeriesAdjoint<T>& seeded(Series series);
  void adjoint_of_stage(std::size_t stage, bool all);
  void adjoint_of_delay(const Buffer& in, std::size_t length, const T* weights, const SeriesAdjoint<T>& out_seed,
                        SeriesAdjoint<T>& in_adjoint, T* weight_adjoints);
  void adjoint_of_preparation();

  const BlockPlan<T>& plan_;
  const ForcingTable<T>* forcing_ = nullptr;
  std::vector<std::size_t> dynamic_parameters_;
  std::size_t first_ = 0, count_ = 0, all_lanes_ = 0;
  bool own_start_ = true;
  std::vector<std::int64_t> offsets_;
  Buffer parameters_, routing_parameters_, derived_, ordinates_, final_states_, scratch_, dt_row_;
  std::vector<Buffer> dynamic_;              ///< [dynamic parameter], rows [step]
  std::vector<std::vector<Buffer>> fluxes_;  ///< [stage][flux], rows [lead + step]
  std::vector<std::vector<Buffer>> states_;  ///< [stage][state], rows [step]
  std::vector<Buffer> delayed_;              ///< [delay], rows [step]
  std::vector<Buffer> stored_;               ///< [stage], rows [checkpoint][state]
  Buffer discharge_;

  Buffer parameter_adjoints_, routing_adjoints_, derived_adjoints_, ordinate_adjoints_, state_adjoints_;
  std::vector<Buffer> dynamic_adjoints_;
  std::vector<SeriesAdjoint<T>> forcing_adjoints_, delayed_adjoints_;
  std::vector<std::vector<SeriesAdjoint<T>>> flux_adjoints_, state_seeds_;
  SeriesAdjoint<T> discharge_adjoint_;  ///< of the routed discharge
};

}  // namespace freshet::kernels
