#pragma once

#include "freshet/kernels/cpu/common_kernels.hpp"
#include "freshet/kernels/model.hpp"

namespace freshet::kernels {

/// What this processor and its operating system can run: the features that the kernels of that name are compiled for.
bool has_avx2();
bool has_avx512();

/// The kernels common to all models, for a backend.
const CommonKernels& common_kernels(Backend backend);

}  // namespace freshet::kernels
