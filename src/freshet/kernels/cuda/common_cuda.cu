#include "freshet/kernels/cuda/cuda.hpp"
#include "freshet/kernels/cuda/cuda_device.cuh"
#include "freshet/kernels/cuda/device_common.hpp"

namespace freshet::kernels {

std::string cuda_problem() {
  int devices = 0;
  const cudaError_t status = cudaGetDeviceCount(&devices);
  if (status != cudaSuccess) return std::string("there is no GPU that CUDA can use: ") + cudaGetErrorString(status);
  return devices == 0 ? "there is no GPU" : "";
}

const CommonKernels& common_kernels_cuda() {
  static const CommonKernels kernels = {"cuda", device_common_functions<CudaDevice, float>(),
                                        device_common_functions<CudaDevice, double>()};
  return kernels;
}

}  // namespace freshet::kernels
