#include "freshet/models/hybrid/convolution_kernels.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "freshet/models/neural/simd_level.hpp"
#include "freshet/models/neural/simd_targets.hpp"

namespace freshet {
namespace {

// Sixteen days at once: one vector of AVX-512, two of AVX2, four of the baseline.
constexpr std::int64_t kWidth = 16;
using Vector = float __attribute__((vector_size(kWidth * sizeof(float))));

FRESHET_INLINE Vector load(const float* from) {
  Vector v;
  std::memcpy(&v, from, sizeof(v));
  return v;
}

FRESHET_INLINE void store(const Vector& v, float* to) {
  std::memcpy(to, &v, sizeof(v));
}

FRESHET_INLINE float sum(const Vector& v) {
  float total = 0;
  for (std::int64_t i = 0; i < kWidth; ++i) total += v[i];
  return total;
}

/// Results of Filters filters from `f` on, on the sixteen days from `t` on.
template <int Filters>
FRESHET_INLINE void convolve_tile(const ConvolutionShape& s, const float* series, const float* kernel, const float* bias,
                                  std::int64_t f, std::int64_t t, float* result) {
  Vector total[Filters];
  for (int i = 0; i < Filters; ++i) total[i] = Vector{} + bias[f + i];
  for (std::int64_t c = 0; c < s.channels; ++c) {
    const float* const days = series + c * s.length() + t;
    const float* const weights = kernel + (f * s.channels + c) * s.kernel;
    for (std::int64_t k = 0; k < s.kernel; ++k) {
      const Vector x = load(days + k);
      for (int i = 0; i < Filters; ++i) total[i] += weights[i * s.channels * s.kernel + k] * x;
    }
  }
  for (int i = 0; i < Filters; ++i) store(total[i], result + (f + i) * s.steps + t);
}

FRESHET_INLINE void convolve_body(const ConvolutionShape& s, const float* series, const float* kernel, const float* bias,
                                  float* result) {
  for (std::int64_t first = 0; first < s.steps; first += kWidth) {
    const std::int64_t t = std::min(first, s.steps - kWidth);  // the last tile overlaps the one before
    std::int64_t f = 0;
    for (; f + 4 <= s.filters; f += 4) convolve_tile<4>(s, series, kernel, bias, f, t, result);
    for (; f < s.filters; ++f) convolve_tile<1>(s, series, kernel, bias, f, t, result);
  }
}

/// Gradients of Filters filters from `f` on, at channel `c` and the Taps days from `k` on.
template <int Filters, int Taps>
FRESHET_INLINE void kernel_tile(const ConvolutionShape& s, const float* series, const float* d_result, std::int64_t f,
                                std::int64_t c, std::int64_t k, float* d_kernel) {
  Vector total[Filters][Taps] = {};
  const float* const days = series + c * s.length() + k;
  const float* const d = d_result + f * s.steps;
  std::int64_t t = 0;
  for (; t + kWidth <= s.steps; t += kWidth) {
    Vector x[Taps];
    for (int j = 0; j < Taps; ++j) x[j] = load(days + t + j);
    for (int i = 0; i < Filters; ++i) {
      const Vector d_day = load(d + i * s.steps + t);
      for (int j = 0; j < Taps; ++j) total[i][j] += d_day * x[j];
    }
  }
  for (int i = 0; i < Filters; ++i) {
    for (int j = 0; j < Taps; ++j) {
      float all = sum(total[i][j]);
      for (std::int64_t rest = t; rest < s.steps; ++rest) all += d[i * s.steps + rest] * days[rest + j];
      d_kernel[((f + i) * s.channels + c) * s.kernel + k + j] += all;
    }
  }
}

template <int Filters>
FRESHET_INLINE void kernel_tiles(const ConvolutionShape& s, const float* series, const float* d_result, std::int64_t f,
                                 float* d_kernel) {
  for (std::int64_t c = 0; c < s.channels; ++c) {
    std::int64_t k = 0;
    for (; k + 2 <= s.kernel; k += 2) kernel_tile<Filters, 2>(s, series, d_result, f, c, k, d_kernel);
    if (k < s.kernel) kernel_tile<Filters, 1>(s, series, d_result, f, c, k, d_kernel);
  }
}

FRESHET_INLINE void kernel_gradient_body(const ConvolutionShape& s, const float* series, const float* d_result, float* d_kernel,
                                         float* d_bias) {
  std::int64_t f = 0;
  for (; f + 4 <= s.filters; f += 4) kernel_tiles<4>(s, series, d_result, f, d_kernel);
  for (; f < s.filters; ++f) kernel_tiles<1>(s, series, d_result, f, d_kernel);
  for (std::int64_t i = 0; i < s.filters; ++i) {
    Vector total = {};
    std::int64_t t = 0;
    for (; t + kWidth <= s.steps; t += kWidth) total += load(d_result + i * s.steps + t);
    float all = sum(total);
    for (; t < s.steps; ++t) all += d_result[i * s.steps + t];
    d_bias[i] += all;
  }
}

/// @param padded  [filter][K - 1 + steps + K - 1], d_result between zeros
FRESHET_INLINE void series_gradient_body(const ConvolutionShape& s, const float* kernel, const float* padded, float* d_series) {
  const std::int64_t width = s.length() + s.kernel - 1;
  for (std::int64_t c = 0; c < s.channels; ++c) {
    for (std::int64_t first = 0; first < s.length(); first += kWidth) {
      const std::int64_t t = std::min(first, s.length() - kWidth);
      Vector total = {};
      for (std::int64_t f = 0; f < s.filters; ++f) {
        const float* const days = padded + f * width + t + s.kernel - 1;
        const float* const weights = kernel + (f * s.channels + c) * s.kernel;
        for (std::int64_t k = 0; k < s.kernel; ++k) total += weights[k] * load(days - k);
      }
      store(total, d_series + c * s.length() + t);
    }
  }
}

struct Kernels {
  void (*convolve)(const ConvolutionShape&, const float*, const float*, const float*, float*);
  void (*kernel_gradient)(const ConvolutionShape&, const float*, const float*, float*, float*);
  void (*series_gradient)(const ConvolutionShape&, const float*, const float*, float*);
};

#define FRESHET_CONVOLUTION_KERNELS(NAME, TARGET)                                                                         \
  TARGET void NAME##_convolve(const ConvolutionShape& s, const float* x, const float* w, const float* b, float* y) {      \
    convolve_body(s, x, w, b, y);                                                                                         \
  }                                                                                                                       \
  TARGET void NAME##_kernel_gradient(const ConvolutionShape& s, const float* x, const float* d, float* d_w, float* d_b) { \
    kernel_gradient_body(s, x, d, d_w, d_b);                                                                              \
  }                                                                                                                       \
  TARGET void NAME##_series_gradient(const ConvolutionShape& s, const float* w, const float* padded, float* d_x) {        \
    series_gradient_body(s, w, padded, d_x);                                                                              \
  }                                                                                                                       \
  constexpr Kernels k##NAME = {NAME##_convolve, NAME##_kernel_gradient, NAME##_series_gradient};

FRESHET_CONVOLUTION_KERNELS(Baseline, )
FRESHET_CONVOLUTION_KERNELS(Avx2, FRESHET_TARGET_AVX2)
FRESHET_CONVOLUTION_KERNELS(Avx512, FRESHET_TARGET_AVX512)

const Kernels& kernels() {
  return kernels_for_machine(kBaseline, kAvx2, kAvx512);
}

/// The series with zeros behind its end, so that it has results for sixteen days at least.
std::vector<float> longer(const ConvolutionShape& from, const ConvolutionShape& to, const float* series) {
  std::vector<float> padded(static_cast<std::size_t>(to.channels * to.length()), 0.0F);
  for (std::int64_t c = 0; c < from.channels; ++c)
    std::copy_n(series + c * from.length(), from.length(), padded.data() + c * to.length());
  return padded;
}

}  // namespace

void convolve(const ConvolutionShape& shape, const float* series, const float* kernel, const float* bias, float* result) {
  if (shape.steps >= kWidth) return kernels().convolve(shape, series, kernel, bias, result);
  ConvolutionShape whole = shape;
  whole.steps = kWidth;
  const std::vector<float> padded = longer(shape, whole, series);
  std::vector<float> results(static_cast<std::size_t>(whole.filters * kWidth));
  kernels().convolve(whole, padded.data(), kernel, bias, results.data());
  for (std::int64_t f = 0; f < shape.filters; ++f)
    std::copy_n(results.data() + f * kWidth, shape.steps, result + f * shape.steps);
}

void add_kernel_gradient(const ConvolutionShape& shape, const float* series, const float* d_result, float* d_kernel,
                         float* d_bias) {
  kernels().kernel_gradient(shape, series, d_result, d_kernel, d_bias);
}

void series_gradient(const ConvolutionShape& shape, const float* kernel, const float* d_result, float* d_series) {
  ConvolutionShape whole = shape;
  whole.steps = std::max(shape.steps, kWidth);
  const std::int64_t before = shape.kernel - 1, width = whole.length() + before;
  std::vector<float> padded(static_cast<std::size_t>(shape.filters * width), 0.0F);
  for (std::int64_t f = 0; f < shape.filters; ++f)
    std::copy_n(d_result + f * shape.steps, shape.steps, padded.data() + f * width + before);
  if (shape.steps >= kWidth) return kernels().series_gradient(shape, kernel, padded.data(), d_series);
  std::vector<float> gradients(static_cast<std::size_t>(shape.channels * whole.length()));
  kernels().series_gradient(whole, kernel, padded.data(), gradients.data());
  for (std::int64_t c = 0; c < shape.channels; ++c)
    std::copy_n(gradients.data() + c * whole.length(), shape.length(), d_series + c * shape.length());
}

}  // namespace freshet
