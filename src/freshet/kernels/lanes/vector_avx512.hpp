#pragma once

#include <immintrin.h>

#include <cstddef>

namespace freshet::kernels {

/// Sixteen lanes of float in AVX-512 (F, DQ). See ScalarLane for what each function means.
struct Float16 {
  using Value = float;
  using Mask = __mmask16;
  static constexpr std::size_t kWidth = 16;

  __m512 v;

  Float16() = default;
  explicit Float16(float value) : v(_mm512_set1_ps(value)) {}
  explicit Float16(__m512 value) : v(value) {}
  static Float16 load(const float* from) { return Float16(_mm512_loadu_ps(from)); }
  void store(float* to) const { _mm512_storeu_ps(to, v); }

  friend Float16 operator+(Float16 a, Float16 b) { return Float16(a.v + b.v); }
  friend Float16 operator-(Float16 a, Float16 b) { return Float16(a.v - b.v); }
  friend Float16 operator*(Float16 a, Float16 b) { return Float16(a.v * b.v); }
  friend Float16 operator/(Float16 a, Float16 b) { return Float16(a.v / b.v); }
  friend Float16 operator-(Float16 a) { return Float16(-a.v); }
  friend Mask operator<(Float16 a, Float16 b) { return _mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ); }
  friend Mask operator<=(Float16 a, Float16 b) { return _mm512_cmp_ps_mask(a.v, b.v, _CMP_LE_OQ); }
  friend Float16 select(Mask mask, Float16 a, Float16 b) { return Float16(_mm512_mask_blend_ps(mask, b.v, a.v)); }
  // The instruction gives its second operand at ties and NaN.
  friend Float16 min(Float16 a, Float16 b) { return Float16(_mm512_min_ps(b.v, a.v)); }
  friend Float16 max(Float16 a, Float16 b) { return Float16(_mm512_max_ps(b.v, a.v)); }
  friend Float16 sqrt(Float16 a) { return select(a <= Float16(0.0F), Float16(0.0F), Float16(_mm512_sqrt_ps(a.v))); }
  friend Float16 fma(Float16 a, Float16 b, Float16 c) { return Float16(_mm512_fmadd_ps(a.v, b.v, c.v)); }
  friend Float16 round(Float16 a) { return Float16(_mm512_roundscale_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)); }
  friend Float16 scale_by_power(Float16 x, Float16 n) { return Float16(_mm512_scalef_ps(x.v, n.v)); }
  friend Float16 split(Float16 x, Float16& m) {
    const __m512i sqrt_half = _mm512_set1_epi32(0x3F3504F3);
    const __m512i bits = _mm512_sub_epi32(_mm512_castps_si512(x.v), sqrt_half);
    const __m512i fraction = _mm512_and_si512(bits, _mm512_set1_epi32(0x007FFFFF));
    m.v = _mm512_castsi512_ps(_mm512_add_epi32(fraction, sqrt_half));
    return Float16(_mm512_cvtepi32_ps(_mm512_srai_epi32(bits, 23)));
  }
};

/// Eight lanes of double in AVX-512 (F, DQ).
struct Double8 {
  using Value = double;
  using Mask = __mmask8;
  static constexpr std::size_t kWidth = 8;

  __m512d v;

  Double8() = default;
  explicit Double8(double value) : v(_mm512_set1_pd(value)) {}
  explicit Double8(__m512d value) : v(value) {}
  static Double8 load(const double* from) { return Double8(_mm512_loadu_pd(from)); }
  void store(double* to) const { _mm512_storeu_pd(to, v); }

  friend Double8 operator+(Double8 a, Double8 b) { return Double8(a.v + b.v); }
  friend Double8 operator-(Double8 a, Double8 b) { return Double8(a.v - b.v); }
  friend Double8 operator*(Double8 a, Double8 b) { return Double8(a.v * b.v); }
  friend Double8 operator/(Double8 a, Double8 b) { return Double8(a.v / b.v); }
  friend Double8 operator-(Double8 a) { return Double8(-a.v); }
  friend Mask operator<(Double8 a, Double8 b) { return _mm512_cmp_pd_mask(a.v, b.v, _CMP_LT_OQ); }
  friend Mask operator<=(Double8 a, Double8 b) { return _mm512_cmp_pd_mask(a.v, b.v, _CMP_LE_OQ); }
  friend Double8 select(Mask mask, Double8 a, Double8 b) { return Double8(_mm512_mask_blend_pd(mask, b.v, a.v)); }
  friend Double8 min(Double8 a, Double8 b) { return Double8(_mm512_min_pd(b.v, a.v)); }
  friend Double8 max(Double8 a, Double8 b) { return Double8(_mm512_max_pd(b.v, a.v)); }
  friend Double8 sqrt(Double8 a) { return select(a <= Double8(0.0), Double8(0.0), Double8(_mm512_sqrt_pd(a.v))); }
  friend Double8 fma(Double8 a, Double8 b, Double8 c) { return Double8(_mm512_fmadd_pd(a.v, b.v, c.v)); }
  friend Double8 round(Double8 a) { return Double8(_mm512_roundscale_pd(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)); }
  friend Double8 scale_by_power(Double8 x, Double8 n) { return Double8(_mm512_scalef_pd(x.v, n.v)); }
  friend Double8 split(Double8 x, Double8& m) {
    const __m512i sqrt_half = _mm512_set1_epi64(0x3FE6A09E667F3BCDLL);
    const __m512i bits = _mm512_sub_epi64(_mm512_castpd_si512(x.v), sqrt_half);
    const __m512i fraction = _mm512_and_si512(bits, _mm512_set1_epi64(0x000FFFFFFFFFFFFFLL));
    m.v = _mm512_castsi512_pd(_mm512_add_epi64(fraction, sqrt_half));
    return Double8(_mm512_cvtepi64_pd(_mm512_srai_epi64(bits, 52)));
  }
};

}  // namespace freshet::kernels
