#include "freshet/models/process/torch_derivatives.hpp"

#include <utility>

#include <torch/torch.h>

#include "freshet/models/process/witness_numbers.hpp"

namespace freshet::witness {
namespace {

/// A tensor of float64, one value a lane, as a number of programs; conditions are tensors of bool.
struct TensorNumber {
  TensorNumber() = default;
  explicit TensorNumber(double v) : value(torch::scalar_tensor(v, torch::kFloat64)) {}
  explicit TensorNumber(torch::Tensor v) : value(std::move(v)) {}
  torch::Tensor value;
};

TensorNumber operator+(const TensorNumber& a, const TensorNumber& b) {
  return TensorNumber(a.value + b.value);
}
TensorNumber operator-(const TensorNumber& a, const TensorNumber& b) {
  return TensorNumber(a.value - b.value);
}
TensorNumber operator*(const TensorNumber& a, const TensorNumber& b) {
  return TensorNumber(a.value * b.value);
}
TensorNumber operator/(const TensorNumber& a, const TensorNumber& b) {
  return TensorNumber(a.value / b.value);
}
TensorNumber less(const TensorNumber& a, const TensorNumber& b) {
  return TensorNumber(a.value < b.value);
}
TensorNumber less_equal(const TensorNumber& a, const TensorNumber& b) {
  return TensorNumber(a.value <= b.value);
}
TensorNumber select(const TensorNumber& condition, const TensorNumber& a, const TensorNumber& b) {
  return TensorNumber(torch::where(condition.value, a.value, b.value));
}
TensorNumber exp(const TensorNumber& a) {
  return TensorNumber(torch::exp(a.value));
}
TensorNumber expm1(const TensorNumber& a) {
  return TensorNumber(torch::expm1(a.value));
}
TensorNumber log1p(const TensorNumber& a) {
  return TensorNumber(torch::log1p(a.value));
}
TensorNumber tanh(const TensorNumber& a) {
  return TensorNumber(torch::tanh(a.value));
}
TensorNumber exp2(const TensorNumber& a) {
  return TensorNumber(torch::exp2(a.value));
}
/// Below the floor of its derivative the value, with the floor's slope.
TensorNumber sqrt(const TensorNumber& a) {
  const torch::Tensor &x = a.value, above = x > kDerivativeFloor * kDerivativeFloor;
  const torch::Tensor below = torch::sqrt(x.detach().clamp_min(0.0)) + 0.5 * (x - x.detach()) / kDerivativeFloor;
  return TensorNumber(torch::where(above, torch::sqrt(torch::where(above, x, torch::ones_like(x))), below));
}
TensorNumber log2(const TensorNumber& a) {
  const torch::Tensor &x = a.value, above = x > kDerivativeFloor;
  const torch::Tensor below =
      torch::log2(x.detach().clamp_min(kSmallestNormal)) + (x - x.detach()) / (kDerivativeFloor * std::numbers::ln2);
  return TensorNumber(torch::where(above, torch::log2(torch::where(above, x, torch::ones_like(x))), below));
}

}  // namespace

std::vector<std::vector<double>> torch_gradients(const GradientCase& c, bool discharge_alone) {
  const auto lanes = static_cast<std::int64_t>(c.lanes);
  const auto tensor = [&](const std::vector<double>& rows) { return torch::tensor(rows, torch::kFloat64).reshape({-1, lanes}); };
  std::vector<torch::Tensor> leaves;
  for (const CaseInput& input : c.inputs) leaves.push_back(tensor(input.values).requires_grad_(true));
  const auto lane = lane_values<TensorNumber>(c, [&](const CaseInput& input, std::size_t row) {
    return TensorNumber(leaves[static_cast<std::size_t>(&input - c.inputs.data())][static_cast<std::int64_t>(row)]);
  });
  const LaneOutputs<TensorNumber> out = simulate_tables(c, lane);
  const auto stack = [&](const std::vector<TensorNumber>& numbers) {
    std::vector<torch::Tensor> rows;
    for (const TensorNumber& x : numbers) rows.push_back(x.value.expand({lanes}));
    return torch::stack(rows);
  };
  const auto series = series_of(out);
  torch::Tensor sum = (tensor(c.seeds[0]) * stack(*series[0])).sum();
  if (!discharge_alone) {
    for (std::size_t i = 1; i < series.size(); ++i) sum = sum + (tensor(c.seeds[i]) * stack(*series[i])).sum();
    sum = sum + (tensor(c.final_seeds) * stack(out.final_states)).sum();
  }
  if (sum.requires_grad()) sum.backward();
  std::vector<std::vector<double>> gradients;
  for (const torch::Tensor& leaf : leaves) {
    const torch::Tensor gradient = leaf.grad().defined() ? leaf.grad().contiguous() : torch::zeros_like(leaf);
    const double* from = gradient.const_data_ptr<double>();
    gradients.emplace_back(from, from + gradient.numel());
  }
  return gradients;
}

}  // namespace freshet::witness
