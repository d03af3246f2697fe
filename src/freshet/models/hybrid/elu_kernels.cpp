#include "freshet/models/hybrid/elu_kernels.hpp"

#include <algorithm>

#include "freshet/models/neural/simd_exp.hpp"
#include "freshet/models/neural/simd_level.hpp"
#include "freshet/models/neural/simd_targets.hpp"

namespace freshet {
namespace {

// Sums are kept in as many parts, one after another: their order does not depend on the length of a vector.
constexpr std::int64_t kParts = 16;
// Days whose values of ELU lie in the nearest cache.
constexpr std::int64_t kChunk = 512;
static_assert(kChunk % kParts == 0);

/// exp(x) - 1 up to zero.
FRESHET_INLINE float expm1_of(float x) {
  const ScaledExp e = scaled_exp(clamp(x, 87.0F));
  return e.scale * e.p + (e.scale - 1.0F);
}

FRESHET_INLINE void output_body(const EluShape& s, const float* x, const float* weight, float bias, float* y) {
  std::fill_n(y, s.steps, bias);
  for (std::int64_t f = 0; f < s.filters; ++f) {
    const float* const in = x + f * s.steps;
    const float w = weight[f];
#pragma GCC ivdep
    for (std::int64_t t = 0; t < s.steps; ++t) {
      const float below = expm1_of(in[t]);
      y[t] += w * (in[t] > 0.0F ? in[t] : below);
    }
  }
}

FRESHET_INLINE float sum_of_parts(const float* parts) {
  float total = 0;
  for (std::int64_t i = 0; i < kParts; ++i) total += parts[i];
  return total;
}

FRESHET_INLINE float sum_of_products(const float* a, const float* b, std::int64_t count) {
  float parts[kParts] = {};
  std::int64_t t = 0;
  for (; t + kParts <= count; t += kParts) {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < kParts; ++i) parts[i] += a[t + i] * b[t + i];
  }
  for (; t < count; ++t) parts[t % kParts] += a[t] * b[t];
  return sum_of_parts(parts);
}

FRESHET_INLINE void gradient_body(const EluShape& s, const float* x, const float* weight, const float* d_y, float* d_x,
                                  float* d_weight, float* d_bias) {
  float value[kChunk];
  for (std::int64_t first = 0; first < s.steps; first += kChunk) {
    const std::int64_t count = std::min(kChunk, s.steps - first);
    for (std::int64_t f = 0; f < s.filters; ++f) {
      const float* const in = x + f * s.steps + first;
      float* const d_in = d_x + f * s.steps + first;
      const float w = weight[f];
#pragma GCC ivdep
      for (std::int64_t t = 0; t < count; ++t) {
        const float below = expm1_of(in[t]);
        value[t] = in[t] > 0.0F ? in[t] : below;
        d_in[t] = w * d_y[first + t] * (in[t] > 0.0F ? 1.0F : below + 1.0F);
      }
      d_weight[f] += sum_of_products(d_y + first, value, count);
    }
    std::fill_n(value, count, 1.0F);
    *d_bias += sum_of_products(d_y + first, value, count);
  }
}

struct Kernels {
  void (*output)(const EluShape&, const float*, const float*, float, float*);
  void (*gradient)(const EluShape&, const float*, const float*, const float*, float*, float*, float*);
};

#define FRESHET_ELU_KERNELS(NAME, TARGET)                                                                                  \
  TARGET void NAME##_output(const EluShape& s, const float* x, const float* w, float b, float* y) {                        \
    output_body(s, x, w, b, y);                                                                                            \
  }                                                                                                                        \
  TARGET void NAME##_gradient(const EluShape& s, const float* x, const float* w, const float* d_y, float* d_x, float* d_w, \
                              float* d_b) {                                                                                \
    gradient_body(s, x, w, d_y, d_x, d_w, d_b);                                                                            \
  }                                                                                                                        \
  constexpr Kernels k##NAME = {NAME##_output, NAME##_gradient};

FRESHET_ELU_KERNELS(Baseline, )
FRESHET_ELU_KERNELS(Avx2, FRESHET_TARGET_AVX2)
FRESHET_ELU_KERNELS(Avx512, FRESHET_TARGET_AVX512)

const Kernels& kernels() {
  return kernels_for_machine(kBaseline, kAvx2, kAvx512);
}

}  // namespace

void elu_output_row(const EluShape& shape, const float* x, const float* weight, float bias, float* y) {
  kernels().output(shape, x, weight, bias, y);
}

void elu_output_row_gradient(const EluShape& shape, const float* x, const float* weight, const float* d_y, float* d_x,
                             float* d_weight, float* d_bias) {
  kernels().gradient(shape, x, weight, d_y, d_x, d_weight, d_bias);
}

}  // namespace freshet
