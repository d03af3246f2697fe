#pragma once

#include <cmath>
#include <limits>

#include "freshet/physics/scalar.hpp"
#include "support/rounded.hpp"

namespace freshet::testing_support {

/// A number with its derivative in one direction, under the conventions of scalar.hpp: forward differentiation of a model's step
/// without any engine. models/process/witness_numbers.hpp has one, too, for the tables that the generator printed: kept apart, so
/// that what `freshet check-gradients` believes and what the tests believe can be wrong only one by one.
/// @tparam T  what both are: double, or Rounded
template <class T>
struct DualOf {
  DualOf() = default;
  explicit DualOf(double v, double d = 0) : value(v), derivative(d) {}
  DualOf(T v, T d) requires(!std::same_as<T, double>) : value(v), derivative(d) {}
  T value{}, derivative{};
};
using Dual = DualOf<double>;

/// The larger of a number and a floor of derivatives.
template <class T>
T floored(T x) {
  using physics::max;
  return max(x, T(kFloorOf<T>));
}

template <class T>
DualOf<T> operator+(DualOf<T> a, DualOf<T> b) {
  return DualOf<T>(a.value + b.value, a.derivative + b.derivative);
}
template <class T>
DualOf<T> operator-(DualOf<T> a, DualOf<T> b) {
  return DualOf<T>(a.value - b.value, a.derivative - b.derivative);
}
template <class T>
DualOf<T> operator*(DualOf<T> a, DualOf<T> b) {
  return DualOf<T>(a.value * b.value, a.derivative * b.value + a.value * b.derivative);
}
template <class T>
DualOf<T> operator/(DualOf<T> a, DualOf<T> b) {
  const T quotient = a.value / b.value;
  return DualOf<T>(quotient, (a.derivative - quotient * b.derivative) / b.value);
}
template <class T>
bool operator<(DualOf<T> a, DualOf<T> b) {
  return a.value < b.value;
}
template <class T>
bool operator>=(DualOf<T> a, DualOf<T> b) {
  return a.value >= b.value;
}
/// A reverse sweep multiplies the branch that was not taken by zero; so its derivative must be finite here, too.
template <class T>
DualOf<T> select(bool condition, DualOf<T> a, DualOf<T> b) {
  const DualOf<T> other = condition ? b : a;
  DualOf<T> chosen = condition ? a : b;
  chosen.derivative = chosen.derivative + T(0.0) * other.derivative;
  return chosen;
}
template <class T>
DualOf<T> min(DualOf<T> a, DualOf<T> b) {
  return select(b < a, b, a);
}
template <class T>
DualOf<T> max(DualOf<T> a, DualOf<T> b) {
  return select(a < b, b, a);
}
template <class T>
DualOf<T> exp(DualOf<T> a) {
  using std::exp;
  const T value = exp(a.value);
  return DualOf<T>(value, value * a.derivative);
}
template <class T>
DualOf<T> expm1(DualOf<T> a) {
  using std::exp, std::expm1;
  return DualOf<T>(expm1(a.value), exp(a.value) * a.derivative);
}
template <class T>
DualOf<T> log(DualOf<T> a) {
  using physics::log;
  return DualOf<T>(log(a.value), a.derivative / floored(a.value));
}
template <class T>
DualOf<T> log1p(DualOf<T> a) {
  using std::log1p;
  return DualOf<T>(log1p(a.value), a.derivative / (T(1.0) + a.value));
}
template <class T>
DualOf<T> tanh(DualOf<T> a) {
  using std::tanh;
  const T value = tanh(a.value);
  return DualOf<T>(value, (T(1.0) - value * value) * a.derivative);
}
template <class T>
DualOf<T> sqrt(DualOf<T> a) {
  using physics::sqrt;
  const T value = sqrt(a.value);
  return DualOf<T>(value, T(0.5) * a.derivative / floored(value));
}
template <class T>
DualOf<T> pow(DualOf<T> a, DualOf<T> b) {
  using physics::log, physics::pow;
  const T value = pow(a.value, b.value);
  return DualOf<T>(value, value * (b.value * a.derivative / floored(a.value) + b.derivative * log(a.value)));
}

}  // namespace freshet::testing_support
