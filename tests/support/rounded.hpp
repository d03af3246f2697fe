#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "freshet/physics/scalar.hpp"

namespace freshet::testing_support {

/// A number of single precision whose operations round at random: to one of the two numbers beside the exact result, unless that
/// is one itself (random rounding, as in Vignes' CESTAC method); functions are off by what kernels/lanes/lane_math.hpp allows,
/// too. The same result is rounded the same way everywhere in one simulation, so that what is equal stays equal; with another
/// `seed` it is rounded anew. Two of them differ as two programs do that order their operations in another way.
struct Rounded {
  Rounded() = default;
  /// Inputs and constants are the nearest of single precision, as the engine's are.
  explicit Rounded(double v) : value(static_cast<double>(static_cast<float>(v))) {}
  double value = 0;

  /// Which rounding this thread does now.
  inline static thread_local std::uint64_t seed = 1;

  /// @param errors  what the result may be off by beforehand, in units of 2^-24 of it
  static Rounded of(double result, double errors = 0) {
    Rounded rounded(result);
    if (rounded.value == result || !std::isfinite(result)) return rounded;
    std::uint64_t random = (std::bit_cast<std::uint64_t>(result) + seed) * 0x9E3779B97F4A7C15ULL;
    random = (random ^ (random >> 32)) * 0xD6E8FEB86659FD93ULL;
    random ^= random >> 32;
    result *= 1 + 0x1p-24 * errors * (static_cast<double>(random >> 11) * 0x1p-52 - 1);
    const auto nearest = static_cast<float>(result);
    rounded.value = static_cast<double>(nearest);
    if (rounded.value == result || (random & 1U) == 0) return rounded;
    const float infinity = std::numeric_limits<float>::infinity();
    rounded.value = static_cast<double>(std::nextafter(nearest, rounded.value < result ? infinity : -infinity));
    return rounded;
  }
};

/// Functions are tested to within four units of the last place, each one or two of 2^-24; this is what they mostly are off by.
inline constexpr double kFunctionErrors = 4;

inline Rounded operator+(Rounded a, Rounded b) {
  return Rounded::of(a.value + b.value);
}
inline Rounded operator-(Rounded a, Rounded b) {
  return Rounded::of(a.value - b.value);
}
inline Rounded operator*(Rounded a, Rounded b) {
  return Rounded::of(a.value * b.value);
}
inline Rounded operator/(Rounded a, Rounded b) {
  return Rounded::of(a.value / b.value);
}
inline bool operator<(Rounded a, Rounded b) {
  return a.value < b.value;
}
inline bool operator>=(Rounded a, Rounded b) {
  return a.value >= b.value;
}
inline Rounded select(bool condition, Rounded a, Rounded b) {
  return condition ? a : b;
}
inline Rounded min(Rounded a, Rounded b) {
  return b < a ? b : a;
}
inline Rounded max(Rounded a, Rounded b) {
  return a < b ? b : a;
}
inline Rounded exp(Rounded a) {
  return Rounded::of(std::exp(a.value), kFunctionErrors);
}
inline Rounded expm1(Rounded a) {
  return Rounded::of(std::expm1(a.value), kFunctionErrors);
}
inline Rounded log(Rounded a) {
  return Rounded::of(std::log(physics::max(a.value, static_cast<double>(std::numeric_limits<float>::min()))), kFunctionErrors);
}
inline Rounded log1p(Rounded a) {
  return Rounded::of(std::log1p(a.value), kFunctionErrors);
}
/// Exactly 1 where it rounds to that.
inline Rounded tanh(Rounded a) {
  const double value = std::tanh(a.value);
  return Rounded::of(value, std::abs(static_cast<float>(value)) < 1 ? kFunctionErrors : 0);
}
inline Rounded sqrt(Rounded a) {
  return Rounded::of(physics::sqrt(a.value));
}
/// As the kernels do: of a logarithm times the exponent.
inline Rounded pow(Rounded a, Rounded b) {
  return a.value <= 0 ? Rounded() : exp(b * log(a));
}

inline double in_double(double x) {
  return x;
}
inline double in_double(Rounded x) {
  return x.value;
}

/// The floor of derivatives (scalar.hpp) of the precision that T stands for.
template <class T>
inline constexpr double kFloorOf = physics::kDerivativeFloor<double>;
template <>
inline constexpr double kFloorOf<Rounded> = static_cast<double>(physics::kDerivativeFloor<float>);

}  // namespace freshet::testing_support
