#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

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

/// A row of forcing for a group of vectors: of each vector contiguous, one basin for all its lanes, or picked lane by lane.
template <class G>
class ForcingReader {
 public:
  using T = typename G::Value;
  using V = typename G::Vector;

  FRESHET_LANE ForcingReader(const StageCall<T>& call, std::int64_t lane) : offsets_(call.offsets + lane), lane_(lane) {
    for (std::size_t k = 0; k < G::kCount; ++k) {
      const std::int64_t* offsets = offsets_ + k * V::kWidth;
      bool same = true, contiguous = true;
      for (std::size_t i = 0; i < V::kWidth; ++i) {
        same = same && offsets[i] == offsets[0];
        contiguous = contiguous && offsets[i] == offsets[0] + static_cast<std::int64_t>(i);
      }
      kinds_[k] = same ? Kind::kOneBasin : contiguous ? Kind::kContiguous : Kind::kPicked;
    }
  }

  FRESHET_LANE G read(const ForcingRows<T>& rows, std::int64_t t) const {
    const T* row = rows.at + t * rows.stride;
    if (rows.per_lane != 0) return G::load(row + lane_);
    return G::make([&](std::size_t k) FRESHET_INLINE_LAMBDA { return read_vector(row, k); });
  }

 private:
  enum class Kind { kOneBasin, kContiguous, kPicked };

  FRESHET_LANE V read_vector(const T* row, std::size_t k) const {
    const std::int64_t* offsets = offsets_ + k * V::kWidth;
    switch (kinds_[k]) {
      case Kind::kOneBasin:
        return V(row[offsets[0]]);
      case Kind::kContiguous:
        return V::load(row + offsets[0]);
      case Kind::kPicked:
        break;
    }
    alignas(64) T picked[V::kWidth];
    for (std::size_t i = 0; i < V::kWidth; ++i) picked[i] = row[offsets[i]];
    return V::load(picked);
  }

  const std::int64_t* offsets_;
  std::int64_t lane_;
  Kind kinds_[G::kCount];
};

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
    for (std::int64_t t = 0; t < call_.steps; ++t) {
      if (call_.stored != nullptr && t % call_.every == 0) store_states(checkpoint(t));
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
  FRESHET_LANE void adjoint();

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
  FRESHET_LANE T* checkpoint(std::int64_t t) const {
    return call_.stored + lane_ + t / call_.every * stage_.counts().states * call_.lane_stride;
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

  /// The states before each step of a segment go to the scratch, and state_ to that before its last.
  template <bool kDynamic>
  FRESHET_LANE void repeat_segment(std::int64_t begin, std::int64_t end) {
    load_states(checkpoint(begin));
    for (std::int64_t t = begin; t + 1 < end; ++t) {
      store_packed(segment(t - begin));
      if constexpr (kDynamic) read_parameters(t);
      read_forcing(t);
      advance();
    }
    store_packed(segment(end - 1 - begin));
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

template <class Stage, class G>
template <bool kKeep>
FRESHET_LANE_CALL void StageLoop<Stage, G>::advance_by_substeps() {
  const StageCounts n = stage_.counts();
  const G outer_weight(T(1) / static_cast<T>(call_.outer)), inner_weight(T(1) / static_cast<T>(call_.outer * call_.inner));
  std::array<G, Stage::kMaxFluxes> flux;
  std::array<G, Stage::kMaxStates> next;
  std::array<G, Stage::kMaxCarry> carry;
  each_flux([&](std::int32_t i) FRESHET_INLINE_LAMBDA { flux_[i] = G(T(0)); });
  for (std::int32_t o = 0; o < call_.outer; ++o) {
    T* keep = kKeep ? sub_scratch(o) : nullptr;
    if constexpr (kKeep) store_packed(keep);
    stage_.step(state_.data(), forcing_.data(), parameter_.data(), derived_.data(), outer_dt_, next.data(), flux.data(),
                carry.data());
    take_states(next);
    each_flux([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
      if (i < n.fluxes) flux_[i] = fma(flux[i], outer_weight, flux_[i]);
    });
    if (n.carry == 0) continue;
    if constexpr (kKeep) {
      each_carry([&](std::int32_t i) FRESHET_INLINE_LAMBDA { carry[i].store(inner_scratch(keep, call_.inner) + i * kWidth); });
    }
    for (std::int32_t k = 0; k < call_.inner; ++k) {
      if constexpr (kKeep) store_packed(inner_scratch(keep, k));
      stage_.substep(state_.data(), carry.data(), parameter_.data(), derived_.data(), inner_dt_, next.data(), flux.data());
      take_states(next);
      each_flux([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
        if (i >= n.fluxes) flux_[i] = fma(flux[i - n.fluxes], inner_weight, flux_[i]);
      });
    }
  }
}

template <class Stage, class G>
template <bool kMain>
FRESHET_LANE_CALL void StageLoop<Stage, G>::adjoint_of_substeps(std::array<G, Stage::kMaxStates>& ax, const G* aflux, G* aforcing,
                                                                G* ap, G* ad) {
  const StageCounts n = stage_.counts();
  const G outer_weight(T(1) / static_cast<T>(call_.outer)), inner_weight(T(1) / static_cast<T>(call_.outer * call_.inner));
  std::array<G, Stage::kMaxFluxes> outer_seed, inner_seed;
  each_flux([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
    if (i < n.fluxes) outer_seed[i] = aflux[i] * outer_weight;
    if (i >= n.fluxes) inner_seed[i - n.fluxes] = aflux[i] * inner_weight;
  });
  std::array<G, Stage::kMaxStates> before;
  std::array<G, Stage::kMaxCarry> carry, acarry, part;
  std::array<G, Stage::kMaxForcings> forcing_part;
  each_forcing([&](std::int32_t i) FRESHET_INLINE_LAMBDA { aforcing[i] = G(T(0)); });
  for (std::int32_t o = call_.outer; o-- > 0;) {
    T* kept = sub_scratch(o);
    each_carry([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
      carry[i] = G::load(inner_scratch(kept, call_.inner) + i * kWidth);
      acarry[i] = G(T(0));
    });
    for (std::int32_t k = n.carry == 0 ? 0 : call_.inner; k-- > 0;) {
      load_packed(inner_scratch(kept, k));
      adjoint_substep<kMain>(state_.data(), carry.data(), parameter_.data(), derived_.data(), inner_dt_, ax.data(),
                             inner_seed.data(), before.data(), part.data(), ap, ad);
      ax = before;
      each_carry([&](std::int32_t i) FRESHET_INLINE_LAMBDA { acarry[i] = acarry[i] + part[i]; });
    }
    load_packed(kept);
    adjoint_step<kMain>(state_.data(), forcing_.data(), parameter_.data(), derived_.data(), outer_dt_, ax.data(),
                        outer_seed.data(), acarry.data(), before.data(), forcing_part.data(), ap, ad);
    ax = before;
    each_forcing([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
      if (!kMain || stage_.is_link(i)) aforcing[i] = aforcing[i] + forcing_part[i];
    });
  }
}

template <class Stage, class G>
template <bool kMain, bool kDynamic>
inline void StageLoop<Stage, G>::adjoint() {
  const G zero(T(0));
  std::array<G, Stage::kMaxStates> ax;
  std::array<G, Stage::kMaxParameters> ap;
  std::array<G, Stage::kMaxDerived> ad;
  std::array<G, Stage::kMaxFluxes> aflux;
  std::array<G, Stage::kMaxForcings> aforcing;
  each_state([&](std::int32_t i) FRESHET_INLINE_LAMBDA { ax[i] = G::load(call_.state + lane_ + i * call_.lane_stride); });
  each_parameter([&](std::int32_t i) FRESHET_INLINE_LAMBDA { ap[i] = zero; });
  each_derived([&](std::int32_t i) FRESHET_INLINE_LAMBDA { ad[i] = zero; });
  const auto add_to = [](const G& value, T* to) FRESHET_INLINE_LAMBDA { (G::load(to) + value).store(to); };
  const auto read_seed = [&](const Rows<T>& rows, std::int64_t t) FRESHET_INLINE_LAMBDA {
    return rows.at == nullptr ? zero : G::load(rows.at + lane_ + t * rows.stride);
  };

  for (std::int64_t s = (call_.steps + call_.every - 1) / call_.every; s-- > 0;) {
    const std::int64_t begin = s * call_.every, end = std::min(call_.steps, begin + call_.every);
    repeat_segment<kDynamic>(begin, end);
    for (std::int64_t t = end; t-- > begin;) {
      load_packed(segment(t - begin));
      if constexpr (kDynamic) read_parameters(t);
      read_forcing(t);
      each_flux([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
        if (!kMain || stage_.is_main(i)) aflux[i] = read_seed(call_.fluxes[i], t);
      });
      if constexpr (!kMain) {
        each_state([&](std::int32_t i) FRESHET_INLINE_LAMBDA { ax[i] = ax[i] + read_seed(call_.states[i], t); });
      }
      if constexpr (kSub) {
        advance_by_substeps<true>();
        adjoint_of_substeps<kMain>(ax, aflux.data(), aforcing.data(), ap.data(), ad.data());
      } else {
        std::array<G, Stage::kMaxStates> before;
        adjoint_step<kMain>(state_.data(), forcing_.data(), parameter_.data(), derived_.data(), outer_dt_, ax.data(),
                            aflux.data(), static_cast<const G*>(nullptr), before.data(), aforcing.data(), ap.data(), ad.data());
        each_state([&](std::int32_t i) FRESHET_INLINE_LAMBDA { ax[i] = before[i]; });
      }
      each_forcing([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
        if (!kMain || stage_.is_link(i)) write(call_.forcing_adjoints[i], t, aforcing[i]);
      });
      if constexpr (kDynamic) {
        each_parameter([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
          const Rows<T>& rows = call_.parameter_adjoints[i];
          if (rows.stride == 0) return;
          add_to(ap[i], rows.at + lane_ + t * rows.stride);
          ap[i] = zero;
        });
      }
    }
  }
  each_state([&](std::int32_t i) FRESHET_INLINE_LAMBDA { ax[i].store(call_.state + lane_ + i * call_.lane_stride); });
  each_parameter([&](std::int32_t i) FRESHET_INLINE_LAMBDA {
    if (call_.parameter_adjoints[i].stride == 0) add_to(ap[i], call_.parameter_adjoints[i].at + lane_);
  });
  each_derived([&](std::int32_t i)
                   FRESHET_INLINE_LAMBDA { add_to(ad[i], call_.derived_adjoints + lane_ + i * call_.lane_stride); });
}

}  // namespace freshet::kernels
