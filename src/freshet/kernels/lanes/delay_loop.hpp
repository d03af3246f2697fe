#pragma once

#include <cstdint>

#include "freshet/kernels/lanes/lane.hpp"
#include "freshet/kernels/model_table.hpp"

namespace freshet::kernels {

/// The lanes of a block through a unit hydrograph: out_t = sum_k w_k in_(t - k), k < length. Rows lie `stride` apart in all but
/// `out_seed`; `in` has length - 1 rows before its first step: what came before the simulation.
template <class T>
struct DelayCall {
  std::int64_t steps, lanes, length, stride;
  const T* weights;
  const T* in;
  T* out;
  // Of the adjoint alone.
  const T* out_seed;
  std::int64_t out_seed_stride;
  T* in_adjoint;       ///< [step]: added to
  T* weight_adjoints;  ///< [length]: added to
};

/// A group of lanes through a unit hydrograph. Several steps, or several ordinates, go side by side: each value read serves
/// several sums, which stay in registers. Every sum adds its terms in the order of time, so that the tile changes no bit.
template <class V>
class DelayLoop {
 public:
  using T = typename V::Value;

  FRESHET_LANE DelayLoop(const DelayCall<T>& call, std::int64_t lane) : call_(call), lane_(lane) {}

  FRESHET_LANE void forward() const {
    std::int64_t t = 0;
    for (; t + kTile <= call_.steps; t += kTile) forward_steps<kTile>(t);
    for (; t < call_.steps; ++t) forward_steps<1>(t);
  }

  FRESHET_LANE void adjoint() const {
    std::int64_t t = 0;
    for (; t + kTile + call_.length - 1 <= call_.steps; t += kTile) adjoint_steps<kTile>(t, call_.length);
    for (; t < call_.steps; ++t) adjoint_steps<1>(t, call_.length < call_.steps - t ? call_.length : call_.steps - t);
    std::int64_t k = 0;
    for (; k + kTile <= call_.length; k += kTile) adjoint_weights<kTile>(k);
    for (; k < call_.length; ++k) adjoint_weights<1>(k);
  }

 private:
  static constexpr std::int64_t kTile = 4;

  FRESHET_LANE V weight(std::int64_t k) const { return V::load(call_.weights + lane_ + k * call_.stride); }
  FRESHET_LANE V in(std::int64_t t) const { return V::load(call_.in + lane_ + t * call_.stride); }
  FRESHET_LANE V seed(std::int64_t t) const { return V::load(call_.out_seed + lane_ + t * call_.out_seed_stride); }

  template <std::int64_t kSteps>
  FRESHET_LANE void forward_steps(std::int64_t t) const {
    V sums[kSteps];
    const V first = weight(0);
    for (std::int64_t j = 0; j < kSteps; ++j) sums[j] = first * in(t + j);
    for (std::int64_t k = 1; k < call_.length; ++k) {
      const V w = weight(k);
      for (std::int64_t j = 0; j < kSteps; ++j) sums[j] = fma(w, in(t + j - k), sums[j]);
    }
    for (std::int64_t j = 0; j < kSteps; ++j) sums[j].store(call_.out + lane_ + (t + j) * call_.stride);
  }

  /// To the inflow of steps that reach `length` steps ahead.
  template <std::int64_t kSteps>
  FRESHET_LANE void adjoint_steps(std::int64_t t, std::int64_t length) const {
    V sums[kSteps];
    for (std::int64_t j = 0; j < kSteps; ++j) sums[j] = V(T(0));
    for (std::int64_t k = 0; k < length; ++k) {
      const V w = weight(k);
      for (std::int64_t j = 0; j < kSteps; ++j) sums[j] = fma(w, seed(t + j + k), sums[j]);
    }
    for (std::int64_t j = 0; j < kSteps; ++j) {
      T* to = call_.in_adjoint + lane_ + (t + j) * call_.stride;
      (V::load(to) + sums[j]).store(to);
    }
  }

  template <std::int64_t kWeights>
  FRESHET_LANE void adjoint_weights(std::int64_t k) const {
    T* to = call_.weight_adjoints + lane_ + k * call_.stride;
    V sums[kWeights];
    for (std::int64_t j = 0; j < kWeights; ++j) sums[j] = V::load(to + j * call_.stride);
    for (std::int64_t t = 0; t < call_.steps; ++t) {
      const V s = seed(t);
      for (std::int64_t j = 0; j < kWeights; ++j) sums[j] = fma(s, in(t - k - j), sums[j]);
    }
    for (std::int64_t j = 0; j < kWeights; ++j) sums[j].store(to + j * call_.stride);
  }

  const DelayCall<T> call_;
  const std::int64_t lane_;
};

template <class V>
FRESHET_LANE inline void delay_forward(const DelayCall<typename V::Value>& call) {
  for (std::int64_t lane = 0; lane < call.lanes; lane += static_cast<std::int64_t>(V::kWidth)) {
    DelayLoop<V>(call, lane).forward();
  }
}

template <class V>
FRESHET_LANE inline void delay_adjoint(const DelayCall<typename V::Value>& call) {
  for (std::int64_t lane = 0; lane < call.lanes; lane += static_cast<std::int64_t>(V::kWidth)) {
    DelayLoop<V>(call, lane).adjoint();
  }
}

}  // namespace freshet::kernels
