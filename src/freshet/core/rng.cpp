#include "freshet/core/rng.hpp"

#include <cmath>
#include <numbers>

#include <xxhash.h>

namespace freshet {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::uint64_t key) {
  std::uint32_t k0 = static_cast<std::uint32_t>(key);
  std::uint32_t k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c;
}

std::uint64_t mix_seed(std::uint64_t seed, std::uint64_t salt) {
  // splitmix64
  std::uint64_t z = seed + 0x9E3779B97F4A7C15ull * (salt + 1);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

std::uint64_t mix_seed(std::uint64_t seed, std::string_view name) {
  return mix_seed(seed, XXH3_64bits(name.data(), name.size()));
}

RngStream::RngStream(std::uint64_t seed, RngUse use, std::uint64_t a, std::uint32_t b)
    : key_(mix_seed(seed, static_cast<std::uint64_t>(use))), a_(a), b_(b) {}

std::uint32_t RngStream::next_u32() {
  if (used_ == 4) {
    buffer_ = philox({block_++, static_cast<std::uint32_t>(a_), static_cast<std::uint32_t>(a_ >> 32), b_}, key_);
    used_ = 0;
  }
  return buffer_[static_cast<std::size_t>(used_++)];
}

double RngStream::uniform() {
  const std::uint64_t high = next_u32() >> 5;
  const std::uint64_t low = next_u32() >> 6;
  return static_cast<double>((high << 26) | low) * 0x1p-53;
}

double RngStream::normal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_normal_ = true;
  return radius * std::cos(angle);
}

double RngStream::gamma(double shape, double scale) {
  if (shape < 1.0) {
    const double boost = std::pow(1.0 - uniform(), 1.0 / shape);
    return gamma(shape + 1.0, scale) * boost;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = normal();
    const double v = std::pow(1.0 + c * x, 3);
    if (v <= 0) continue;
    const double u = 1.0 - uniform();
    if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v * scale;
  }
}

std::uint64_t RngStream::below(std::uint64_t n) {
  const std::uint64_t value = (std::uint64_t{next_u32()} << 32) | next_u32();
  __extension__ using Wide = unsigned __int128;  // a GCC type: -Wpedantic wants to be told
  return static_cast<std::uint64_t>((static_cast<Wide>(value) * n) >> 64);
}

}  // namespace freshet
