#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "freshet/kernels/model_table.hpp"

/// The loops over time around a stage's generated functions, written once for every vector type V, and for the interpreter.
/// A Stage has counts() and, for kMaxX, arrays large enough for them; step, substep, adjoint<kMain>, sub_adjoint<kMain>.
namespace freshet::kernels {

/// Rows of lanes that the adjoint of a stage needs as scratch: the states of a segment of `every` steps, and the states and
/// carries of one time step's sub-steps.
constexpr std::int64_t scratch_rows(const StageCounts& n, std::int64_t every, std::int32_t outer, std::int32_t inner) {
  return every * n.states + static_cast<std::int64_t>(outer) * ((1 + inner) * n.states + n.carry);
}

/// A row of forcing for a group of lanes: contiguous, one basin for all, or picked lane by lane.
template <class V>
class ForcingReader {
 public:
  using T = typename V::Value;

  ForcingReader(const StageCall<T>& call, std::int64_t lane) : call_(call), offsets_(call.offsets + lane), lane_(lane) {
    bool same = true, contiguous = true;
    for (std::size_t i = 0; i < V::kWidth; ++i) {
      same = same && offsets_[i] == offsets_[0];
      contiguous = contiguous && offsets_[i] == offsets_[0] + static_cast<std::int64_t>(i);
    }
    kind_ = same ? Kind::kOneBasin : contiguous ? Kind::kContiguous : Kind::kPicked;
  }

  V read(std::int32_t forcing, std::int64_t t) const {
    const ForcingRows<T>& rows = call_.forcings[forcing];
    const T* row = rows.at + t * rows.stride;
    if (rows.per_lane != 0) return V::load(row + lane_);
    switch (kind_) {
      case Kind::kOneBasin:
        return V(row[offsets_[0]]);
      case Kind::kContiguous:
        return V::load(row + offsets_[0]);
      case Kind::kPicked:
        break;
    }
    alignas(64) std::array<T, V::kWidth> picked;
    for (std::size_t i = 0; i < V::kWidth; ++i) picked[i] = row[offsets_[i]];
    return V::load(picked.data());
  }

 private:
  enum class Kind { kOneBasin, kContiguous, kPicked };
  const StageCall<T>& call_;
  const std::int64_t* offsets_;
  std::int64_t lane_;
  Kind kind_;
};

/// Values of one group of lanes during a time step.
template <class Stage, class V>
struct StepValues {
  std::array<V, Stage::kMaxStates> state;
  std::array<V, Stage::kMaxForcings> forcing;
  std::array<V, Stage::kMaxParameters> parameter;
  std::array<V, Stage::kMaxDerived> derived;
  std::array<V, Stage::kMaxFluxes> flux;  ///< then the sub-fluxes
};

/// A group of V::kWidth lanes, from `lane` on, through all time steps.
template <class Stage, class V>
class StageLoop {
 public:
  using T = typename V::Value;

  StageLoop(const Stage& stage, const StageCall<T>& call, std::int64_t lane)
      : stage_(stage), call_(call), lane_(lane), reader_(call, lane) {
    const StageCounts n = stage_.counts();
    for (std::int32_t i = 0; i < n.derived; ++i) now_.derived[i] = V::load(call_.derived + lane_ + i * call_.lane_stride);
    read_parameters(0);
  }

  template <bool kAll>
  void forward() {
    const StageCounts n = stage_.counts();
    load_states(call_.state + lane_);
    for (std::int64_t t = 0; t < call_.steps; ++t) {
      if (call_.stored != nullptr && t % call_.every == 0) store_states(checkpoint(t));
      if constexpr (kAll) read_parameters(t);
      read_forcing(t);
      advance();
      write_fluxes<kAll>(t);
      if constexpr (kAll) {
        for (std::int32_t i = 0; i < n.states; ++i) {
          if (call_.states[i].at != nullptr) now_.state[i].store(call_.states[i].at + lane_ + t * call_.states[i].stride);
        }
      }
    }
    store_states(call_.state + lane_);
  }

  /// @tparam kMain     only seeds of main fluxes, only adjoints of links
  /// @tparam kDynamic  some parameter has a row for each step
  template <bool kMain, bool kDynamic>
  void adjoint();

 private:
  static constexpr bool kSub = Stage::kHasSubsteps;

  T* checkpoint(std::int64_t t) const {
    return call_.stored + lane_ + t / call_.every * stage_.counts().states * call_.lane_stride;
  }
  T* segment(std::int64_t offset) const { return call_.scratch + offset * stage_.counts().states * V::kWidth; }

  void load_states(const T* from) {
    for (std::int32_t i = 0; i < stage_.counts().states; ++i) now_.state[i] = V::load(from + i * call_.lane_stride);
  }
  void store_states(T* to) const {
    for (std::int32_t i = 0; i < stage_.counts().states; ++i) now_.state[i].store(to + i * call_.lane_stride);
  }
  void load_packed(const T* from) {
    for (std::int32_t i = 0; i < stage_.counts().states; ++i) now_.state[i] = V::load(from + i * V::kWidth);
  }
  void store_packed(T* to) const {
    for (std::int32_t i = 0; i < stage_.counts().states; ++i) now_.state[i].store(to + i * V::kWidth);
  }
  void read_parameters(std::int64_t t) {
    for (std::int32_t i = 0; i < stage_.counts().parameters; ++i) {
      now_.parameter[i] = V::load(call_.parameters[i].at + lane_ + t * call_.parameters[i].stride);
    }
  }
  void read_forcing(std::int64_t t) {
    for (std::int32_t i = 0; i < stage_.counts().forcings; ++i) now_.forcing[i] = reader_.read(i, t);
  }
  template <bool kAll>
  void write_fluxes(std::int64_t t) const {
    const StageCounts n = stage_.counts();
    for (std::int32_t i = 0; i < n.fluxes + n.sub_fluxes; ++i) {
      if constexpr (!kAll) {
        if (!stage_.is_main(i)) continue;
      }
      if (call_.fluxes[i].at != nullptr) now_.flux[i].store(call_.fluxes[i].at + lane_ + t * call_.fluxes[i].stride);
    }
  }

  V outer_dt() const { return V(kSub ? call_.dt / static_cast<T>(call_.outer) : call_.dt); }
  V inner_dt() const { return V(call_.dt / static_cast<T>(call_.outer * call_.inner)); }

  /// One time step: now_.state to its end, now_.flux the means over it.
  void advance() {
    if constexpr (kSub) {
      advance_by_substeps<false>();
    } else {
      std::array<V, Stage::kMaxStates> next;
      stage_.step(now_.state.data(), now_.forcing.data(), now_.parameter.data(), now_.derived.data(), outer_dt(), next.data(),
                  now_.flux.data(), static_cast<V*>(nullptr));
      for (std::int32_t i = 0; i < stage_.counts().states; ++i) now_.state[i] = next[i];
    }
  }

  /// @tparam kKeep  the states before each sub-step, and the carries, go to the scratch
  template <bool kKeep>
  void advance_by_substeps();
  /// Walks one time step's sub-steps back.
  template <bool kMain>
  void adjoint_of_substeps(std::array<V, Stage::kMaxStates>& ax, const V* aflux, V* aforcing, V* ap, V* ad);

  template <bool kMain, class... Arguments>
  void adjoint_step(Arguments... arguments) const {
    if constexpr (kMain) {
      stage_.adjoint_main(arguments...);
    } else {
      stage_.adjoint_all(arguments...);
    }
  }
  template <bool kMain, class... Arguments>
  void adjoint_substep(Arguments... arguments) const {
    if constexpr (kMain) {
      stage_.sub_adjoint_main(arguments...);
    } else {
      stage_.sub_adjoint_all(arguments...);
    }
  }

  T* sub_scratch() const { return call_.scratch + call_.every * stage_.counts().states * V::kWidth; }
  std::int64_t outer_scratch_size() const {
    const StageCounts n = stage_.counts();
    return ((1 + call_.inner) * n.states + n.carry) * static_cast<std::int64_t>(V::kWidth);
  }

  const Stage& stage_;
  const StageCall<T>& call_;
  std::int64_t lane_;
  ForcingReader<V> reader_;
  StepValues<Stage, V> now_;
};

template <class Stage, class V>
template <bool kKeep>
void StageLoop<Stage, V>::advance_by_substeps() {
  const StageCounts n = stage_.counts();
  const V outer_weight(T(1) / static_cast<T>(call_.outer)), inner_weight(T(1) / static_cast<T>(call_.outer * call_.inner));
  std::array<V, Stage::kMaxFluxes> flux;
  std::array<V, Stage::kMaxStates> next;
  std::array<V, Stage::kMaxCarry> carry;
  for (std::int32_t i = 0; i < n.fluxes + n.sub_fluxes; ++i) now_.flux[i] = V(T(0));
  for (std::int32_t o = 0; o < call_.outer; ++o) {
    T* keep = kKeep ? sub_scratch() + o * outer_scratch_size() : nullptr;
    if constexpr (kKeep) store_packed(keep);
    stage_.step(now_.state.data(), now_.forcing.data(), now_.parameter.data(), now_.derived.data(), outer_dt(), next.data(),
                flux.data(), carry.data());
    for (std::int32_t i = 0; i < n.states; ++i) now_.state[i] = next[i];
    for (std::int32_t i = 0; i < n.fluxes; ++i) now_.flux[i] = fma(flux[i], outer_weight, now_.flux[i]);
    if (n.carry == 0) continue;
    if constexpr (kKeep) {
      for (std::int32_t i = 0; i < n.carry; ++i) {
        carry[i].store(keep + ((1 + call_.inner) * n.states + i) * static_cast<std::int64_t>(V::kWidth));
      }
    }
    for (std::int32_t k = 0; k < call_.inner; ++k) {
      if constexpr (kKeep) store_packed(keep + (1 + k) * n.states * static_cast<std::int64_t>(V::kWidth));
      stage_.substep(now_.state.data(), carry.data(), now_.parameter.data(), now_.derived.data(), inner_dt(), next.data(),
                     flux.data());
      for (std::int32_t i = 0; i < n.states; ++i) now_.state[i] = next[i];
      for (std::int32_t i = 0; i < n.sub_fluxes; ++i) {
        now_.flux[n.fluxes + i] = fma(flux[i], inner_weight, now_.flux[n.fluxes + i]);
      }
    }
  }
}

template <class Stage, class V>
template <bool kMain>
void StageLoop<Stage, V>::adjoint_of_substeps(std::array<V, Stage::kMaxStates>& ax, const V* aflux, V* aforcing, V* ap, V* ad) {
  const StageCounts n = stage_.counts();
  const V outer_weight(T(1) / static_cast<T>(call_.outer)), inner_weight(T(1) / static_cast<T>(call_.outer * call_.inner));
  std::array<V, Stage::kMaxFluxes> outer_seed, inner_seed;
  for (std::int32_t i = 0; i < n.fluxes; ++i) outer_seed[i] = aflux[i] * outer_weight;
  for (std::int32_t i = 0; i < n.sub_fluxes; ++i) inner_seed[i] = aflux[n.fluxes + i] * inner_weight;
  std::array<V, Stage::kMaxStates> ax_before;
  std::array<V, Stage::kMaxCarry> carry, acarry, acarry_part;
  std::array<V, Stage::kMaxForcings> aforcing_part;
  for (std::int32_t i = 0; i < n.forcings; ++i) aforcing[i] = V(T(0));
  for (std::int32_t o = call_.outer; o-- > 0;) {
    const T* kept = sub_scratch() + o * outer_scratch_size();
    for (std::int32_t i = 0; i < n.carry; ++i) {
      carry[i] = V::load(kept + ((1 + call_.inner) * n.states + i) * static_cast<std::int64_t>(V::kWidth));
      acarry[i] = V(T(0));
    }
    for (std::int32_t k = n.carry == 0 ? 0 : call_.inner; k-- > 0;) {
      load_packed(kept + (1 + k) * n.states * static_cast<std::int64_t>(V::kWidth));
      adjoint_substep<kMain>(now_.state.data(), carry.data(), now_.parameter.data(), now_.derived.data(), inner_dt(), ax.data(),
                             inner_seed.data(), ax_before.data(), acarry_part.data(), ap, ad);
      for (std::int32_t i = 0; i < n.states; ++i) ax[i] = ax_before[i];
      for (std::int32_t i = 0; i < n.carry; ++i) acarry[i] = acarry[i] + acarry_part[i];
    }
    load_packed(kept);
    adjoint_step<kMain>(now_.state.data(), now_.forcing.data(), now_.parameter.data(), now_.derived.data(), outer_dt(), ax.data(),
                        outer_seed.data(), acarry.data(), ax_before.data(), aforcing_part.data(), ap, ad);
    for (std::int32_t i = 0; i < n.states; ++i) ax[i] = ax_before[i];
    for (std::int32_t i = 0; i < n.forcings; ++i) {
      if (!kMain || stage_.is_link(i)) aforcing[i] = aforcing[i] + aforcing_part[i];
    }
  }
}

template <class Stage, class V>
template <bool kMain, bool kDynamic>
void StageLoop<Stage, V>::adjoint() {
  const StageCounts n = stage_.counts();
  const V zero(T(0));
  std::array<V, Stage::kMaxStates> ax, ax_before;
  std::array<V, Stage::kMaxParameters> ap;
  std::array<V, Stage::kMaxDerived> ad;
  std::array<V, Stage::kMaxFluxes> aflux;
  std::array<V, Stage::kMaxForcings> aforcing;
  for (std::int32_t i = 0; i < n.states; ++i) ax[i] = V::load(call_.state + lane_ + i * call_.lane_stride);
  for (std::int32_t i = 0; i < n.parameters; ++i) ap[i] = zero;
  for (std::int32_t i = 0; i < n.derived; ++i) ad[i] = zero;

  const std::int64_t segments = (call_.steps + call_.every - 1) / call_.every;
  for (std::int64_t s = segments; s-- > 0;) {
    const std::int64_t begin = s * call_.every, end = std::min(call_.steps, begin + call_.every);
    load_states(checkpoint(begin));
    for (std::int64_t t = begin; t + 1 < end; ++t) {
      store_packed(segment(t - begin));
      if constexpr (kDynamic) read_parameters(t);
      read_forcing(t);
      advance();
    }
    store_packed(segment(end - 1 - begin));

    for (std::int64_t t = end; t-- > begin;) {
      load_packed(segment(t - begin));
      if constexpr (kDynamic) read_parameters(t);
      read_forcing(t);
      for (std::int32_t i = 0; i < n.fluxes + n.sub_fluxes; ++i) {
        if (kMain && !stage_.is_main(i)) continue;
        aflux[i] = call_.fluxes[i].at == nullptr ? zero : V::load(call_.fluxes[i].at + lane_ + t * call_.fluxes[i].stride);
      }
      if constexpr (!kMain) {
        for (std::int32_t i = 0; i < n.states; ++i) {
          if (call_.states[i].at != nullptr) ax[i] = ax[i] + V::load(call_.states[i].at + lane_ + t * call_.states[i].stride);
        }
      }
      if constexpr (kSub) {
        advance_by_substeps<true>();
        adjoint_of_substeps<kMain>(ax, aflux.data(), aforcing.data(), ap.data(), ad.data());
      } else {
        adjoint_step<kMain>(now_.state.data(), now_.forcing.data(), now_.parameter.data(), now_.derived.data(), outer_dt(),
                            ax.data(), aflux.data(), static_cast<const V*>(nullptr), ax_before.data(), aforcing.data(), ap.data(),
                            ad.data());
        for (std::int32_t i = 0; i < n.states; ++i) ax[i] = ax_before[i];
      }
      for (std::int32_t i = 0; i < n.forcings; ++i) {
        if (kMain && !stage_.is_link(i)) continue;
        const Rows<T>& rows = call_.forcing_adjoints[i];
        if (rows.at != nullptr) aforcing[i].store(rows.at + lane_ + t * rows.stride);
      }
      if constexpr (kDynamic) {
        for (std::int32_t i = 0; i < n.parameters; ++i) {
          const Rows<T>& rows = call_.parameter_adjoints[i];
          if (rows.stride == 0) continue;
          T* to = rows.at + lane_ + t * rows.stride;
          (V::load(to) + ap[i]).store(to);
          ap[i] = zero;
        }
      }
    }
  }
  for (std::int32_t i = 0; i < n.states; ++i) ax[i].store(call_.state + lane_ + i * call_.lane_stride);
  for (std::int32_t i = 0; i < n.parameters; ++i) {
    if (call_.parameter_adjoints[i].stride != 0) continue;
    T* to = call_.parameter_adjoints[i].at + lane_;
    (V::load(to) + ap[i]).store(to);
  }
  for (std::int32_t i = 0; i < n.derived; ++i) {
    T* to = call_.derived_adjoints + lane_ + i * call_.lane_stride;
    (V::load(to) + ad[i]).store(to);
  }
}

}  // namespace freshet::kernels
