#pragma once

namespace freshet {

/// The instruction sets for which the hand-tuned kernels are compiled: 4, 8 and 16 float32 numbers at once.
enum class SimdLevel { kBaseline, kAvx2, kAvx512 };

/// What this machine offers, or the limit where that is lower.
SimdLevel simd_level();

/// The kernels that this machine runs best: what a source has compiled for each level.
template <class Kernels>
const Kernels& kernels_for_machine(const Kernels& baseline, const Kernels& avx2, const Kernels& avx512) {
  const SimdLevel level = simd_level();
  if (level == SimdLevel::kAvx512) return avx512;
  return level == SimdLevel::kAvx2 ? avx2 : baseline;
}

/// Keeps the kernels of this process from using anything wider, as the tests of the narrower ones do. Call it while none runs.
void limit_simd_level(SimdLevel level);

}  // namespace freshet
