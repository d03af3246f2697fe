#pragma once

/// Before functions that run on lanes: compiled for the processor, and by the CUDA compiler for the device too.
#ifdef __CUDACC__
#define FRESHET_LANE __host__ __device__
#else
#define FRESHET_LANE
#endif
