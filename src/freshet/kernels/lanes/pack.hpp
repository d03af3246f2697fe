#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace freshet::kernels {

/// K vectors side by side as one: their operations do not wait for each other, so the latency of one is hidden behind the others.
template <class V, std::size_t K>
struct Pack {
  using Value = typename V::Value;
  struct Mask {
    std::array<typename V::Mask, K> v;
  };
  static constexpr std::size_t kWidth = K * V::kWidth;

  std::array<V, K> v;

  Pack() = default;
  explicit Pack(Value value) {
    for (V& x : v) x = V(value);
  }
  static Pack load(const Value* from) {
    return make([&](std::size_t k) { return V::load(from + k * V::kWidth); });
  }
  void store(Value* to) const {
    for (std::size_t k = 0; k < K; ++k) v[k].store(to + k * V::kWidth);
  }

  template <class Function>
  static Pack make(Function function) {
    Pack result;
    for (std::size_t k = 0; k < K; ++k) result.v[k] = function(k);
    return result;
  }

  friend Pack operator+(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return a.v[k] + b.v[k]; });
  }
  friend Pack operator-(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return a.v[k] - b.v[k]; });
  }
  friend Pack operator*(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return a.v[k] * b.v[k]; });
  }
  friend Pack operator/(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return a.v[k] / b.v[k]; });
  }
  friend Pack operator-(const Pack& a) {
    return make([&](std::size_t k) { return -a.v[k]; });
  }
  friend Mask operator<(const Pack& a, const Pack& b) {
    Mask mask;
    for (std::size_t k = 0; k < K; ++k) mask.v[k] = a.v[k] < b.v[k];
    return mask;
  }
  friend Mask operator<=(const Pack& a, const Pack& b) {
    Mask mask;
    for (std::size_t k = 0; k < K; ++k) mask.v[k] = a.v[k] <= b.v[k];
    return mask;
  }
  friend Pack select(const Mask& mask, const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return select(mask.v[k], a.v[k], b.v[k]); });
  }
  friend Pack min(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return min(a.v[k], b.v[k]); });
  }
  friend Pack max(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return max(a.v[k], b.v[k]); });
  }
  friend Pack sqrt(const Pack& a) {
    return make([&](std::size_t k) { return sqrt(a.v[k]); });
  }
  friend Pack fma(const Pack& a, const Pack& b, const Pack& c) {
    return make([&](std::size_t k) { return fma(a.v[k], b.v[k], c.v[k]); });
  }
  friend Pack round(const Pack& a) {
    return make([&](std::size_t k) { return round(a.v[k]); });
  }
  friend Pack scale_by_power(const Pack& x, const Pack& n) {
    return make([&](std::size_t k) { return scale_by_power(x.v[k], n.v[k]); });
  }
  friend Pack split(const Pack& x, Pack& m) {
    return make([&](std::size_t k) { return split(x.v[k], m.v[k]); });
  }
};

}  // namespace freshet::kernels
