#pragma once

namespace freshet {

/// The instruction sets for which the hand-tuned kernels are compiled: 4, 8 and 16 float32 numbers at once.
enum class SimdLevel { kBaseline, kAvx2, kAvx512 };

/// What this machine offers, or the limit where that is lower.
SimdLevel simd_level();

/// Keeps the kernels of this process from using anything wider, as the tests of the narrower ones do. Call it while none runs.
void limit_simd_level(SimdLevel level);

}  // namespace freshet
