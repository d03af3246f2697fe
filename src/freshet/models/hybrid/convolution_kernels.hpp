#pragma once

#include <cstdint>

namespace freshet {

/// One row (sequence) of causal_convolution, all arrays dense: series [channel][K - 1 + steps], kernel [filter][channel][K],
/// bias [filter], result [filter][steps].
struct ConvolutionShape {
  std::int64_t filters = 0, channels = 0, kernel = 0, steps = 0;
  std::int64_t length() const { return kernel - 1 + steps; }
};

/// Sets the result.
void convolve(const ConvolutionShape& shape, const float* series, const float* kernel, const float* bias, float* result);

/// Adds to the gradients of kernel and bias those of a row whose result has the gradient `d_result`.
void add_kernel_gradient(const ConvolutionShape& shape, const float* series, const float* d_result, float* d_kernel,
                         float* d_bias);

/// Sets the gradient of the series.
void series_gradient(const ConvolutionShape& shape, const float* kernel, const float* d_result, float* d_series);

}  // namespace freshet
