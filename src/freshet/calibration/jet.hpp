#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace freshet::calibration {

/// A number with its derivatives by three variables, for formulas of three sums.
struct Jet {
  double value = 0;
  std::array<double, 3> slopes{};

  Jet() = default;
  Jet(double constant) : value(constant) {}  // NOLINT: constants are numbers
  Jet(double v, const std::array<double, 3>& s) : value(v), slopes(s) {}

  /// The variable `i` at a value.
  static Jet variable(double value, std::size_t i) {
    Jet jet(value);
    jet.slopes[i] = 1;
    return jet;
  }
};

/// A value with x's slopes times a plus y's times b.
inline Jet combine(double value, const Jet& x, double a, const Jet& y, double b) {
  Jet result(value);
  for (std::size_t i = 0; i < 3; ++i) result.slopes[i] = a * x.slopes[i] + b * y.slopes[i];
  return result;
}

inline Jet operator+(const Jet& x, const Jet& y) {
  return combine(x.value + y.value, x, 1, y, 1);
}
inline Jet operator-(const Jet& x, const Jet& y) {
  return combine(x.value - y.value, x, 1, y, -1);
}
inline Jet operator*(const Jet& x, const Jet& y) {
  return combine(x.value * y.value, x, y.value, y, x.value);
}
inline Jet operator/(const Jet& x, const Jet& y) {
  const double ratio = x.value / y.value;
  return combine(ratio, x, 1 / y.value, y, -ratio / y.value);
}
/// At zero, where the slope is infinite, zero: a minimum has been reached.
inline Jet sqrt(const Jet& x) {
  const double root = std::sqrt(x.value);
  return combine(root, x, root > 0 ? 0.5 / root : 0.0, x, 0);
}
inline Jet abs(const Jet& x) {
  return x.value < 0 ? combine(-x.value, x, -1, x, 0) : x;
}

}  // namespace freshet::calibration
