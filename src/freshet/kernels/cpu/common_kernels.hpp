#pragma once

#include "freshet/kernels/lanes/delay_loop.hpp"
#include "freshet/kernels/lanes/moment_loop.hpp"

namespace freshet::kernels {

/// What every model needs beside its own kernels, for one instruction set.
template <class T>
struct CommonFunctions {
  void (*delay_forward)(const DelayCall<T>&);
  void (*delay_adjoint)(const DelayCall<T>&);
  void (*moments)(const MomentCall<T>&);
};

struct CommonKernels {
  const char* instruction_set;
  CommonFunctions<float> of_float;
  CommonFunctions<double> of_double;

  template <class T>
  const CommonFunctions<T>& functions() const;
};

template <>
inline const CommonFunctions<float>& CommonKernels::functions<float>() const {
  return of_float;
}
template <>
inline const CommonFunctions<double>& CommonKernels::functions<double>() const {
  return of_double;
}

template <class V>
CommonFunctions<typename V::Value> common_functions() {
  return {delay_forward<V>, delay_adjoint<V>, moments<V>};
}

CommonKernels common_kernels_generic();
CommonKernels common_kernels_avx2();
CommonKernels common_kernels_avx512();

}  // namespace freshet::kernels
