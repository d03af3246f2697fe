#pragma once

#include "freshet/models/hybrid/row_groups.hpp"

namespace freshet {

/// The end of a convolutional network in one pass: y[b, t] = bias[g] + sum over f of weight[g, f] ELU(x[b, f, t]), g the group of
/// row b. Bit for bit a row's result does not depend on other rows, and a group's gradient not on other groups. Gradients flow to
/// all three; a gradient of a gradient is refused. float32; float64 goes to the reference.
/// @param x       [B, filter, T]
/// @param weight  [group, filter]
/// @param bias    [group, 1]
/// @return        [B, T]
torch::Tensor elu_output(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias, const RowGroups& rows);

/// The same by LibTorch, one operation after another, for any floating type: slow, the measure of the other.
torch::Tensor elu_output_reference(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                                   const RowGroups& rows);

}  // namespace freshet
