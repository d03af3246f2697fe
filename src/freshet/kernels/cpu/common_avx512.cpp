#include "freshet/kernels/cpu/common_kernels.hpp"
#include "freshet/kernels/lanes/instantiate.hpp"

namespace freshet::kernels {

CommonKernels common_kernels_avx512() {
  return {"avx512", common_functions<Pack<Vector<float>, 2>>(), common_functions<Pack<Vector<double>, 2>>()};
}

}  // namespace freshet::kernels
