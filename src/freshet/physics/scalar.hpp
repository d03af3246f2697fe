#pragma once

#include <cmath>
#include <concepts>

namespace freshet::physics {

/// The functions a process model's `step` may use beside + - * / and comparisons: exp, log, pow, tanh, sqrt, min, max, select.
/// A step calls them unqualified. For float and double they are the ones below; another scalar (a dual number, a node of
/// an expression graph) brings its own in its namespace, where argument-dependent lookup finds them. The comparison of such
/// a scalar need not be a bool: `select` takes whatever it yields, and a step never says `if` about a value.
using std::exp;
using std::log;
using std::pow;
using std::sqrt;
using std::tanh;

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
