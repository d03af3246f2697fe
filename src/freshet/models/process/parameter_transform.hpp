#pragma once

#include <span>

#include <torch/torch.h>

#include "freshet/kernels/model.hpp"

namespace freshet {

/// A network's outputs to parameters inside their ranges: u = sigmoid(raw), then lower + u (upper - lower), or on a logarithmic
/// scale lower (upper / lower)^u, as each parameter's row says. Where the sigmoid is saturated in the number's precision, the
/// parameter is its bound.
/// @param raw  [..., parameter], of a floating type, any values; NaN stays NaN
/// @return     [..., parameter] in the parameters' units, differentiable
torch::Tensor to_range(const torch::Tensor& raw, std::span<const physics::ParameterInfo> parameters);

/// From positions u in [0, 1] of the range, with the same scales.
torch::Tensor from_unit(const torch::Tensor& positions, std::span<const physics::ParameterInfo> parameters);

/// The raw values of parameters inside their ranges: the inverse of to_range. On a bound the raw value is that of a position
/// 1e-6 inside.
torch::Tensor from_range(const torch::Tensor& values, std::span<const physics::ParameterInfo> parameters);

}  // namespace freshet
