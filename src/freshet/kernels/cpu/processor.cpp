#include "freshet/kernels/cpu/processor.hpp"

#include "freshet/core/error.hpp"
#include "freshet/kernels/cuda/cuda.hpp"
#include "freshet/kernels/lanes/lane_math.hpp"
#include "freshet/kernels/lanes/pack.hpp"
#include "freshet/kernels/lanes/scalar_lane.hpp"

namespace freshet::kernels {

bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
}

const CommonKernels& common_kernels(Backend backend) {
  static const CommonKernels generic = common_kernels_generic(), avx2 = common_kernels_avx2(), avx512 = common_kernels_avx512();
  static const CommonKernels interpreted = {"interpreter", common_functions<Pack<ScalarLane<float>, 16>>(),
                                            common_functions<Pack<ScalarLane<double>, 16>>()};
  switch (backend == Backend::kBest ? available_backends().front() : backend) {
    case Backend::kInterpreter:
      return interpreted;
    case Backend::kGeneric:
      return generic;
    case Backend::kAvx2:
      return avx2;
    case Backend::kAvx512:
      return avx512;
    case Backend::kCuda:
      return common_kernels_cuda();
    case Backend::kBest:
      break;
  }
  throw InternalError("unknown backend");
}

}  // namespace freshet::kernels
