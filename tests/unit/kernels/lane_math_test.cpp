#include "freshet/kernels/lanes/lane_math.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "freshet/core/rng.hpp"
#include "freshet/kernels/lanes/pack.hpp"
#include "freshet/kernels/lanes/scalar_lane.hpp"
#include "freshet/kernels/lanes/vector_portable.hpp"

// Errors of the lane functions against long double, in units of the last place of the result. Vectors with multiply-add give
// the same bits as ScalarLane: the parity tests of all models hold them to it.

namespace freshet::kernels {
namespace {

template <class T>
double ulps(T got, long double exact) {
  const T nearest = std::abs(static_cast<T>(exact));
  const long double unit = std::nextafter(nearest, std::numeric_limits<T>::infinity()) - nearest;
  return static_cast<double>(std::abs(got - exact) / unit);
}

template <class V>
class LaneMath : public testing::Test {
 protected:
  using T = typename V::Value;

  /// The largest error of f on random numbers between two bounds.
  template <class F, class Exact>
  static void expect_within(double limit, const std::string& name, F f, Exact exact, double low, double high,
                            bool exponents = false) {
    RngStream rng(11, RngUse::kSynthetic);
    double worst = 0, at = 0;
    for (int i = 0; i < 20000; ++i) {
      T in[V::kWidth], out[V::kWidth];
      for (T& x : in) {
        const double u = low + (high - low) * rng.uniform();
        x = static_cast<T>(exponents ? std::exp2(u) : u);
      }
      f(V::load(in)).store(out);
      for (std::size_t k = 0; k < V::kWidth; ++k) {
        const double error = ulps(out[k], exact(static_cast<long double>(in[k])));
        if (!(error <= worst)) {
          worst = error;
          at = static_cast<double>(in[k]);
        }
      }
    }
    EXPECT_LE(worst, limit) << name << " at " << at;
  }
};

using Lanes = testing::Types<ScalarLane<float>, ScalarLane<double>, Pack<PortableVector<float>, 2>, PortableVector<double>>;
TYPED_TEST_SUITE(LaneMath, Lanes);

TYPED_TEST(LaneMath, IsWithinFourUnitsOfTheLastPlace) {
  const bool is_float = sizeof(typename TypeParam::Value) == 4;
  // Without a fused multiply-add one more rounding counts.
  constexpr bool kFused = TypeParam::kWidth == 1;
  const double limit = kFused ? 4 : 12;
  const double exponent = is_float ? 87 : 708;
  using L = long double;
  const auto each = [&](auto f, auto g, double a, double b, const char* name, bool exponents = false) {
    this->expect_within(limit, name, f, g, a, b, exponents);
  };
  each([](auto x) { return exp2(x); }, [](L x) { return std::exp2(x); }, -120, 120, "exp2");
  if (kFused) each([](auto x) { return exp(x); }, [](L x) { return std::exp(x); }, -exponent, exponent, "exp");
  each([](auto x) { return expm1(x); }, [](L x) { return std::expm1(x); }, -2, 2, "expm1");
  each([](auto x) { return log2(x); }, [](L x) { return std::log2(x); }, -100, 100, "log2", true);
  each([](auto x) { return log2(x); }, [](L x) { return std::log2(x); }, -0.3, 0.3, "log2 near 1", true);
  each([](auto x) { return log1p(x); }, [](L x) { return std::log1p(x); }, -0.9, 5, "log1p");
  each([](auto x) { return tanh(x); }, [](L x) { return std::tanh(x); }, -12, 12, "tanh");
  each([](auto x) { return tanh(x); }, [](L x) { return std::tanh(x); }, -0.01, 0.01, "tanh near 0");
}

TYPED_TEST(LaneMath, StaysFiniteAtTheEndsAndKeepsNan) {
  using Number = typename TypeParam::Value;
  const auto first = [](const TypeParam& v) {
    Number out[TypeParam::kWidth];
    v.store(out);
    return out[0];
  };
  const Number huge = std::numeric_limits<Number>::max(), nan = std::numeric_limits<Number>::quiet_NaN(),
               infinity = std::numeric_limits<Number>::infinity();
  for (const Number x : {huge, -huge, Number(0), Number(-0.0)}) {
    const TypeParam v(x);
    EXPECT_TRUE(std::isfinite(first(exp2(v)))) << x;
    EXPECT_TRUE(std::isfinite(first(exp(v)))) << x;
    EXPECT_TRUE(std::isfinite(first(expm1(v)))) << x;
    EXPECT_TRUE(std::isfinite(first(log2(v)))) << x;
    EXPECT_TRUE(std::isfinite(first(tanh(v)))) << x;
  }
  EXPECT_EQ(first(tanh(TypeParam(Number(50)))), Number(1));
  EXPECT_EQ(first(log2(TypeParam(Number(0)))), std::log2(std::numeric_limits<Number>::min()));
  for (const Number value : {first(log2(TypeParam(infinity))), first(log1p(TypeParam(infinity)))}) EXPECT_TRUE(std::isnan(value));
  const TypeParam v(nan);
  for (const Number value : {first(exp2(v)), first(exp(v)), first(expm1(v)), first(log2(v)), first(log1p(v)), first(tanh(v)),
                             first(min(v, TypeParam(Number(1)))), first(max(v, TypeParam(Number(1))))}) {
    EXPECT_TRUE(std::isnan(value));
  }
}

TYPED_TEST(LaneMath, TiesOfMinAndMaxAreTheFirstArgument) {
  using Number = typename TypeParam::Value;
  Number out[TypeParam::kWidth];
  max(TypeParam(Number(0)), TypeParam(Number(-0.0))).store(out);
  EXPECT_FALSE(std::signbit(out[0]));
  min(TypeParam(Number(-0.0)), TypeParam(Number(0))).store(out);
  EXPECT_TRUE(std::signbit(out[0]));
}

}  // namespace
}  // namespace freshet::kernels
