#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace freshet::kernels {

/// Sixteen bytes of lanes in the compiler's own vectors: what any processor has. Multiply-adds round twice, unlike those of the
/// instruction sets that have them. See ScalarLane for what each function means.
template <class T>
struct PortableVector {
  using Value = T;
  using Bits = std::conditional_t<std::is_same_v<T, float>, std::int32_t, std::int64_t>;
  using Native [[gnu::vector_size(16)]] = T;
  using Mask [[gnu::vector_size(16)]] = Bits;
  static constexpr std::size_t kWidth = 16 / sizeof(T);

  Native v;

  PortableVector() = default;
  explicit PortableVector(T value) {
    for (std::size_t i = 0; i < kWidth; ++i) v[i] = value;
  }
  static PortableVector of(Native value) {
    PortableVector x;
    x.v = value;
    return x;
  }
  static PortableVector load(const T* from) {
    PortableVector x;
    std::memcpy(&x.v, from, sizeof(x.v));
    return x;
  }
  void store(T* to) const { std::memcpy(to, &v, sizeof(v)); }

  friend PortableVector operator+(PortableVector a, PortableVector b) { return of(a.v + b.v); }
  friend PortableVector operator-(PortableVector a, PortableVector b) { return of(a.v - b.v); }
  friend PortableVector operator*(PortableVector a, PortableVector b) { return of(a.v * b.v); }
  friend PortableVector operator/(PortableVector a, PortableVector b) { return of(a.v / b.v); }
  friend PortableVector operator-(PortableVector a) { return of(-a.v); }
  friend Mask operator<(PortableVector a, PortableVector b) { return a.v < b.v; }
  friend Mask operator<=(PortableVector a, PortableVector b) { return a.v <= b.v; }
  friend PortableVector select(Mask mask, PortableVector a, PortableVector b) { return of(mask ? a.v : b.v); }
  friend PortableVector min(PortableVector a, PortableVector b) { return of(b.v < a.v ? b.v : a.v); }
  friend PortableVector max(PortableVector a, PortableVector b) { return of(a.v < b.v ? b.v : a.v); }
  friend PortableVector fma(PortableVector a, PortableVector b, PortableVector c) { return of(a.v * b.v + c.v); }
  friend PortableVector sqrt(PortableVector a) {
    Native root = a.v;
    for (std::size_t i = 0; i < kWidth; ++i) root[i] = a.v[i] <= T(0) ? T(0) : std::sqrt(a.v[i]);
    return of(root);
  }
  /// Of |a| < 2^22 (2^51): adding a number of 24 (53) bits leaves no place for a fraction.
  friend PortableVector round(PortableVector a) {
    constexpr T kShift = std::is_same_v<T, float> ? T(12582912.0) : T(6755399441055744.0);
    return of((a.v + kShift) - kShift);
  }
  friend PortableVector scale_by_power(PortableVector x, PortableVector n) {
    const Mask exponent = (__builtin_convertvector(n.v, Mask) + kBias) << kFractionBits;
    return of(x.v * std::bit_cast<Native>(exponent));
  }
  friend PortableVector split(PortableVector x, PortableVector& m) {
    const Mask bits = std::bit_cast<Mask>(x.v) - kSqrtHalf;
    const Mask fraction = (bits & kFractionMask) + kSqrtHalf;
    m = of(std::bit_cast<Native>(fraction));
    return of(__builtin_convertvector(bits >> kFractionBits, Native));
  }

 private:
  static constexpr bool kIsFloat = std::is_same_v<T, float>;
  static constexpr int kFractionBits = kIsFloat ? 23 : 52;
  static constexpr Bits kBias = kIsFloat ? 127 : 1023;
  static constexpr Bits kSqrtHalf = static_cast<Bits>(kIsFloat ? 0x3F3504F3LL : 0x3FE6A09E667F3BCDLL);
  static constexpr Bits kFractionMask = (Bits(1) << kFractionBits) - 1;
};

}  // namespace freshet::kernels
