#include "freshet/core/rng.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace freshet {
namespace {

// Known answers of the Random123 distribution (kat_vectors, philox 4x32 10).
TEST(Philox, MatchesThePublishedKnownAnswers) {
  const std::array<std::uint32_t, 4> zero = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  EXPECT_EQ(philox({0, 0, 0, 0}, 0), zero);
  const std::array<std::uint32_t, 4> ones = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
  EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, ~0ull), ones);
}

TEST(RngStream, HasTheMomentsItPromises) {
  RngStream rng(7, RngUse::kSynthetic);
  double sum = 0, squares = 0, gamma = 0;
  const int n = 200000;
  for (int i = 0; i < n; ++i) {
    const double x = rng.normal();
    sum += x;
    squares += x * x;
    gamma += rng.gamma(0.7, 2.0);
  }
  EXPECT_NEAR(sum / n, 0.0, 0.01);
  EXPECT_NEAR(squares / n, 1.0, 0.02);
  EXPECT_NEAR(gamma / n, 1.4, 0.03);
}

TEST(RngStream, StreamsOfDifferentUsesDiffer) {
  RngStream a(1, RngUse::kShuffle), b(1, RngUse::kDropout), again(1, RngUse::kShuffle);
  const auto first = a.next_u32();
  EXPECT_NE(first, b.next_u32());
  EXPECT_EQ(first, again.next_u32());
}

}  // namespace
}  // namespace freshet
