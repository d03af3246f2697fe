#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "freshet/kernels/lanes/lane_math.hpp"

namespace freshet::witness {

inline constexpr double kDerivativeFloor = kernels::MathConstants<double>::kDerivativeFloor;
inline constexpr double kSmallestNormal = std::numeric_limits<double>::min();

/// A number with its derivative in one direction: forward differentiation, by the rules of physics/scalar.hpp. The tests have one
/// of their own (tests/support/dual.hpp), as they have their own cases and simulations: those run the model's C++ header, these
/// the tables of any model, a plug-in's too. Two witnesses written apart are not wrong in the same way.
struct Dual {
  Dual() = default;
  explicit Dual(double v, double d = 0) : value(v), derivative(d) {}
  double value = 0, derivative = 0;
};

inline Dual operator+(Dual a, Dual b) {
  return Dual(a.value + b.value, a.derivative + b.derivative);
}
inline Dual operator-(Dual a, Dual b) {
  return Dual(a.value - b.value, a.derivative - b.derivative);
}
inline Dual operator*(Dual a, Dual b) {
  return Dual(a.value * b.value, a.derivative * b.value + a.value * b.derivative);
}
inline Dual operator/(Dual a, Dual b) {
  const double quotient = a.value / b.value;
  return Dual(quotient, (a.derivative - quotient * b.derivative) / b.value);
}
inline Dual less(Dual a, Dual b) {
  return Dual(a.value < b.value ? 1 : 0);
}
inline Dual less_equal(Dual a, Dual b) {
  return Dual(a.value <= b.value ? 1 : 0);
}
inline Dual select(Dual condition, Dual a, Dual b) {
  return condition.value != 0 ? a : b;
}
inline Dual sqrt(Dual a) {
  const double value = a.value <= 0 ? 0 : std::sqrt(a.value);
  return Dual(value, 0.5 * a.derivative / std::max(value, kDerivativeFloor));
}
inline Dual exp(Dual a) {
  return Dual(std::exp(a.value), std::exp(a.value) * a.derivative);
}
inline Dual expm1(Dual a) {
  return Dual(std::expm1(a.value), std::exp(a.value) * a.derivative);
}
inline Dual log1p(Dual a) {
  return Dual(std::log1p(a.value), a.derivative / (1 + a.value));
}
inline Dual tanh(Dual a) {
  const double value = std::tanh(a.value);
  return Dual(value, (1 - value * value) * a.derivative);
}
inline Dual exp2(Dual a) {
  const double value = std::exp2(a.value);
  return Dual(value, value * std::numbers::ln2 * a.derivative);
}
inline Dual log2(Dual a) {
  return Dual(std::log2(std::max(a.value, kSmallestNormal)),
              a.derivative / (std::max(a.value, kDerivativeFloor) * std::numbers::ln2));
}

/// A number that notes how every comparison is decided: where the notes of two simulations are the same, no kink lies between.
struct Noted {
  Noted() = default;
  explicit Noted(double v) : value(v) {}
  double value = 0;

  /// The notes of this thread since they were set to 0, as one number.
  inline static thread_local std::uint64_t notes = 0;
};

inline Noted noted(bool holds) {
  Noted::notes = (Noted::notes ^ (holds ? 2U : 1U)) * 0x9E3779B97F4A7C15ULL;
  Noted::notes ^= Noted::notes >> 29;
  return Noted(holds ? 1 : 0);
}
inline Noted operator+(Noted a, Noted b) {
  return Noted(a.value + b.value);
}
inline Noted operator-(Noted a, Noted b) {
  return Noted(a.value - b.value);
}
inline Noted operator*(Noted a, Noted b) {
  return Noted(a.value * b.value);
}
inline Noted operator/(Noted a, Noted b) {
  return Noted(a.value / b.value);
}
inline Noted less(Noted a, Noted b) {
  return noted(a.value < b.value);
}
inline Noted less_equal(Noted a, Noted b) {
  return noted(a.value <= b.value);
}
inline Noted select(Noted condition, Noted a, Noted b) {
  return condition.value != 0 ? a : b;
}
inline Noted sqrt(Noted a) {
  noted(a.value <= kDerivativeFloor * kDerivativeFloor);
  return Noted(a.value <= 0 ? 0 : std::sqrt(a.value));
}
inline Noted exp(Noted a) {
  return Noted(std::exp(a.value));
}
inline Noted expm1(Noted a) {
  return Noted(std::expm1(a.value));
}
inline Noted log1p(Noted a) {
  return Noted(std::log1p(a.value));
}
inline Noted tanh(Noted a) {
  return Noted(std::tanh(a.value));
}
inline Noted exp2(Noted a) {
  return Noted(std::exp2(a.value));
}
inline Noted log2(Noted a) {
  noted(a.value <= kDerivativeFloor);
  return Noted(std::log2(std::max(a.value, kSmallestNormal)));
}

}  // namespace freshet::witness
