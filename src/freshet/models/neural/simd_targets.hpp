#pragma once

/// For the sources of kernels: attributes that compile a function for one SimdLevel. The body is written once, as
/// FRESHET_INLINE functions, which the function with the attribute takes in and so compiles anew.
#define FRESHET_INLINE [[gnu::always_inline]] inline
#if defined(__x86_64__)
#define FRESHET_TARGET_AVX2 [[gnu::target("avx2,fma")]]
// GCC cuts vectors of 512 bits in half unless told otherwise.
#define FRESHET_TARGET_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,fma,prefer-vector-width=512")]]
#else
#define FRESHET_TARGET_AVX2
#define FRESHET_TARGET_AVX512
#endif
