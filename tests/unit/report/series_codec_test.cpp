#include "freshet/report/series_codec.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "freshet/core/rng.hpp"
#include "unit/report/decode_series.hpp"

namespace freshet {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Expects each finite value within the bound of the series' step, each other one missing.
void expect_round_trip(const std::vector<float>& values) {
  const EncodedSeries encoded = encode_series(values);
  ASSERT_EQ(encoded.size, values.size());
  const std::vector<double> decoded = test::decode_series(encoded);
  // A hair above the bound for the rounding of the double arithmetic itself.
  const double bound = std::expm1(encoded.step / 2) * (1 + 1e-9);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      EXPECT_TRUE(std::isnan(decoded[i])) << i;
      continue;
    }
    const double error = std::abs(decoded[i] - static_cast<double>(values[i]));
    EXPECT_TRUE(error <= bound * (std::abs(static_cast<double>(values[i])) + kSeriesFloor))
        << i << ": " << values[i] << ", " << decoded[i];
  }
}

TEST(SeriesCodec, RoundTripStaysWithinTheStatedError) {
  RngStream rng(1, RngUse::kSynthetic);
  std::vector<float> values;
  for (int i = 0; i < 5000; ++i) values.push_back(static_cast<float>(std::exp(4 * rng.normal())));
  const EncodedSeries encoded = encode_series(values);
  EXPECT_EQ(encoded.step, kSeriesStep);
  EXPECT_LT(std::expm1(kSeriesStep / 2), kSeriesRelativeError);
  expect_round_trip(values);
}

TEST(SeriesCodec, LowFlowsKeepTheirRelativeAccuracyBesideAFlood) {
  const std::vector<double> decoded = test::decode_series(encode_series(std::vector<float>{400.0f, 0.02f, 0.5f}));
  EXPECT_NEAR(decoded[0], 400.0, 400 * 0.0011);
  EXPECT_NEAR(decoded[1], 0.02, 0.02 * 0.0011);
  EXPECT_NEAR(decoded[2], 0.5, 0.5 * 0.0011);
}

TEST(SeriesCodec, ZeroIsExact) {
  const std::vector<double> decoded = test::decode_series(encode_series(std::vector<float>{0.0f, 3.0f, -0.2f, 0.0f}));
  EXPECT_EQ(decoded[0], 0.0);
  EXPECT_EQ(decoded[3], 0.0);
}

TEST(SeriesCodec, HandWorkedCodes) {
  // asinh(1) = 0.8814, over 0.002 rounds to 441; the base is the lowest code, that of zero: 0.
  const EncodedSeries encoded = encode_series(std::vector<float>{0.0f, 0.001f});
  EXPECT_EQ(encoded.base, 0);
  EXPECT_NEAR(test::decode_series(encoded)[1], 0.001 * std::sinh(441 * 0.002), 1e-15);
}

TEST(SeriesCodec, MissingAndInfiniteValuesAreMissing) {
  expect_round_trip({kNan, 1.0f, kNan, kNan, 2.0f, kInfinity, -kInfinity, 3.0f, kNan});
  expect_round_trip({kNan, kNan, kNan});
}

TEST(SeriesCodec, EmptySingleAndConstantSeries) {
  expect_round_trip({});
  expect_round_trip({7.25f});
  expect_round_trip(std::vector<float>(1000, 0.0f));
  expect_round_trip(std::vector<float>(1000, 1.5f));
  expect_round_trip(std::vector<float>(1000, -1.5f));
  EXPECT_LT(encode_series(std::vector<float>(100000, 1.5f)).data.size(), 1000u);
}

TEST(SeriesCodec, NegativeValues) {
  expect_round_trip({-0.5f, 0.25f, -1e-6f, 12.0f, -300.0f, 0.0f});
}

TEST(SeriesCodec, TheWholeRangeOfFloat) {
  constexpr float kMax = std::numeric_limits<float>::max();
  constexpr float kTiny = std::numeric_limits<float>::denorm_min();
  const std::vector<float> values{kMax, -kMax, 0.0f, kTiny, -kTiny, 1.0f, kNan, 1e-30f, 1e30f};
  EXPECT_LT(encode_series(values).step, 0.003);
  expect_round_trip(values);
}

TEST(SeriesCodec, CodesStayBelowTheMissingCodeWhereTheyAreUsedUp) {
  // About as many steps as there are codes, a few less and a few more: neither end may wrap around or read as missing.
  const float high = static_cast<float>(kSeriesFloor * std::sinh(kSeriesStep * 48000));
  for (int steps = 17525; steps < 17545; ++steps) {
    const float low = static_cast<float>(-kSeriesFloor * std::sinh(kSeriesStep * steps));
    expect_round_trip({low, high, 0.0f, high, low});
  }
}

TEST(SeriesCodec, ALongSeriesPacksBelowTwoBytesAValue) {
  RngStream rng(2, RngUse::kSynthetic);
  std::vector<float> values;
  double flow = 1;
  for (int i = 0; i < 100000; ++i) {
    flow = 0.95 * flow + (rng.uniform() < 0.2 ? rng.gamma(0.7, 1.0) : 0.0);
    values.push_back(static_cast<float>(flow));
  }
  expect_round_trip(values);
  EXPECT_LT(encode_series(values).data.size(), 2 * values.size());
}

}  // namespace
}  // namespace freshet
