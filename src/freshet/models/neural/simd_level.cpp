#include "freshet/models/neural/simd_level.hpp"

#include <algorithm>
#include <atomic>

namespace freshet {
namespace {

std::atomic<SimdLevel> limit{SimdLevel::kAvx512};

SimdLevel machine_level() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
    return SimdLevel::kAvx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return SimdLevel::kAvx2;
#endif
  return SimdLevel::kBaseline;
}

}  // namespace

SimdLevel simd_level() {
  static const SimdLevel machine = machine_level();
  return std::min(machine, limit.load(std::memory_order_relaxed));
}

void limit_simd_level(SimdLevel level) {
  limit = level;
}

}  // namespace freshet
