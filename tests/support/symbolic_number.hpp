#pragma once

#include "freshet/physics/scalar.hpp"

namespace freshet::testing_support {

/// A number that cannot be branched on, as the node of an expression graph: it compiles in a step only if the step uses nothing
/// but the agreed operations.
struct Condition {
  bool holds;
};

struct Number {
  Number() = default;
  explicit Number(double v) : value(v) {}
  double value = 0;
};

inline Number operator+(Number a, Number b) {
  return Number(a.value + b.value);
}
inline Number operator-(Number a, Number b) {
  return Number(a.value - b.value);
}
inline Number operator*(Number a, Number b) {
  return Number(a.value * b.value);
}
inline Number operator/(Number a, Number b) {
  return Number(a.value / b.value);
}
inline Condition operator<(Number a, Number b) {
  return {a.value < b.value};
}
inline Condition operator>=(Number a, Number b) {
  return {a.value >= b.value};
}
inline Number select(Condition c, Number a, Number b) {
  return c.holds ? a : b;
}
inline Number min(Number a, Number b) {
  return select(b < a, b, a);
}
inline Number max(Number a, Number b) {
  return select(a < b, b, a);
}
inline Number exp(Number a) {
  return Number(std::exp(a.value));
}
inline Number expm1(Number a) {
  return Number(std::expm1(a.value));
}
inline Number log(Number a) {
  return Number(physics::log(a.value));
}
inline Number log1p(Number a) {
  return Number(std::log1p(a.value));
}
inline Number tanh(Number a) {
  return Number(std::tanh(a.value));
}
inline Number sqrt(Number a) {
  return Number(physics::sqrt(a.value));
}
inline Number pow(Number a, Number b) {
  return Number(physics::pow(a.value, b.value));
}

}  // namespace freshet::testing_support
