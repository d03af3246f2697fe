#pragma once

#include "freshet/models/hybrid/row_groups.hpp"

namespace freshet {

/// Convolution over the days up to each: y[b, f, t] = bias[g, f] + sum over c, k of kernel[g, f, c, k] series[b, c, t + k], g the
/// group of row b. Bit for bit a row's result does not depend on other rows, and a group's gradient not on other groups.
/// Gradients flow to all three; a gradient of a gradient is refused.
/// float32; float64 goes to the reference, which is exact enough to test all that is built on it.
/// @param series  [B, channel, K - 1 + T]: the first K - 1 days are those before the first result
/// @param kernel  [group, filter, channel, K]
/// @param bias    [group, filter]
/// @return        [B, filter, T]
torch::Tensor causal_convolution(const torch::Tensor& series, const torch::Tensor& kernel, const torch::Tensor& bias,
                                 const RowGroups& rows);

/// The same by LibTorch's own convolution, for any floating type: slow, the measure of the other.
torch::Tensor causal_convolution_reference(const torch::Tensor& series, const torch::Tensor& kernel, const torch::Tensor& bias,
                                           const RowGroups& rows);

}  // namespace freshet
