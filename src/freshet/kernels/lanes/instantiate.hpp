#pragma once

#include "freshet/kernels/lanes/lane_math.hpp"
#include "freshet/kernels/lanes/pack.hpp"
#include "freshet/kernels/lanes/stage_loop.hpp"

// The vectors of the instruction set that this file is compiled for. Every type is named after it, so that no template is
// instantiated under one name for two sets.
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include "freshet/kernels/lanes/vector_avx512.hpp"
namespace freshet::kernels::detail {
using FloatVector = Float16;
using DoubleVector = Double8;
}  // namespace freshet::kernels::detail
#elif defined(__AVX2__) && defined(__FMA__)
#include "freshet/kernels/lanes/vector_avx2.hpp"
namespace freshet::kernels::detail {
using FloatVector = Float8;
using DoubleVector = Double4;
}  // namespace freshet::kernels::detail
#else
#include "freshet/kernels/lanes/vector_portable.hpp"
namespace freshet::kernels::detail {
using FloatVector = PortableVector<float>;
using DoubleVector = PortableVector<double>;
}  // namespace freshet::kernels::detail
#endif

namespace freshet::kernels {

/// A vector of a number type.
template <class T>
using Vector = std::conditional_t<std::is_same_v<T, float>, detail::FloatVector, detail::DoubleVector>;

/// Calls `run` with each group of K vectors of the lanes in use, and what is left over with fewer: a group of one vector waits
/// for each of its own operations, so that few lanes gain from few vectors, and many from many.
template <class V, std::size_t K, class Run>
void for_each_group(std::int64_t lanes, Run run) {
  std::int64_t lane = 0;
  constexpr auto kGroup = static_cast<std::int64_t>(K * V::kWidth);
  for (; K == 1 ? lane < lanes : lane + kGroup / 2 < lanes; lane += kGroup) run.template operator()<Pack<V, K>>(lane);
  if constexpr (K > 1) {
    const auto rest = [&]<class G>(std::int64_t first) { run.template operator()<G>(lane + first); };
    if (lane < lanes) for_each_group<V, K / 2>(lanes - lane, rest);
  }
}

/// As above with groups of K vectors only: half the code, where few lanes are rare.
template <class V, std::size_t K, class Run>
void for_each_whole_group(std::int64_t lanes, Run run) {
  constexpr auto kGroup = static_cast<std::int64_t>(K * V::kWidth);
  static_assert(kBlockLanes % kGroup == 0);
  for (std::int64_t lane = 0; lane < lanes; lane += kGroup) run.template operator()<Pack<V, K>>(lane);
}

/// The kernels of a stage. How many vectors run side by side was measured (benchmarks/kernels_bench.cpp): an adjoint's values
/// alive fit the registers hardly once, and those of a stage with sub-steps, which are large, not at all.
/// @tparam V  Vector<T>: part of the name, so that every instruction set instantiates functions of its own
template <class Stage, class V>
constexpr StageFunctions<typename V::Value> stage_functions() {
  using T = typename V::Value;
  using Call = StageCall<T>;
  constexpr std::size_t kForward = std::is_same_v<T, float> && !Stage::kHasSubsteps ? 4 : 2;
  constexpr std::size_t kOther = Stage::kHasSubsteps ? 1 : 2;
  return {
      .forward =
          [](const Call* call) {
            for_each_group<V, kForward>(call->lanes, [&]<class G>(std::int64_t lane) {
              StageLoop<Stage, G>(Stage(), *call, lane).template forward<false>();
            });
          },
      .forward_all =
          [](const Call* call) {
            for_each_whole_group<V, kOther>(call->lanes, [&]<class G>(std::int64_t lane) {
              StageLoop<Stage, G>(Stage(), *call, lane).template forward<true>();
            });
          },
      .adjoint =
          [](const Call* call) {
            for_each_group<V, kOther>(call->lanes, [&]<class G>(std::int64_t lane) {
              StageLoop<Stage, G>(Stage(), *call, lane).template adjoint<true, false>();
            });
          },
      .adjoint_dynamic =
          [](const Call* call) {
            for_each_whole_group<V, kOther>(call->lanes, [&]<class G>(std::int64_t lane) {
              StageLoop<Stage, G>(Stage(), *call, lane).template adjoint<true, true>();
            });
          },
      .adjoint_all =
          [](const Call* call) {
            for_each_whole_group<V, 1>(call->lanes, [&]<class G>(std::int64_t lane) {
              StageLoop<Stage, G>(Stage(), *call, lane).template adjoint<false, true>();
            });
          },
  };
}

}  // namespace freshet::kernels
