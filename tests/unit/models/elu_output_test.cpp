#include "freshet/models/hybrid/elu_output.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "freshet/models/neural/simd_level.hpp"
#include "unit/models/model_testing.hpp"

namespace freshet {
namespace {

using torch::Tensor;

class EluOutput : public testing::TestWithParam<std::pair<std::int64_t, std::int64_t>> {
 protected:
  RowGroups rows_ = group_rows(std::vector<std::int64_t>{4, 4, 4, 7, 9, 9});
  std::int64_t filters_ = GetParam().first, steps_ = GetParam().second;
  Tensor x_ = 3 * normal({6, filters_, steps_}, 1, torch::kFloat64);
  Tensor weight_ = normal({3, filters_}, 2, torch::kFloat64);
  Tensor bias_ = normal({3, 1}, 3, torch::kFloat64);

  /// The gradients of a weighted sum of the result, and the result.
  std::vector<Tensor> results(auto output, torch::ScalarType type) const {
    std::vector<Tensor> inputs;
    for (const Tensor& tensor : {x_, weight_, bias_}) inputs.push_back(tensor.to(type).detach().clone().requires_grad_());
    const Tensor result = output(inputs[0], inputs[1], inputs[2], rows_);
    const Tensor sum = (result * normal(result.sizes(), 4, torch::kFloat64).to(type)).sum();
    std::vector<Tensor> all = torch::autograd::grad({sum}, inputs);
    all.push_back(result.detach());
    return all;
  }
};

TEST_P(EluOutput, EqualsTheReferenceWithItsGradients) {
  const auto expected = results(elu_output_reference, torch::kFloat64);
  for (const SimdLevel level : {SimdLevel::kBaseline, SimdLevel::kAvx2, SimdLevel::kAvx512}) {
    limit_simd_level(level);
    const auto got = results(elu_output, torch::kFloat32);
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double scale = expected[i].abs().max().item<double>();
      EXPECT_LE((got[i].to(torch::kFloat64) - expected[i]).abs().max().item<double>(), 3e-6 * scale) << i;
    }
  }
  limit_simd_level(SimdLevel::kAvx512);
}

TEST_P(EluOutput, ARowAndAGroupDoNotDependOnTheOthers) {
  const auto all = results(elu_output, torch::kFloat32);
  const Tensor seed = normal(all[3].sizes(), 4, torch::kFloat64).to(torch::kFloat32);
  const auto part = [](const Tensor& tensor, std::int64_t first, std::int64_t end) {
    return tensor.slice(0, first, end).to(torch::kFloat32).clone().requires_grad_();
  };
  const std::vector<Tensor> inputs = {part(x_, 4, 6), part(weight_, 2, 3), part(bias_, 2, 3)};
  const Tensor alone = elu_output(inputs[0], inputs[1], inputs[2], group_rows(std::vector<std::int64_t>{0, 0}));
  EXPECT_TRUE(torch::equal(alone, all[3].slice(0, 4, 6)));
  const auto gradients = torch::autograd::grad({(alone * seed.slice(0, 4, 6)).sum()}, inputs);
  EXPECT_TRUE(torch::equal(gradients[0], all[0].slice(0, 4, 6)));
  EXPECT_TRUE(torch::equal(gradients[1], all[1].slice(0, 2, 3)));
  EXPECT_TRUE(torch::equal(gradients[2], all[2].slice(0, 2, 3)));
}

INSTANTIATE_TEST_SUITE_P(Shapes, EluOutput,
                         testing::Values(std::pair{8, 1000}, std::pair{1, 67}, std::pair{5, 16}, std::pair{3, 5},
                                         std::pair{1, 1}));

TEST(EluOutputValues, HoldFarFromZeroAtZeroAndWithoutANumber) {
  const Tensor x = torch::tensor({-1000.0F, -30.0F, -1e-6F, 0.0F, 1e-6F, 30.0F, 1000.0F, std::nanf("")}).view({1, 1, 8});
  const Tensor in = x.clone().requires_grad_();
  const RowGroups rows = single_rows(1);
  const Tensor y = elu_output(in, torch::ones({1, 1}), torch::zeros({1, 1}), rows);
  const Tensor slope = torch::autograd::grad({y.sum()}, {in})[0].view({8});
  const std::vector<double> expected = {-1, -1, -1e-6, 0, 1e-6, 30, 1000}, slopes = {0, 0, 1, 1, 1, 1, 1};
  for (std::int64_t i = 0; i < 7; ++i) {
    const auto k = static_cast<std::size_t>(i);
    EXPECT_NEAR(y[0][i].item<double>(), expected[k], 1e-6 * std::abs(expected[k])) << i;
    EXPECT_NEAR(slope[i].item<double>(), slopes[k], 2e-6) << i;
  }
  EXPECT_TRUE(std::isnan(y[0][7].item<double>()));
}

}  // namespace
}  // namespace freshet
