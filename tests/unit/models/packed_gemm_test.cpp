#include "freshet/models/neural/packed_gemm.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace freshet {
namespace {

std::vector<float> numbers(std::int64_t n, double phase) {
  std::vector<float> out(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(std::sin(0.7 * static_cast<double>(i * i) + phase));
  return out;
}

struct Sizes {
  std::int64_t m, n, k;
};

// Runs every case with each instruction set the machine has.
class PackedGemmTest : public testing::TestWithParam<std::tuple<Sizes, SimdLevel>> {
 protected:
  void SetUp() override { limit_simd_level(std::get<1>(GetParam())); }
  void TearDown() override { limit_simd_level(SimdLevel::kAvx512); }
  Sizes sizes() const { return std::get<0>(GetParam()); }
};

TEST_P(PackedGemmTest, EqualsTheSumsInDouble) {
  const auto [m, n, k] = sizes();
  const auto a = numbers(m * k, 0), b = numbers(k * n, 1);
  for (const bool transposed : {false, true}) {
    const PackedGemm product(k, n, transposed ? MatrixView{b.data(), 1, k} : MatrixView{b.data(), n, 1});
    std::vector<float> c(static_cast<std::size_t>(m * n + 1), 77.0F);
    product.run(m, a.data(), c.data());
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        double expected = 0;
        for (std::int64_t l = 0; l < k; ++l) expected += double{a[i * k + l]} * (transposed ? b[j * k + l] : b[l * n + j]);
        EXPECT_NEAR(c[i * n + j], expected, 2e-7 * static_cast<double>(k)) << i << ' ' << j;
      }
    }
    EXPECT_EQ(c.back(), 77.0F) << "nothing is written behind the last element";
  }
}

TEST_P(PackedGemmTest, ARowIsTheSameWhateverTheNumberOfRows) {
  const auto [m, n, k] = sizes();
  const auto a = numbers(m * k, 0), b = numbers(k * n, 1);
  const PackedGemm product(k, n, {b.data(), n, 1});
  std::vector<float> all(static_cast<std::size_t>(m * n)), one(static_cast<std::size_t>(n));
  product.run(m, a.data(), all.data());
  for (std::int64_t i = 0; i < m; ++i) {
    product.run(1, a.data() + i * k, one.data());
    EXPECT_TRUE(std::equal(one.begin(), one.end(), all.begin() + i * n)) << i;
  }
}

TEST_P(PackedGemmTest, AddsTheTransposedProduct) {
  const auto [m, n, k] = sizes();
  const auto a = numbers(k * m, 0), b = numbers(k * n, 1), before = numbers(m * n + 1, 2);
  auto c = before;
  add_transposed_product(k, m, n, a.data(), b.data(), c.data());
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      double expected = before[i * n + j];
      for (std::int64_t l = 0; l < k; ++l) expected += double{a[l * m + i]} * b[l * n + j];
      EXPECT_NEAR(c[i * n + j], expected, 2e-7 * static_cast<double>(k + 1)) << i << ' ' << j;
    }
  }
  EXPECT_EQ(c.back(), before.back()) << "nothing is written behind the last element";
}

INSTANTIATE_TEST_SUITE_P(All, PackedGemmTest,
                         testing::Combine(testing::Values(Sizes{1, 1, 1}, Sizes{13, 33, 7}, Sizes{16, 64, 69}, Sizes{37, 100, 25},
                                                          Sizes{5, 12, 200}, Sizes{23, 31, 3}),
                                          testing::Values(SimdLevel::kBaseline, SimdLevel::kAvx2, SimdLevel::kAvx512)));

}  // namespace
}  // namespace freshet
