#pragma once

#include <optional>
#include <utility>

#include <torch/torch.h>

namespace freshet::benchmarks {

/// The number of a process model's step in a LibTorch loop over days: a tensor with a value a lane, or a constant. Constants stay
/// numbers, adding 0 or multiplying by 1 costs nothing, and bounds that are numbers become clamps.
struct Number {
  Number() = default;
  explicit Number(double c) : constant(c) {}
  explicit Number(torch::Tensor t) : tensor(std::move(t)) {}
  bool is(double c) const { return constant && *constant == c; }

  torch::Tensor tensor;
  std::optional<double> constant;
};

/// The operation on tensors or numbers, whichever the operands are.
template <class Op>
Number apply(const Number& a, const Number& b, Op op) {
  if (a.constant && b.constant)
    return Number(op(torch::scalar_tensor(*a.constant), torch::scalar_tensor(*b.constant)).template item<double>());
  if (b.constant) return Number(op(a.tensor, *b.constant));
  if (a.constant) return Number(op(*a.constant, b.tensor));
  return Number(op(a.tensor, b.tensor));
}

inline Number operator+(const Number& a, const Number& b) {
  return b.is(0) ? a : apply(a, b, [](const auto& x, const auto& y) { return x + y; });
}
inline Number operator-(const Number& a, const Number& b) {
  if (a.is(0) && !b.constant) return Number(-b.tensor);
  return b.is(0) ? a : apply(a, b, [](const auto& x, const auto& y) { return x - y; });
}
inline Number operator*(const Number& a, const Number& b) {
  if (a.is(1)) return b;
  return b.is(1) ? a : apply(a, b, [](const auto& x, const auto& y) { return x * y; });
}
inline Number operator/(const Number& a, const Number& b) {
  return b.is(1) ? a : apply(a, b, [](const auto& x, const auto& y) { return x / y; });
}
inline torch::Tensor operator<(const Number& a, const Number& b) {
  return a.tensor < b.tensor;
}
inline torch::Tensor operator>=(const Number& a, const Number& b) {
  return a.tensor >= b.tensor;
}
inline Number select(const torch::Tensor& condition, const Number& a, const Number& b) {
  return Number(b.constant ? torch::where(condition, a.tensor, *b.constant) : torch::where(condition, a.tensor, b.tensor));
}
inline Number min(const Number& a, const Number& b) {
  return Number(b.constant ? torch::clamp_max(a.tensor, *b.constant) : torch::minimum(a.tensor, b.tensor));
}
inline Number max(const Number& a, const Number& b) {
  return Number(b.constant ? torch::clamp_min(a.tensor, *b.constant) : torch::maximum(a.tensor, b.tensor));
}
inline Number exp(const Number& a) {
  return Number(torch::exp(a.tensor));
}
inline Number tanh(const Number& a) {
  return Number(torch::tanh(a.tensor));
}
inline Number pow(const Number& a, const Number& b) {
  return Number(torch::pow(a.tensor, b.tensor));
}

}  // namespace freshet::benchmarks
