#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "freshet/kernels/lanes/lane.hpp"

namespace freshet::kernels {

/// K vectors side by side as one: their operations do not wait for each other, so the latency of one is hidden behind the others.
template <class V, std::size_t K>
struct Pack {
  using Value = typename V::Value;
  using Vector = V;
  struct Mask {
    std::array<typename V::Mask, K> v;
  };
  static constexpr std::size_t kCount = K, kWidth = K * V::kWidth;

  std::array<V, K> v;

  Pack() = default;
  FRESHET_LANE explicit Pack(Value value) : Pack(make([&](std::size_t) { return V(value); })) {}
  FRESHET_LANE static Pack load(const Value* from) {
    return make([&](std::size_t k) { return V::load(from + k * V::kWidth); });
  }
  FRESHET_LANE void store(Value* to) const { store_each(to, std::make_index_sequence<K>()); }

  /// {function(0), function(1), ...}: written out rather than looped over, so that the compiler keeps the vectors in registers.
  template <class Function>
  FRESHET_LANE static Pack make(Function function) {
    return make_each(function, std::make_index_sequence<K>());
  }

  FRESHET_LANE friend inline Pack operator+(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return a.v[k] + b.v[k]; });
  }
  FRESHET_LANE friend inline Pack operator-(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return a.v[k] - b.v[k]; });
  }
  FRESHET_LANE friend inline Pack operator*(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return a.v[k] * b.v[k]; });
  }
  FRESHET_LANE friend inline Pack operator/(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return a.v[k] / b.v[k]; });
  }
  FRESHET_LANE friend inline Pack operator-(const Pack& a) {
    return make([&](std::size_t k) { return -a.v[k]; });
  }
  FRESHET_LANE friend inline Mask operator<(const Pack& a, const Pack& b) {
    return make_mask([&](std::size_t k) { return a.v[k] < b.v[k]; }, std::make_index_sequence<K>());
  }
  FRESHET_LANE friend inline Mask operator<=(const Pack& a, const Pack& b) {
    return make_mask([&](std::size_t k) { return a.v[k] <= b.v[k]; }, std::make_index_sequence<K>());
  }
  FRESHET_LANE friend inline Pack select(const Mask& mask, const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return select(mask.v[k], a.v[k], b.v[k]); });
  }
  FRESHET_LANE friend inline Pack min(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return min(a.v[k], b.v[k]); });
  }
  FRESHET_LANE friend inline Pack max(const Pack& a, const Pack& b) {
    return make([&](std::size_t k) { return max(a.v[k], b.v[k]); });
  }
  FRESHET_LANE friend inline Pack sqrt(const Pack& a) {
    return make([&](std::size_t k) { return sqrt(a.v[k]); });
  }
  FRESHET_LANE friend inline Pack fma(const Pack& a, const Pack& b, const Pack& c) {
    return make([&](std::size_t k) { return fma(a.v[k], b.v[k], c.v[k]); });
  }
  FRESHET_LANE friend inline Pack round(const Pack& a) {
    return make([&](std::size_t k) { return round(a.v[k]); });
  }
  FRESHET_LANE friend inline Pack scale_by_power(const Pack& x, const Pack& n) {
    return make([&](std::size_t k) { return scale_by_power(x.v[k], n.v[k]); });
  }
  FRESHET_LANE friend inline Pack split(const Pack& x, Pack& m) {
    return make([&](std::size_t k) { return split(x.v[k], m.v[k]); });
  }

 private:
  template <class Function, std::size_t... I>
  FRESHET_LANE static Pack make_each(Function function, std::index_sequence<I...>) {
    Pack result;
    ((result.v[I] = function(I)), ...);
    return result;
  }
  template <class Function, std::size_t... I>
  FRESHET_LANE static Mask make_mask(Function function, std::index_sequence<I...>) {
    Mask mask;
    ((mask.v[I] = function(I)), ...);
    return mask;
  }
  template <std::size_t... I>
  FRESHET_LANE void store_each(Value* to, std::index_sequence<I...>) const {
    (v[I].store(to + I * V::kWidth), ...);
  }
};

}  // namespace freshet::kernels
