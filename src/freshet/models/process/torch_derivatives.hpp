#pragma once

#include <vector>

#include "freshet/models/process/gradient_case.hpp"

namespace freshet::witness {

/// The gradients of a case's weighted sum by LibTorch's automatic differentiation of the lines of the model's programs, in the
/// shape of the inputs: [input] [row][lane].
std::vector<std::vector<double>> torch_gradients(const GradientCase& c, bool discharge_alone);

}  // namespace freshet::witness
