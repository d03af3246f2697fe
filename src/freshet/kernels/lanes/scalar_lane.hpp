#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "freshet/kernels/lanes/lane.hpp"

namespace freshet::kernels {

/// One lane: the operations every lane vector has, in their plainest form. The interpreter runs on it, and it says what the
/// vectors of the instruction sets must do, bit for bit. A vector type V has
///   Value, Mask, kWidth; V(Value) in all lanes; load, store; + - * / and unary -; fma, min, max, sqrt; <, <= and select;
/// and for the functions of lane_math.hpp: round (to the nearest whole number, ties to even), scale_by_power(x, n) = x 2^n for a
/// whole n that keeps x 2^n normal, and split(x, m): x = m 2^e with m in [sqrt(1/2), sqrt(2)) for a normal x > 0, returns e.
template <class T>
struct ScalarLane {
  using Value = T;
  using Mask = bool;
  static constexpr std::size_t kWidth = 1;

  T v;

  ScalarLane() = default;
  FRESHET_LANE explicit ScalarLane(T value) : v(value) {}
  FRESHET_LANE static ScalarLane load(const T* from) { return ScalarLane(*from); }
  FRESHET_LANE void store(T* to) const { *to = v; }

  FRESHET_LANE friend inline ScalarLane operator+(ScalarLane a, ScalarLane b) { return ScalarLane(a.v + b.v); }
  FRESHET_LANE friend inline ScalarLane operator-(ScalarLane a, ScalarLane b) { return ScalarLane(a.v - b.v); }
  FRESHET_LANE friend inline ScalarLane operator*(ScalarLane a, ScalarLane b) { return ScalarLane(a.v * b.v); }
  FRESHET_LANE friend inline ScalarLane operator/(ScalarLane a, ScalarLane b) { return ScalarLane(a.v / b.v); }
  FRESHET_LANE friend inline ScalarLane operator-(ScalarLane a) { return ScalarLane(-a.v); }
  FRESHET_LANE friend inline bool operator<(ScalarLane a, ScalarLane b) { return a.v < b.v; }
  FRESHET_LANE friend inline bool operator<=(ScalarLane a, ScalarLane b) { return a.v <= b.v; }
  FRESHET_LANE friend inline ScalarLane select(bool mask, ScalarLane a, ScalarLane b) { return mask ? a : b; }
  FRESHET_LANE friend inline ScalarLane min(ScalarLane a, ScalarLane b) { return b.v < a.v ? b : a; }
  FRESHET_LANE friend inline ScalarLane max(ScalarLane a, ScalarLane b) { return a.v < b.v ? b : a; }
  FRESHET_LANE friend inline ScalarLane sqrt(ScalarLane a) { return ScalarLane(a.v <= T(0) ? T(0) : std::sqrt(a.v)); }
  FRESHET_LANE friend inline ScalarLane fma(ScalarLane a, ScalarLane b, ScalarLane c) {
    return ScalarLane(std::fma(a.v, b.v, c.v));
  }
  FRESHET_LANE friend inline ScalarLane round(ScalarLane a) { return ScalarLane(std::nearbyint(a.v)); }

  FRESHET_LANE friend inline ScalarLane scale_by_power(ScalarLane x, ScalarLane n) {
    // Whole numbers that a conversion from NaN does not reach: NaN times anything is NaN.
    const auto whole = static_cast<Bits>(static_cast<std::int64_t>(n.v == n.v ? n.v : T(0)));
    return ScalarLane(x.v * std::bit_cast<T>(static_cast<Bits>((whole + kBias) << kFractionBits)));
  }

  FRESHET_LANE friend inline ScalarLane split(ScalarLane x, ScalarLane& m) {
    // Subtracting the bits of sqrt(1/2) leaves the exponent of x / sqrt(1/2) in the exponent's place.
    const Bits bits = std::bit_cast<Bits>(x.v) - kSqrtHalf;
    const SignedBits e = static_cast<SignedBits>(bits) >> kFractionBits;
    m.v = std::bit_cast<T>(static_cast<Bits>((bits & kFractionMask) + kSqrtHalf));
    return ScalarLane(static_cast<T>(e));
  }

 private:
  static constexpr bool kIsFloat = std::is_same_v<T, float>;
  using Bits = std::conditional_t<kIsFloat, std::uint32_t, std::uint64_t>;
  using SignedBits = std::make_signed_t<Bits>;
  static constexpr int kFractionBits = kIsFloat ? 23 : 52;
  static constexpr Bits kBias = kIsFloat ? 127 : 1023;
  static constexpr Bits kSqrtHalf = kIsFloat ? Bits(0x3F3504F3U) : static_cast<Bits>(0x3FE6A09E667F3BCDULL);
  static constexpr Bits kFractionMask = (Bits(1) << kFractionBits) - 1;
};

}  // namespace freshet::kernels
