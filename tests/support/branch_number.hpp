#pragma once

#include <cmath>
#include <cstdint>

#include "freshet/physics/scalar.hpp"

namespace freshet::testing_support {

/// A number that notes which branch every comparison takes: two simulations with the same notes lie on the same side of all
/// kinks.
struct BranchNumber {
  BranchNumber() = default;
  explicit BranchNumber(double v) : value(v) {}
  double value = 0;

  /// The notes so far, as one number.
  inline static thread_local std::uint64_t notes = 0;
};

/// A condition that is noted where it decides: `a` and `b` may be equal, and then it decides nothing.
struct NotedCondition {
  bool holds;
};

inline BranchNumber operator+(BranchNumber a, BranchNumber b) {
  return BranchNumber(a.value + b.value);
}
inline BranchNumber operator-(BranchNumber a, BranchNumber b) {
  return BranchNumber(a.value - b.value);
}
inline BranchNumber operator*(BranchNumber a, BranchNumber b) {
  return BranchNumber(a.value * b.value);
}
inline BranchNumber operator/(BranchNumber a, BranchNumber b) {
  return BranchNumber(a.value / b.value);
}
inline NotedCondition noted(bool holds) {
  BranchNumber::notes = (BranchNumber::notes ^ (holds ? 2U : 1U)) * 0x9E3779B97F4A7C15ULL;
  BranchNumber::notes ^= BranchNumber::notes >> 29;
  return {holds};
}
inline NotedCondition operator<(BranchNumber a, BranchNumber b) {
  return noted(a.value < b.value);
}
inline NotedCondition operator>=(BranchNumber a, BranchNumber b) {
  return noted(a.value >= b.value);
}
inline BranchNumber select(NotedCondition condition, BranchNumber a, BranchNumber b) {
  return condition.holds ? a : b;
}
inline BranchNumber min(BranchNumber a, BranchNumber b) {
  return select(b < a, b, a);
}
inline BranchNumber max(BranchNumber a, BranchNumber b) {
  return select(a < b, b, a);
}
/// Of a function that is flat up to a bound: on which side `a` is.
inline BranchNumber beyond(double bound, BranchNumber a, double value) {
  noted(a.value <= bound);
  return BranchNumber(value);
}
inline BranchNumber exp(BranchNumber a) {
  return BranchNumber(std::exp(a.value));
}
inline BranchNumber expm1(BranchNumber a) {
  return BranchNumber(std::expm1(a.value));
}
inline BranchNumber log(BranchNumber a) {
  return beyond(physics::kDerivativeFloor<double>, a, physics::log(a.value));
}
inline BranchNumber log1p(BranchNumber a) {
  return BranchNumber(std::log1p(a.value));
}
inline BranchNumber tanh(BranchNumber a) {
  return BranchNumber(std::tanh(a.value));
}
inline BranchNumber sqrt(BranchNumber a) {
  const double value = physics::sqrt(a.value);
  return beyond(physics::kDerivativeFloor<double>, BranchNumber(value), value);
}
inline BranchNumber pow(BranchNumber a, BranchNumber b) {
  return beyond(physics::kDerivativeFloor<double>, a, physics::pow(a.value, b.value));
}

}  // namespace freshet::testing_support
