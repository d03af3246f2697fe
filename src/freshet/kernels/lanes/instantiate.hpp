#pragma once

#include "freshet/kernels/lanes/lane_math.hpp"
#include "freshet/kernels/lanes/pack.hpp"
#include "freshet/kernels/lanes/stage_loop.hpp"

// The vectors of the instruction set that this file is compiled for. Every type is named after it, so that no template is
// instantiated under one name for two sets.
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include "freshet/kernels/lanes/vector_avx512.hpp"
namespace freshet::kernels::detail {
using FloatLanes = Pack<Float16, 2>;
using DoubleLanes = Pack<Double8, 2>;
}  // namespace freshet::kernels::detail
#elif defined(__AVX2__) && defined(__FMA__)
#include "freshet/kernels/lanes/vector_avx2.hpp"
namespace freshet::kernels::detail {
using FloatLanes = Pack<Float8, 2>;
using DoubleLanes = Pack<Double4, 2>;
}  // namespace freshet::kernels::detail
#else
#include "freshet/kernels/lanes/vector_portable.hpp"
namespace freshet::kernels::detail {
using FloatLanes = Pack<PortableVector<float>, 2>;
using DoubleLanes = Pack<PortableVector<double>, 2>;
}  // namespace freshet::kernels::detail
#endif

namespace freshet::kernels {

/// A group of lanes of a number type.
template <class T>
using Lanes = std::conditional_t<std::is_same_v<T, float>, detail::FloatLanes, detail::DoubleLanes>;

/// The kernels of a stage on groups of lanes V.
template <class Stage, class V>
constexpr StageFunctions<typename V::Value> stage_functions() {
  using Call = StageCall<typename V::Value>;
  return {
      .forward = [](const Call* call) { StageLoop<Stage, V>(Stage(), *call).template forward<false>(); },
      .forward_all = [](const Call* call) { StageLoop<Stage, V>(Stage(), *call).template forward<true>(); },
      .adjoint = [](const Call* call) { StageLoop<Stage, V>(Stage(), *call).template adjoint<true, false>(); },
      .adjoint_dynamic = [](const Call* call) { StageLoop<Stage, V>(Stage(), *call).template adjoint<true, true>(); },
      .adjoint_all = [](const Call* call) { StageLoop<Stage, V>(Stage(), *call).template adjoint<false, true>(); },
  };
}

}  // namespace freshet::kernels
