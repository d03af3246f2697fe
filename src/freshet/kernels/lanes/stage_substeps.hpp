#pragma once

#include <array>
#include <cstdint>

#include "freshet/kernels/lanes/stage_loop.hpp"

/// The loops of StageLoop over the sub-steps of one time step.
namespace freshet::kernels {

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
    if (kMain && !stage_.is_main(i)) return;  // nobody gave or reads its seed
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

}  // namespace freshet::kernels
