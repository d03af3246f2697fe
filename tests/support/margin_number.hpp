#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "freshet/physics/scalar.hpp"

namespace freshet::testing_support {

/// A number that notes how narrowly comparisons are decided: the least |a - b| / (|a| + |b|) of all of them, ties of equal
/// numbers left out.
struct MarginNumber {
  MarginNumber() = default;
  explicit MarginNumber(double v) : value(v) {}
  double value = 0;

  inline static thread_local double least = std::numeric_limits<double>::infinity();
};

inline MarginNumber operator+(MarginNumber a, MarginNumber b) {
  return MarginNumber(a.value + b.value);
}
inline MarginNumber operator-(MarginNumber a, MarginNumber b) {
  return MarginNumber(a.value - b.value);
}
inline MarginNumber operator*(MarginNumber a, MarginNumber b) {
  return MarginNumber(a.value * b.value);
}
inline MarginNumber operator/(MarginNumber a, MarginNumber b) {
  return MarginNumber(a.value / b.value);
}
inline void note_margin(MarginNumber a, MarginNumber b) {
  if (a.value == b.value) return;
  MarginNumber::least = std::min(MarginNumber::least, std::abs(a.value - b.value) / (std::abs(a.value) + std::abs(b.value)));
}
inline bool operator<(MarginNumber a, MarginNumber b) {
  note_margin(a, b);
  return a.value < b.value;
}
inline bool operator>=(MarginNumber a, MarginNumber b) {
  note_margin(a, b);
  return a.value >= b.value;
}
inline MarginNumber select(bool condition, MarginNumber a, MarginNumber b) {
  return condition ? a : b;
}
inline MarginNumber min(MarginNumber a, MarginNumber b) {
  return b < a ? b : a;
}
inline MarginNumber max(MarginNumber a, MarginNumber b) {
  return a < b ? b : a;
}
inline MarginNumber exp(MarginNumber a) {
  return MarginNumber(std::exp(a.value));
}
inline MarginNumber expm1(MarginNumber a) {
  return MarginNumber(std::expm1(a.value));
}
inline MarginNumber log(MarginNumber a) {
  return MarginNumber(physics::log(a.value));
}
inline MarginNumber log1p(MarginNumber a) {
  return MarginNumber(std::log1p(a.value));
}
inline MarginNumber tanh(MarginNumber a) {
  return MarginNumber(std::tanh(a.value));
}
inline MarginNumber sqrt(MarginNumber a) {
  return MarginNumber(physics::sqrt(a.value));
}
inline MarginNumber pow(MarginNumber a, MarginNumber b) {
  return MarginNumber(physics::pow(a.value, b.value));
}

}  // namespace freshet::testing_support
