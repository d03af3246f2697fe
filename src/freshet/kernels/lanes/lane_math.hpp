#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <type_traits>

#include "freshet/kernels/lanes/lane.hpp"

namespace freshet::kernels {

/// Exponential, logarithm and hyperbolic tangent of lane vectors, each a few multiply-adds, for any vector type with the
/// functions of ScalarLane. Every type gives the same bits. Coefficients: scripts/lane_math_coefficients.py. Largest errors
/// measured (tests/unit/kernels/lane_math_test.cpp), in units of the last place: 4 for both (tanh; the others 3).
/// Arguments are clamped so that results stay normal and finite: exp2 to [-126, 127.49] ([-1022, 1023.49]); NaN stays NaN, and
/// logarithms of infinity are NaN.
template <class T>
struct MathConstants;

template <>
struct MathConstants<float> {
  static constexpr std::array<float, 6> kExp2m1 = {0.69314718792668566746F,   0.2402264979496441003F,
                                                   0.055503574336481867845F,  0.0096182374941833146346F,
                                                   0.0013390735475399871553F, 0.00015403512618661003115F};
  static constexpr float kExp2Low = -126.0F, kExp2High = 127.49F;
  static constexpr float kLog2e = 1.44269504F, kLog2eRest = 1.92596299e-8F;
  static constexpr float kTanhLimit = 9.02F;
  static constexpr float kDerivativeFloor = 1e-6F;
};

template <>
struct MathConstants<double> {
  static constexpr std::array<double, 12> kExp2m1 = {
      0.69314718055994530926,   0.24022650695910071286,    0.055504108664821626543,    0.0096181291076284369482,
      0.0013333558146406629796, 0.00015403530393466168715, 0.000015252733841378452167, 1.3215486721357532895e-6,
      1.0178057169296205884e-7, 7.0549322722554983406e-9,  4.4558048529021942519e-10,  2.5678427880795452724e-11};
  static constexpr double kExp2Low = -1022.0, kExp2High = 1023.49;
  static constexpr double kLog2e = 1.4426950408889634, kLog2eRest = 2.0355273740931033e-17;
  static constexpr double kTanhLimit = 19.1;
  static constexpr double kDerivativeFloor = 1e-9;
};

/// sum_k c_k x^k.
template <class V, std::size_t N>
FRESHET_LANE inline V polynomial(const V& x, const std::array<typename V::Value, N>& c) {
  V sum(c[N - 1]);
  for (std::size_t k = N - 1; k-- > 0;) sum = fma(sum, x, V(c[k]));
  return sum;
}

/// 2^(n + r) - 1 and 2^(n + r) share this: 2^r - 1 for |r| <= 1/2.
template <class V>
FRESHET_LANE inline V exp2m1_of_fraction(const V& r) {
  constexpr auto kCoefficients = MathConstants<typename V::Value>::kExp2m1;  // a copy: code of a GPU reads no static arrays
  return r * polynomial(r, kCoefficients);
}

template <class V>
FRESHET_LANE inline V exp2(const V& x) {
  using T = typename V::Value;
  using C = MathConstants<T>;
  const V clamped = max(min(x, V(C::kExp2High)), V(C::kExp2Low));
  const V n = round(clamped);
  return scale_by_power(V(T(1)) + exp2m1_of_fraction(clamped - n), n);
}

/// n = round(x log2 e) and the fraction x log2 e - n, to more digits than a product has.
template <class V>
FRESHET_LANE inline V exp_argument(const V& x, V& n) {
  using C = MathConstants<typename V::Value>;
  n = round(x * V(C::kLog2e));
  return fma(x, V(C::kLog2eRest), fma(x, V(C::kLog2e), -n));
}

template <class V>
FRESHET_LANE inline V clamp_exp(const V& x) {
  using C = MathConstants<typename V::Value>;
  using T = typename V::Value;
  constexpr T kLn2 = T(0.693147180559945309417);
  return max(min(x, V(C::kExp2High * kLn2)), V(C::kExp2Low * kLn2));
}

template <class V>
FRESHET_LANE inline V exp(const V& x) {
  V n;
  const V r = exp_argument(clamp_exp(x), n);
  return scale_by_power(V(typename V::Value(1)) + exp2m1_of_fraction(r), n);
}

template <class V>
FRESHET_LANE inline V expm1(const V& x) {
  const V one(typename V::Value(1));
  V n;
  const V r = exp_argument(clamp_exp(x), n);
  const V power = scale_by_power(one, n);
  return fma(power, exp2m1_of_fraction(r), power - one);
}

/// log2 of max(x, smallest normal number).
template <class V>
FRESHET_LANE inline V log2(const V& x) {
  using T = typename V::Value;
  V m;
  const V e = split(max(x, V(std::numeric_limits<T>::min())), m);
  m = fma(x, V(T(0)), m);  // splitting the bits of NaN gives numbers; this gives NaN back
  if constexpr (std::is_same_v<T, float>) {
    constexpr std::array<float, 9> kLog2 = {1.4426950036525477004F,   -0.72134734680340313705F, 0.4809106429176261831F,
                                            -0.36070368283273647817F, 0.28791624882170828219F,  -0.23894482343641248154F,
                                            0.2157156023694184356F,   -0.207269730561308681F,   0.12583700796173918888F};
    const V t = m - V(1.0F);
    return fma(t, polynomial(t, kLog2), e);
  } else {
    constexpr std::array<double, 8> kAtanh = {2.8853900817779268114,  0.96179669392598982044, 0.57707801634547034732,
                                              0.41219858585107672852, 0.32059853392556786941, 0.26233440177811782731,
                                              0.22091186628074975914, 0.21367078312504294558};
    const V s = (m - V(1.0)) / (m + V(1.0));
    return fma(s, polynomial(s * s, kAtanh), e);
  }
}

template <class V>
FRESHET_LANE inline V log1p(const V& x) {
  using T = typename V::Value;
  const V one(T(1));
  const V u = one + x;
  // The part of x that the sum lost.
  return fma(V(T(0.693147180559945309417)), log2(u), (x - (u - one)) / max(u, V(std::numeric_limits<T>::min())));
}

template <class V>
FRESHET_LANE inline V tanh(const V& x) {
  using T = typename V::Value;
  const V limit(MathConstants<T>::kTanhLimit);
  const V clamped = max(min(x, limit), -limit);
  const V e = expm1(clamped + clamped);
  return e / (e + V(T(2)));
}

}  // namespace freshet::kernels
