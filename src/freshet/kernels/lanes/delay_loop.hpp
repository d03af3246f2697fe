#pragma once

#include <cstdint>

#include "freshet/kernels/lanes/lane.hpp"
#include "freshet/kernels/model_table.hpp"

namespace freshet::kernels {

/// The lanes of a block through a unit hydrograph: out_t = sum_k w_k in_(t - k), k < length. Rows lie `stride` apart in `in`,
/// `out` and `weights`; `in` has length - 1 rows before its first step: what came before the simulation.
template <class T>
struct DelayCall {
  std::int64_t steps, lanes, length, stride;
  const T* weights;
  const T* in;
  T* out;
  // Of the adjoint alone.
  const T* out_seed;
  T* in_adjoint;       ///< [step]: added to
  T* weight_adjoints;  ///< [length]: added to
};

template <class V>
FRESHET_LANE inline void delay_forward(const DelayCall<typename V::Value>& call) {
  for (std::int64_t lane = 0; lane < call.lanes; lane += static_cast<std::int64_t>(V::kWidth)) {
    for (std::int64_t t = 0; t < call.steps; ++t) {
      V sum = V::load(call.weights + lane) * V::load(call.in + lane + t * call.stride);
      for (std::int64_t k = 1; k < call.length; ++k) {
        sum = fma(V::load(call.weights + lane + k * call.stride), V::load(call.in + lane + (t - k) * call.stride), sum);
      }
      sum.store(call.out + lane + t * call.stride);
    }
  }
}

template <class V>
FRESHET_LANE inline void delay_adjoint(const DelayCall<typename V::Value>& call) {
  using T = typename V::Value;
  for (std::int64_t lane = 0; lane < call.lanes; lane += static_cast<std::int64_t>(V::kWidth)) {
    for (std::int64_t t = 0; t < call.steps; ++t) {
      V sum(T(0));
      for (std::int64_t k = 0; k < call.length && t + k < call.steps; ++k) {
        sum = fma(V::load(call.weights + lane + k * call.stride), V::load(call.out_seed + lane + (t + k) * call.stride), sum);
      }
      T* to = call.in_adjoint + lane + t * call.stride;
      (V::load(to) + sum).store(to);
      const V seed = V::load(call.out_seed + lane + t * call.stride);
      for (std::int64_t k = 0; k < call.length; ++k) {
        T* weight = call.weight_adjoints + lane + k * call.stride;
        fma(seed, V::load(call.in + lane + (t - k) * call.stride), V::load(weight)).store(weight);
      }
    }
  }
}

}  // namespace freshet::kernels
