#pragma once

#include "freshet/kernels/cuda/cuda_device.cuh"
#include "freshet/kernels/cuda/device_stage.hpp"

namespace freshet::kernels {

/// The kernels of a stage on the GPU.
template <class Stage, class T>
constexpr StageFunctions<T> cuda_stage_functions() {
  return device_stage_functions<CudaDevice, Stage, T>();
}

}  // namespace freshet::kernels
