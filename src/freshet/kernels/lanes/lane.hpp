#pragma once

/// Before functions that run on lanes: compiled for the processor, and by the CUDA compiler for the device too. On the processor
/// they are always inlined: only then do the vectors of a time step stay in registers, and only then does no copy of a function
/// made for one instruction set get linked into code for another.
/// FRESHET_LANE_CALL: on functions too large for that, which the compiler may call.
#ifdef __CUDACC__
#define FRESHET_LANE __host__ __device__
#define FRESHET_LANE_CALL __host__ __device__
#define FRESHET_INLINE_LAMBDA
#else
#define FRESHET_LANE [[gnu::always_inline]]
#define FRESHET_LANE_CALL
#define FRESHET_INLINE_LAMBDA __attribute__((always_inline))
#endif
