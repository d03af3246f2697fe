#pragma once

#include <limits>

#include <torch/torch.h>

#include "freshet/physics/scalar.hpp"

namespace freshet::testing_support {

/// A number for a model's step that is a tensor of float64, one value a lane: a plain LibTorch loop over days through the same
/// equations. Choices are written with torch::where by the rules of physics/scalar.hpp; where its derivatives are floored, a
/// tangent with the stated slope takes the function's place.
struct TensorScalar {
  TensorScalar() = default;
  explicit TensorScalar(double v) : value(torch::scalar_tensor(v, torch::kFloat64)) {}
  explicit TensorScalar(torch::Tensor v) : value(std::move(v)) {}
  torch::Tensor value;
};

struct TensorCondition {
  torch::Tensor holds;
};

inline TensorScalar operator+(const TensorScalar& a, const TensorScalar& b) {
  return TensorScalar(a.value + b.value);
}
inline TensorScalar operator-(const TensorScalar& a, const TensorScalar& b) {
  return TensorScalar(a.value - b.value);
}
inline TensorScalar operator*(const TensorScalar& a, const TensorScalar& b) {
  return TensorScalar(a.value * b.value);
}
inline TensorScalar operator/(const TensorScalar& a, const TensorScalar& b) {
  return TensorScalar(a.value / b.value);
}
inline TensorCondition operator<(const TensorScalar& a, const TensorScalar& b) {
  return {a.value < b.value};
}
inline TensorCondition operator>=(const TensorScalar& a, const TensorScalar& b) {
  return {a.value >= b.value};
}
inline TensorScalar select(const TensorCondition& condition, const TensorScalar& a, const TensorScalar& b) {
  return TensorScalar(torch::where(condition.holds, a.value, b.value));
}
inline TensorScalar min(const TensorScalar& a, const TensorScalar& b) {
  return select(b < a, b, a);
}
inline TensorScalar max(const TensorScalar& a, const TensorScalar& b) {
  return select(a < b, b, a);
}
inline TensorScalar exp(const TensorScalar& a) {
  return TensorScalar(torch::exp(a.value));
}
inline TensorScalar expm1(const TensorScalar& a) {
  return TensorScalar(torch::expm1(a.value));
}
inline TensorScalar log1p(const TensorScalar& a) {
  return TensorScalar(torch::log1p(a.value));
}
inline TensorScalar tanh(const TensorScalar& a) {
  return TensorScalar(torch::tanh(a.value));
}

namespace detail {

inline constexpr double kFloor = physics::kDerivativeFloor<double>;
inline constexpr double kTiny = std::numeric_limits<double>::min();

/// Zero in value, with the derivative of x times `slope`.
inline torch::Tensor slope_only(const torch::Tensor& x, const torch::Tensor& slope) {
  return slope.detach() * (x - x.detach());
}

}  // namespace detail

inline TensorScalar log(const TensorScalar& a) {
  const torch::Tensor x = a.value, above = x > detail::kFloor;
  const torch::Tensor below = torch::log(x.detach().clamp_min(detail::kTiny)) + (x - x.detach()) / detail::kFloor;
  return TensorScalar(torch::where(above, torch::log(torch::where(above, x, torch::ones_like(x))), below));
}

inline TensorScalar sqrt(const TensorScalar& a) {
  const torch::Tensor x = a.value, above = x > detail::kFloor * detail::kFloor;
  const torch::Tensor below = torch::sqrt(x.detach().clamp_min(0.0)) + 0.5 * (x - x.detach()) / detail::kFloor;
  return TensorScalar(torch::where(above, torch::sqrt(torch::where(above, x, torch::ones_like(x))), below));
}

inline TensorScalar pow(const TensorScalar& a, const TensorScalar& b) {
  const torch::Tensor x = a.value, y = b.value, above = x > detail::kFloor;
  const torch::Tensor value =
      torch::where(x > 0.0, torch::pow(x.clamp_min(detail::kTiny), y), torch::zeros({}, torch::kFloat64)).detach();
  const torch::Tensor below = value + detail::slope_only(x, value * y / detail::kFloor) +
                              detail::slope_only(y, value * torch::log(x.detach().clamp_min(detail::kTiny)));
  return TensorScalar(torch::where(above, torch::pow(torch::where(above, x, torch::ones_like(x)), y), below));
}

}  // namespace freshet::testing_support
