#pragma once

#include <cstdint>

namespace freshet {

/// One row of elu_output, all arrays dense: x [filter][steps], weight [filter], y [steps].
struct EluShape {
  std::int64_t filters = 0, steps = 0;
};

/// Sets y.
void elu_output_row(const EluShape& shape, const float* x, const float* weight, float bias, float* y);

/// Sets d_x, and adds to the gradients of weight and bias.
void elu_output_row_gradient(const EluShape& shape, const float* x, const float* weight, const float* d_y, float* d_x,
                             float* d_weight, float* d_bias);

}  // namespace freshet
