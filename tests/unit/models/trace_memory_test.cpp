#include "freshet/models/neural/trace_memory.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace freshet {
namespace {

constexpr std::int64_t kLarge = 3 << 20;  // 12 MiB of float32

TEST(TraceMemory, GivesTensorsOfTheirOwnInTheShapeAskedFor) {
  for (const std::int64_t n : {std::int64_t{5}, kLarge}) {
    const auto a = trace_tensor({n, 2}).fill_(1.0), b = trace_tensor({n, 2}).fill_(2.0);
    EXPECT_EQ(a.sizes(), c10::IntArrayRef({n, 2}));
    EXPECT_EQ(a.scalar_type(), torch::kFloat32);
    EXPECT_TRUE((a == 1.0).all().item<bool>());
    EXPECT_TRUE((b == 2.0).all().item<bool>());
  }
}

TEST(TraceMemory, ABlockIsNotGivenTwiceWhileAViewHoldsIt) {
  auto tensor = trace_tensor({kLarge});
  const void* const first = tensor.data_ptr();
  const auto view = tensor.slice(0, 0, 10);
  tensor = torch::Tensor();
  EXPECT_NE(trace_tensor({kLarge}).data_ptr(), first) << "a view still holds it";
}

TEST(TraceMemory, TheSameSizesInAnyOrderFindTheirBlocksAgain) {
  const std::vector<std::int64_t> sizes = {kLarge, kLarge + (1 << 20), 3 * kLarge};
  trace_tensor({20 * kLarge});  // fits no block left by other tests, so the pool drops them
  std::vector<const void*> before;
  {
    std::vector<torch::Tensor> held;
    for (const auto size : sizes) held.push_back(trace_tensor({size}));
    for (const auto& tensor : held) before.push_back(tensor.data_ptr());
  }
  std::vector<torch::Tensor> again(sizes.size());
  for (const std::size_t i : {1, 0, 2}) again[i] = trace_tensor({sizes[i]});
  for (std::size_t i = 0; i < sizes.size(); ++i) EXPECT_EQ(again[i].data_ptr(), before[i]);
}

}  // namespace
}  // namespace freshet
