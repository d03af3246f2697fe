#include "freshet/core/error.hpp"
#include "freshet/kernels/cuda/cuda.hpp"

#ifndef FRESHET_CUDA

namespace freshet::kernels {

std::string cuda_problem() {
  return "Freshet was built without CUDA";
}

const CommonKernels& common_kernels_cuda() {
  throw EnvironmentError(Problem{.what = cuda_problem(), .hint = "Configure the build with -DFRESHET_CUDA=ON."});
}

}  // namespace freshet::kernels

#endif
