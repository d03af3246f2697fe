#pragma once

#include <string>

#include "freshet/kernels/cpu/common_kernels.hpp"

namespace freshet::kernels {

/// Why kernels cannot run on a GPU: Freshet was built without CUDA, or there is no device. Empty: they can.
std::string cuda_problem();

/// The delay and moment kernels on the GPU. @throws EnvironmentError where they cannot run
const CommonKernels& common_kernels_cuda();

}  // namespace freshet::kernels
