#pragma once

#include <functional>

#include "freshet/kernels/model_table.hpp"

namespace freshet::kernels {

/// A stage's kernels, wherever they come from: StageFunctions with what else they need.
template <class T>
struct StageKernels {
  using Function = std::function<void(const StageCall<T>*)>;
  Function forward, forward_all, adjoint, adjoint_dynamic, adjoint_all;
};

}  // namespace freshet::kernels
