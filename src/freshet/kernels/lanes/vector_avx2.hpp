#pragma once

#include <immintrin.h>

#include <cstddef>

namespace freshet::kernels {

/// Eight lanes of float in AVX2 and FMA. See ScalarLane for what each function means.
struct Float8 {
  using Value = float;
  struct Mask {
    __m256 v;
  };
  static constexpr std::size_t kWidth = 8;

  __m256 v;

  Float8() = default;
  explicit Float8(float value) : v(_mm256_set1_ps(value)) {}
  explicit Float8(__m256 value) : v(value) {}
  static Float8 load(const float* from) { return Float8(_mm256_loadu_ps(from)); }
  void store(float* to) const { _mm256_storeu_ps(to, v); }

  friend Float8 operator+(Float8 a, Float8 b) { return Float8(a.v + b.v); }
  friend Float8 operator-(Float8 a, Float8 b) { return Float8(a.v - b.v); }
  friend Float8 operator*(Float8 a, Float8 b) { return Float8(a.v * b.v); }
  friend Float8 operator/(Float8 a, Float8 b) { return Float8(a.v / b.v); }
  friend Float8 operator-(Float8 a) { return Float8(-a.v); }
  friend Mask operator<(Float8 a, Float8 b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)}; }
  friend Mask operator<=(Float8 a, Float8 b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LE_OQ)}; }
  friend Float8 select(Mask mask, Float8 a, Float8 b) { return Float8(_mm256_blendv_ps(b.v, a.v, mask.v)); }
  // The instruction gives its second operand at ties and NaN.
  friend Float8 min(Float8 a, Float8 b) { return Float8(_mm256_min_ps(b.v, a.v)); }
  friend Float8 max(Float8 a, Float8 b) { return Float8(_mm256_max_ps(b.v, a.v)); }
  friend Float8 sqrt(Float8 a) { return select(a <= Float8(0.0F), Float8(0.0F), Float8(_mm256_sqrt_ps(a.v))); }
  friend Float8 fma(Float8 a, Float8 b, Float8 c) { return Float8(_mm256_fmadd_ps(a.v, b.v, c.v)); }
  friend Float8 round(Float8 a) { return Float8(_mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)); }
  friend Float8 scale_by_power(Float8 x, Float8 n) {
    const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n.v), _mm256_set1_epi32(127));
    return Float8(x.v * _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
  }
  friend Float8 split(Float8 x, Float8& m) {
    const __m256i sqrt_half = _mm256_set1_epi32(0x3F3504F3);
    const __m256i bits = _mm256_sub_epi32(_mm256_castps_si256(x.v), sqrt_half);
    const __m256i fraction = _mm256_and_si256(bits, _mm256_set1_epi32(0x007FFFFF));
    m.v = _mm256_castsi256_ps(_mm256_add_epi32(fraction, sqrt_half));
    return Float8(_mm256_cvtepi32_ps(_mm256_srai_epi32(bits, 23)));
  }
};

/// Four lanes of double in AVX2 and FMA.
struct Double4 {
  using Value = double;
  struct Mask {
    __m256d v;
  };
  static constexpr std::size_t kWidth = 4;

  __m256d v;

  Double4() = default;
  explicit Double4(double value) : v(_mm256_set1_pd(value)) {}
  explicit Double4(__m256d value) : v(value) {}
  static Double4 load(const double* from) { return Double4(_mm256_loadu_pd(from)); }
  void store(double* to) const { _mm256_storeu_pd(to, v); }

  friend Double4 operator+(Double4 a, Double4 b) { return Double4(a.v + b.v); }
  friend Double4 operator-(Double4 a, Double4 b) { return Double4(a.v - b.v); }
  friend Double4 operator*(Double4 a, Double4 b) { return Double4(a.v * b.v); }
  friend Double4 operator/(Double4 a, Double4 b) { return Double4(a.v / b.v); }
  friend Double4 operator-(Double4 a) { return Double4(-a.v); }
  friend Mask operator<(Double4 a, Double4 b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_LT_OQ)}; }
  friend Mask operator<=(Double4 a, Double4 b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_LE_OQ)}; }
  friend Double4 select(Mask mask, Double4 a, Double4 b) { return Double4(_mm256_blendv_pd(b.v, a.v, mask.v)); }
  friend Double4 min(Double4 a, Double4 b) { return Double4(_mm256_min_pd(b.v, a.v)); }
  friend Double4 max(Double4 a, Double4 b) { return Double4(_mm256_max_pd(b.v, a.v)); }
  friend Double4 sqrt(Double4 a) { return select(a <= Double4(0.0), Double4(0.0), Double4(_mm256_sqrt_pd(a.v))); }
  friend Double4 fma(Double4 a, Double4 b, Double4 c) { return Double4(_mm256_fmadd_pd(a.v, b.v, c.v)); }
  friend Double4 round(Double4 a) { return Double4(_mm256_round_pd(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)); }
  friend Double4 scale_by_power(Double4 x, Double4 n) {
    const __m256i exponent = _mm256_add_epi64(_mm256_cvtepi32_epi64(_mm256_cvtpd_epi32(n.v)), _mm256_set1_epi64x(1023));
    return Double4(x.v * _mm256_castsi256_pd(_mm256_slli_epi64(exponent, 52)));
  }
  friend Double4 split(Double4 x, Double4& m) {
    const __m256i sqrt_half = _mm256_set1_epi64x(0x3FE6A09E667F3BCDLL);
    const __m256i bits = _mm256_sub_epi64(_mm256_castpd_si256(x.v), sqrt_half);
    const __m256i fraction = _mm256_and_si256(bits, _mm256_set1_epi64x(0x000FFFFFFFFFFFFFLL));
    m.v = _mm256_castsi256_pd(_mm256_add_epi64(fraction, sqrt_half));
    // AVX2 shifts 64 bits only without sign: bias the exponent to be positive, and take the bias off as a number.
    const __m256i biased = _mm256_srli_epi64(_mm256_add_epi64(bits, _mm256_set1_epi64x(0x4000000000000000LL)), 52);
    const __m256i as_double = _mm256_or_si256(biased, _mm256_set1_epi64x(0x4330000000000000LL));  // 2^52 + biased
    return Double4(_mm256_castsi256_pd(as_double) - _mm256_set1_pd(4503599627370496.0 + 1024.0));
  }
};

}  // namespace freshet::kernels
