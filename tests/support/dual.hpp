#pragma once

#include <cmath>
#include <limits>

#include "freshet/physics/scalar.hpp"

namespace freshet::testing_support {

/// A number with its derivative in one direction, under the conventions of scalar.hpp: forward differentiation of a model's step
/// without any engine.
struct Dual {
  Dual() = default;
  explicit Dual(double v, double d = 0) : value(v), derivative(d) {}
  double value = 0;
  double derivative = 0;
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
inline bool operator<(Dual a, Dual b) {
  return a.value < b.value;
}
inline bool operator>=(Dual a, Dual b) {
  return a.value >= b.value;
}
/// A reverse sweep multiplies the branch that was not taken by zero; so its derivative must be finite here, too.
inline Dual select(bool condition, Dual a, Dual b) {
  const Dual other = condition ? b : a;
  Dual chosen = condition ? a : b;
  chosen.derivative += 0.0 * other.derivative;
  return chosen;
}
inline Dual min(Dual a, Dual b) {
  return select(b < a, b, a);
}
inline Dual max(Dual a, Dual b) {
  return select(a < b, b, a);
}
inline double floored(double x) {
  return std::fmax(x, physics::kDerivativeFloor<double>);
}
inline Dual exp(Dual a) {
  return Dual(std::exp(a.value), std::exp(a.value) * a.derivative);
}
inline Dual expm1(Dual a) {
  return Dual(std::expm1(a.value), std::exp(a.value) * a.derivative);
}
inline Dual log(Dual a) {
  return Dual(physics::log(a.value), a.derivative / floored(a.value));
}
inline Dual log1p(Dual a) {
  return Dual(std::log1p(a.value), a.derivative / (1.0 + a.value));
}
inline Dual tanh(Dual a) {
  const double value = std::tanh(a.value);
  return Dual(value, (1.0 - value * value) * a.derivative);
}
inline Dual sqrt(Dual a) {
  const double value = physics::sqrt(a.value);
  return Dual(value, 0.5 * a.derivative / floored(value));
}
inline Dual pow(Dual a, Dual b) {
  const double value = physics::pow(a.value, b.value);
  return Dual(value, value * (b.value * a.derivative / floored(a.value) + b.derivative * physics::log(a.value)));
}

}  // namespace freshet::testing_support
