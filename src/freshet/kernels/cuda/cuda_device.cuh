#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

#include "freshet/core/error.hpp"

namespace freshet::kernels {

template <class Thread>
__global__ void run_threads(Thread thread, std::int64_t lanes) {
  const std::int64_t lane = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (lane < lanes) thread(lane);
}

/// The GPU as Mirror and the kernels of device_stage.hpp want a device. Calls of one host thread run one after the other.
/// @throws EnvironmentError where CUDA fails: no device, no memory
struct CudaDevice {
  static constexpr unsigned kThreads = 64;  ///< of a block: few, since each thread's values take many registers

  static void check(cudaError_t status, const char* what) {
    if (status == cudaSuccess) return;
    throw EnvironmentError(Problem{.what = std::string("the GPU: ") + what + ": " + cudaGetErrorString(status),
                                   .hint = "run fewer lanes at once, or choose another backend"});
  }

  static void* allocate(std::size_t bytes) {
    void* memory = nullptr;
    check(cudaMalloc(&memory, bytes), "no memory");
    return memory;
  }
  static void release(void* memory) { cudaFree(memory); }
  static void upload(void* to, const void* from, std::size_t bytes) {
    check(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice), "copying to it");
  }
  static void download_rows(void* to, const void* from, std::int64_t rows, std::int64_t stride, std::int64_t width) {
    const auto pitch = static_cast<std::size_t>(stride == 0 ? width : stride);
    check(cudaMemcpy2D(to, pitch, from, pitch, static_cast<std::size_t>(width), static_cast<std::size_t>(rows),
                       cudaMemcpyDeviceToHost),
          "running, or copying from it");
  }
  template <class Thread>
  static void launch(std::int64_t lanes, const Thread& thread) {
    const auto blocks = static_cast<unsigned>((lanes + kThreads - 1) / kThreads);
    run_threads<<<blocks, kThreads>>>(thread, lanes);
    check(cudaGetLastError(), "starting a kernel");
  }
};

}  // namespace freshet::kernels
