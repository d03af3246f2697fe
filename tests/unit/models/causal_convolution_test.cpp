#include "freshet/models/hybrid/causal_convolution.hpp"

#include <gtest/gtest.h>

#include "freshet/models/neural/simd_level.hpp"
#include "unit/models/model_testing.hpp"

namespace freshet {
namespace {

using torch::Tensor;

struct Case {
  std::int64_t channels, filters, kernel, steps;
};

class CausalConvolution : public testing::TestWithParam<Case> {
 protected:
  RowGroups rows_ = group_rows(std::vector<std::int64_t>{4, 4, 4, 7, 9, 9});
  Tensor series_ = normal({6, GetParam().channels, GetParam().kernel - 1 + GetParam().steps}, 1, torch::kFloat64);
  Tensor kernel_ = normal({3, GetParam().filters, GetParam().channels, GetParam().kernel}, 2, torch::kFloat64);
  Tensor bias_ = normal({3, GetParam().filters}, 3, torch::kFloat64);

  /// The result and the gradients of a weighted sum of it.
  std::vector<Tensor> results(auto convolution, torch::ScalarType type) const {
    std::vector<Tensor> inputs;
    for (const Tensor& tensor : {series_, kernel_, bias_}) inputs.push_back(tensor.to(type).detach().clone().requires_grad_());
    const Tensor result = convolution(inputs[0], inputs[1], inputs[2], rows_);
    const Tensor sum = (result * normal(result.sizes(), 4, torch::kFloat64).to(type)).sum();
    std::vector<Tensor> all = torch::autograd::grad({sum}, inputs);
    all.push_back(result.detach());
    return all;
  }
};

TEST_P(CausalConvolution, EqualsTheReferenceWithItsGradients) {
  const auto expected = results(causal_convolution_reference, torch::kFloat64);
  for (const SimdLevel level : {SimdLevel::kBaseline, SimdLevel::kAvx2, SimdLevel::kAvx512}) {
    limit_simd_level(level);
    const auto got = results(causal_convolution, torch::kFloat32);
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double scale = expected[i].abs().max().item<double>();
      EXPECT_LE((got[i].to(torch::kFloat64) - expected[i]).abs().max().item<double>(), 3e-6 * scale) << i;
    }
  }
  limit_simd_level(SimdLevel::kAvx512);
}

TEST_P(CausalConvolution, ARowAndAGroupDoNotDependOnTheOthers) {
  const auto all = results(causal_convolution, torch::kFloat32);
  const Tensor weight = normal(all[3].sizes(), 4, torch::kFloat64).to(torch::kFloat32);
  const auto part = [](const Tensor& tensor, std::int64_t first, std::int64_t end) {
    return tensor.slice(0, first, end).to(torch::kFloat32).clone().requires_grad_();
  };
  const std::vector<Tensor> inputs = {part(series_, 4, 6), part(kernel_, 2, 3), part(bias_, 2, 3)};
  const Tensor alone = causal_convolution(inputs[0], inputs[1], inputs[2], group_rows(std::vector<std::int64_t>{0, 0}));
  EXPECT_TRUE(torch::equal(alone, all[3].slice(0, 4, 6)));
  const auto gradients = torch::autograd::grad({(alone * weight.slice(0, 4, 6)).sum()}, inputs);
  EXPECT_TRUE(torch::equal(gradients[0], all[0].slice(0, 4, 6)));
  EXPECT_TRUE(torch::equal(gradients[1], all[1].slice(0, 2, 3)));
  EXPECT_TRUE(torch::equal(gradients[2], all[2].slice(0, 2, 3)));
}

INSTANTIATE_TEST_SUITE_P(Shapes, CausalConvolution,
                         testing::Values(Case{5, 8, 10, 100}, Case{1, 8, 10, 67}, Case{3, 5, 3, 16}, Case{2, 3, 4, 5},
                                         Case{1, 1, 1, 1}, Case{2, 9, 7, 33}));

}  // namespace
}  // namespace freshet
