#pragma once

#include <cmath>
#include <concepts>
#include <limits>

namespace freshet::physics {

/// The functions a process model's `step` may use beside + - * / and comparisons: exp, expm1, log, log1p, pow, tanh, sqrt, min,
/// max, select. A step calls them unqualified. For float and double they are the ones below; another scalar (a dual number, a
/// node of an expression graph) brings its own in its namespace, where argument-dependent lookup finds them. The comparison of
/// such a scalar need not be a bool: `select` takes whatever it yields, and a step never says `if` about a value.
///
/// Conventions, the same wherever a model runs (docs/design/process_models.md):
/// - min, max, select: below. A kink's derivative is that of the chosen branch.
/// - pow(x, y) is 0 where x <= 0, whatever y; log(x) is log of the smallest normal number where x is below it. So neither is
///   infinite, and NaN stays NaN.
/// - Their derivatives divide by max(x, kDerivativeFloor), so they are finite too.
/// - sqrt(x) of x <= 0 is 0; its derivative divides by max(sqrt(x), kDerivativeFloor).
using std::exp;
using std::expm1;
using std::log1p;
using std::tanh;

/// The smallest base by which the derivatives of pow, log and sqrt divide.
template <class T>
inline constexpr T kDerivativeFloor = std::same_as<T, float> ? T(1e-6) : T(1e-9);

/// `a` where the condition holds, else `b`. The derivative is that of the chosen branch; the condition has none.
template <std::floating_point T>
constexpr T select(bool condition, T a, T b) {
  return condition ? a : b;
}

/// The smaller of two. At a tie, and where the comparison is undecided (NaN), it is the first argument, in value and in
/// derivative: write the quantity first and its bound second, and a missing value is not hidden by the bound.
template <std::floating_point T>
constexpr T min(T a, T b) {
  return select(b < a, b, a);
}

/// The larger of two; ties and NaN as in min.
template <std::floating_point T>
constexpr T max(T a, T b) {
  return select(a < b, b, a);
}

template <std::floating_point T>
T pow(T x, T y) {
  return x <= T(0) ? T(0) : std::pow(x, y);
}

template <std::floating_point T>
T log(T x) {
  return std::log(max(x, std::numeric_limits<T>::min()));
}

template <std::floating_point T>
T sqrt(T x) {
  return x <= T(0) ? T(0) : std::sqrt(x);
}

/// What a step asks of its number type.
template <class S>
concept Scalar = std::constructible_from<S, double> && requires(S a, S b) {
  { a + b } -> std::convertible_to<S>;
  { a - b } -> std::convertible_to<S>;
  { a* b } -> std::convertible_to<S>;
  { a / b } -> std::convertible_to<S>;
  { select(a < b, a, b) } -> std::convertible_to<S>;
  { min(a, b) } -> std::convertible_to<S>;
  { max(a, b) } -> std::convertible_to<S>;
  { exp(a) } -> std::convertible_to<S>;
  { pow(a, b) } -> std::convertible_to<S>;
};

}  // namespace freshet::physics
