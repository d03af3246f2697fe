#include "freshet/models/process/parameter_transform.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

using physics::ParameterInfo;
using physics::ParameterScale;

const std::vector<ParameterInfo> kTable = {
    {"a", "a", "-", -2, 6, "linear"},
    {"b", "b", "mm", 10, 1000, "logarithmic", ParameterScale::kLog},
};

TEST(ParameterTransform, SpreadsLinearlyOrByTheLogarithm) {
  const torch::Tensor raw = torch::tensor({{0.0, 0.0}, {std::log(3.0), std::log(3.0)}}, torch::kFloat64);
  const torch::Tensor values = to_range(raw, kTable);
  EXPECT_NEAR(values[0][0].item<double>(), 2.0, 1e-14);
  EXPECT_NEAR(values[0][1].item<double>(), 100.0, 1e-12);
  // sigmoid(log 3) = 3/4.
  EXPECT_NEAR(values[1][0].item<double>(), 4.0, 1e-14);
  EXPECT_NEAR(values[1][1].item<double>(), 10 * std::pow(100.0, 0.75), 1e-11);
  EXPECT_TRUE(torch::allclose(from_range(values, kTable), raw, 1e-12, 1e-12));
}

TEST(ParameterTransform, StaysInsideTheRangeInSinglePrecision) {
  const torch::Tensor raw = torch::tensor({-1e4F, -20.0F, 0.0F, 20.0F, 1e4F}).unsqueeze(1).repeat({1, 2}).requires_grad_(true);
  const torch::Tensor values = to_range(raw, kTable);
  EXPECT_EQ(values[0][0].item<float>(), -2.0F);
  EXPECT_EQ(values[0][1].item<float>(), 10.0F);
  EXPECT_EQ(values[4][0].item<float>(), 6.0F);
  EXPECT_EQ(values[4][1].item<float>(), 1000.0F);
  values.sum().backward();
  EXPECT_TRUE(torch::isfinite(raw.grad()).all().item<bool>());
  EXPECT_TRUE(torch::isfinite(from_range(values, kTable)).all().item<bool>());
}

TEST(ParameterTransform, DerivativesAreThoseOfTheFormula) {
  const torch::Tensor raw = torch::tensor({{0.3, -0.7}}, torch::kFloat64).requires_grad_(true);
  to_range(raw, kTable).sum().backward();
  const auto u = [](double x) { return 1 / (1 + std::exp(-x)); };
  const auto slope = [&](double x) { return u(x) * (1 - u(x)); };
  EXPECT_NEAR(raw.grad()[0][0].item<double>(), 8 * slope(0.3), 1e-14);
  EXPECT_NEAR(raw.grad()[0][1].item<double>(), 10 * std::pow(100.0, u(-0.7)) * std::log(100.0) * slope(-0.7), 1e-11);
}

TEST(ParameterTransform, KeepsNaNAndRefusesAnotherNumberOfParameters) {
  EXPECT_TRUE(std::isnan(to_range(torch::tensor({NAN, 0.0F}), kTable)[0].item<float>()));
  EXPECT_THROW(to_range(torch::zeros({4, 3}), kTable), InternalError);
}

}  // namespace
}  // namespace freshet
