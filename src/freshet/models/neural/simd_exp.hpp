#pragma once

#include <bit>
#include <cstdint>

#include "freshet/models/neural/simd_targets.hpp"

/// For the sources of kernels: the exponential as arithmetic on one number, which a loop over it is vectorised with.

namespace freshet {

/// exp(x) = 2^n (1 + p), n = round(x / ln 2), p = exp(r) - 1 with |r| <= ln(2) / 2. Kept apart so that exp(x) - 1 loses nothing
/// near zero. Good for |x| <= 87.
struct ScaledExp {
  float scale;  // 2^n
  float p;      // exp(r) - 1
};

FRESHET_INLINE ScaledExp scaled_exp(float x) {
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits of the significand.
  constexpr float kRound = 12582912.0F;
  constexpr float kLn2High = 0.693359375F, kLn2Low = -2.12194440e-4F;
  const float shifted = x * 1.44269504F + kRound;
  const float n = shifted - kRound;
  const float r = (x - n * kLn2High) - n * kLn2Low;
  // Chebyshev interpolation of (exp(r) - 1 - r) / r^2; relative error of exp(r) 1e-8.
  float q = 0.00139262504F;
  q = q * r + 0.00836323295F;
  q = q * r + 0.0416665524F;
  q = q * r + 0.166665763F;
  q = q * r + 0.5F;
  const std::uint32_t bits = (std::bit_cast<std::uint32_t>(shifted) << 23) + 0x3f800000U;
  return {std::bit_cast<float>(bits), (q * r) * r + r};
}

// Both comparisons are false for NaN, which so passes through.
FRESHET_INLINE float clamp(float x, float limit) {
  x = -limit > x ? -limit : x;
  return limit < x ? limit : x;
}

}  // namespace freshet
