#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "freshet/kernels/lanes/stage_loop.hpp"

/// The loop of StageLoop back over the time steps.
namespace freshet::kernels {

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
    repeat_segment<kDynamic>(s, begin, end);
    for (std::int64_t t = end; t-- > begin;) {
      if (t + 1 < end) load_packed(segment(t - begin));
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
