#pragma once

#include <cstdint>

#include "freshet/kernels/lanes/lane.hpp"
#include "freshet/kernels/model_table.hpp"

namespace freshet::kernels {

/// What moment objectives need of the simulated series of a block's lanes, over steps with an observation: sums over t of
/// s - c, (s - c)^2 and (s - c)(o - c), c being near the observed mean. Sums of up to kMomentChunk steps are taken in the series'
/// precision, and added up in double.
template <class T>
struct MomentCall {
  std::int64_t observations, lanes, stride;
  const std::int32_t* steps;  ///< [observation] its time step
  const T* simulated;         ///< rows of lanes
  const T* observed;          ///< [observation] o - c
  T centre;                   ///< c
  double* sums;               ///< [3] rows of lanes, `stride` apart: those of the lanes are set
};

inline constexpr std::int64_t kMomentChunk = 32;

template <class V>
FRESHET_LANE inline void moments(const MomentCall<typename V::Value>& call) {
  using T = typename V::Value;
  T rows[3][V::kWidth];
  for (std::int64_t lane = 0; lane < call.lanes; lane += static_cast<std::int64_t>(V::kWidth)) {
    for (std::int64_t i = 0; i < 3; ++i) {
      for (std::size_t l = 0; l < V::kWidth; ++l) call.sums[i * call.stride + lane + static_cast<std::int64_t>(l)] = 0.0;
    }
    for (std::int64_t begin = 0; begin < call.observations; begin += kMomentChunk) {
      const std::int64_t end = begin + kMomentChunk < call.observations ? begin + kMomentChunk : call.observations;
      V first(T(0)), second(T(0)), product(T(0));
      for (std::int64_t i = begin; i < end; ++i) {
        const V s = V::load(call.simulated + lane + call.steps[i] * call.stride) - V(call.centre);
        first = first + s;
        second = fma(s, s, second);
        product = fma(s, V(call.observed[i]), product);
      }
      first.store(rows[0]);
      second.store(rows[1]);
      product.store(rows[2]);
      for (std::int64_t i = 0; i < 3; ++i) {
        double* sums = call.sums + i * call.stride + lane;
        for (std::size_t l = 0; l < V::kWidth; ++l) sums[l] += static_cast<double>(rows[i][l]);
      }
    }
  }
}

}  // namespace freshet::kernels
