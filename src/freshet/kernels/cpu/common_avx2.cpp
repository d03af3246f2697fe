#include "freshet/kernels/cpu/common_kernels.hpp"
#include "freshet/kernels/lanes/instantiate.hpp"

namespace freshet::kernels {

CommonKernels common_kernels_avx2() {
  return {"avx2", common_functions<Lanes<float>>(), common_functions<Lanes<double>>()};
}

}  // namespace freshet::kernels
