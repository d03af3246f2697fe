#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "freshet/kernels/lanes/forcing_reader.hpp"
#include "freshet/kernels/lanes/lane.hpp"
#include "freshet/kernels/model_table.hpp"

/// The loops over time around a stage's generated functions, written once for every group of vectors V, and for the interpreter.
/// A Stage has counts() and, for kMaxX, arrays large enough for them; step, substep, adjoint<kMain>, sub_adjoint<kMain>.
namespace freshet::kernels {

/// Rows of lanes that the adjoint of a stage needs as scratch: the states of a segment of `every` steps, and the states and
/// carries of one time step's sub-steps.
constexpr std::int64_t scratch_rows(const StageCounts& n, std::int64_t every, std::int32_t outer, std::int32_t inner) {
  return every * n.states + static_cast<std::int64_t>(outer) * ((1 + inner) * n.states + n.carry);
}

/// f(0), ..., f(n - 1). Where n is known to the compiler (kFixed: n is kMost) the calls are written out, so that arrays indexed
/// by the argument become registers.
template <std::size_t kMost, bool kFixed, class Function>
FRESHET_LANE inline void repeat(std::int32_t n, Function f) {
  if constexpr (kFixed) {
    [&]<std::int32_t... I>(std::integer_sequence<std::int32_t, I...>) FRESHET_INLINE_LAMBDA {
      (f(I), ...);
    }
    (std::make_integer_sequence<std::int32_t, static_cast<std::int32_t>(kMost)>());
  } else {
    for (std::int32_t i = 0; i < n; ++i) f(i);
  }
}

/// A group of G::kWidth lanes, from `lane` on, through all time steps.
template <class Stage, class G>
class StageLoop {
 public:
  using T = typename G::Value;

  FRESHET_LANE StageLoop(const Stage& stage, const StageCall<T>& call, std::int64_t lane)
      : stage_(stage),
        call_(call),
        lane_(lane),
        reader_(call, lane),
        outer_dt_(kSub ? call.dt / static_cast<T>(call.outer) : call.dt),
        inner_dt_(call.dt / static_cast<T>(call.outer * call.inner)) {
    each_derived([&](std::int32_t i)
                     FRESHET_INLINE_LAMBDA { derived_[i] = G::load(call_.derived + lane_ + i * call_.lane_stride); });
    read_parameters(0);
  }

  /// @tparam kAll  every series asked for, and parameters may have a row for each step; else main fluxes only
  template <bool kAll>
  FRESHET_LANE void forward() {
    load_states(call_.state + lane_);
    std::int64_t kept = 0;  // the next checkpoint
    for (std::int64_t t = 0; t < call_.steps; ++t) {
      if (call_.stored != nullptr && t == kept * call_.every) store_states(checkpoint(kept++));
      if constexpr (kAll) read_parameters(t);
      read_forcing(t);
      advance();
      write_fluxes<kAll>(t);
      if constexpr (kAll) {
        each_state([&](std::int32_t i) FRESHET_INLINE_LAMBDA { write(call_.states[i], t, state_[i]); });
      }
    }
    store_states(call_.state + lane_);
  }

  /// @tparam kMain     only seeds of main fluxes, only adjoints of links
  /// @tparam kDynamic  some parameter has a row for each step
  template <bool kMain, bool kDynamic>
  FRESHET_LANE void adjoint();  // in stage_adjoint.hpp

 private:
  static constexpr bool kSub = Stage::kHasSubsteps;
  static constexpr auto kWidth = static_cast<std::int64_t>(G::kWidth);

  template <class F>
  FRESHET_LANE void each_state(F f) const {
    repeat<Stage::kMaxStates, Stage::kFixed>(stage_.counts().states, f);
  }
  template <class F>
  FRESHET_LANE void each_forcing(F f) const {
    repeat<Stage::kMaxForcings, Stage::kFixed>(stage_.counts().forcings, f);
  }
  template <class F>
  FRESHET_LANE void each_parameter(F f) const {
    repeat<Stage::kMaxParameters, Stage::kFixed>(stage_.counts().parameters, f);
  }
  template <class F>
  FRESHET_LANE void each_derived(F f) const {
    repeat<Stage::kMaxDerived, Stage::kFixed>(stage_.counts().derived, f);
  }
  template <class F>
  FRESHET_LANE void each_carry(F f) const {
    repeat<Stage::kMaxCarry, Stage::kFixed>(stage_.counts().carry, f);
  }
  /// Of fluxes and sub-fluxes.
  template <class F>
  FRESHET_LANE void each_flux(F f) const {
    repeat<Stage::kMaxFluxes, Stage::kFixed>(stage_.counts().fluxes + stage_.counts().sub_fluxes, f);
  }

  FRESHET_LANE void write(const Rows<T>& rows, std::int64_t t, const G& value) const {
    if (rows.at != nullptr) value.store(rows.at + lane_ + t * rows.stride);
  }
  /// The states before step `number` x every.
  FRESHET_LANE T* checkpoint(std::int64_t number) const {
    return call_.stored + lane_ + number * stage_.counts().states * call_.lane_stride;
  }
  /// The states before step `offset` of a segment, one group after the other.
  FRESHET_LANE T* segment(std::int64_t offset) const { return call_.scratch + offset * stage_.counts().states * kWidth; }

  FRESHET_LANE void load_states(const T* from) {
    each_state([&](std::int32_t i) FRESHET_INLINE_LAMBDA { state_[i] = G::load(from + i * call_.lane_stride); });
  }
  FRESHET_LANE void store_states(T* to) const {
    each_state([&](std::int32_t i) FRESHET_INLINE_LAMBDA { state_[i].store(to + i * call_.lane_stride); });
  }
  FRESHET_LANE void load_packed(const T* from) {
    each_state([&](std::int32_t i) FRESHET_INLINE_LAMBDA { state_[i] = G::load(from + i * kWidth); });
  }
  FRESHET_LANE void store_packed(T* to) const {
    each_state([&](std::int32_t i) FRESHET_INLINE_LAMBDA { state_[i].store(to + i * kWidth); });
  }
  FRESHET_LANE void read_parameters(std::int64_t t) {
    each_parameter([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
      parameter_[i] = G::load(call_.parameters[i].at + lane_ + t * call_.parameters[i].stride);
    });
  }
  FRESHET_LANE void read_forcing(std::int64_t t) {
    each_forcing([&](std::int32_t i) FRESHET_INLINE_LAMBDA { forcing_[i] = reader_.read(call_.forcings[i], t); });
  }
  template <bool kAll>
  FRESHET_LANE void write_fluxes(std::int64_t t) const {
    each_flux([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
      if (kAll || stage_.is_main(i)) write(call_.fluxes[i], t, flux_[i]);
    });
  }

  /// One time step: state_ to its end, flux_ the means over it.
  FRESHET_LANE void advance() {
    if constexpr (kSub) {
      advance_by_substeps<false>();
    } else {
      std::array<G, Stage::kMaxStates> next;
      stage_.step(state_.data(), forcing_.data(), parameter_.data(), derived_.data(), outer_dt_, next.data(), flux_.data(),
                  static_cast<G*>(nullptr));
      take_states(next);
    }
  }
  FRESHET_LANE void take_states(const std::array<G, Stage::kMaxStates>& next) {
    each_state([&](std::int32_t i) FRESHET_INLINE_LAMBDA { state_[i] = next[i]; });
  }

  // Both in stage_substeps.hpp.
  /// @tparam kKeep  the states before each sub-step, and the carries, go to the scratch
  template <bool kKeep>
  FRESHET_LANE_CALL void advance_by_substeps();
  /// Walks one time step's sub-steps back.
  template <bool kMain>
  FRESHET_LANE_CALL void adjoint_of_substeps(std::array<G, Stage::kMaxStates>& ax, const G* aflux, G* aforcing, G* ap, G* ad);

  template <bool kMain, class... Arguments>
  FRESHET_LANE void adjoint_step(Arguments... arguments) const {
    if constexpr (kMain) {
      stage_.adjoint_main(arguments...);
    } else {
      stage_.adjoint_all(arguments...);
    }
  }
  template <bool kMain, class... Arguments>
  FRESHET_LANE void adjoint_substep(Arguments... arguments) const {
    if constexpr (kMain) {
      stage_.sub_adjoint_main(arguments...);
    } else {
      stage_.sub_adjoint_all(arguments...);
    }
  }

  /// The scratch of outer sub-step `o`: the state before it, before each of its inner sub-steps, and its carry.
  FRESHET_LANE T* sub_scratch(std::int32_t o) const {
    const StageCounts n = stage_.counts();
    return segment(call_.every) + o * ((1 + call_.inner) * n.states + n.carry) * kWidth;
  }
  FRESHET_LANE T* inner_scratch(T* outer, std::int32_t k) const { return outer + (1 + k) * stage_.counts().states * kWidth; }

  /// Segment `number`, steps begin ... end - 1: the states before each step but the last go to the scratch; state_ ends as that
  /// before the last.
  template <bool kDynamic>
  FRESHET_LANE void repeat_segment(std::int64_t number, std::int64_t begin, std::int64_t end) {
    load_states(checkpoint(number));
    for (std::int64_t t = begin; t + 1 < end; ++t) {
      store_packed(segment(t - begin));
      if constexpr (kDynamic) read_parameters(t);
      read_forcing(t);
      advance();
    }
  }

  const Stage& stage_;
  // Copies, and no pointers to each other: so the compiler sees that no store changes them, and keeps all in registers.
  const StageCall<T> call_;
  const std::int64_t lane_;
  const ForcingReader<G> reader_;
  const G outer_dt_, inner_dt_;
  std::array<G, Stage::kMaxStates> state_;
  std::array<G, Stage::kMaxForcings> forcing_;
  std::array<G, Stage::kMaxParameters> parameter_;
  std::array<G, Stage::kMaxDerived> derived_;
  std::array<G, Stage::kMaxFluxes> flux_;  ///< then the sub-fluxes
};

}  // namespace freshet::kernels

#include "freshet/kernels/lanes/stage_adjoint.hpp"
#include "freshet/kernels/lanes/stage_substeps.hpp"
