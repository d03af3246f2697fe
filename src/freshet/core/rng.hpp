#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace freshet {

/// Random numbers as a pure function of a key and a counter (Philox 4x32-10; Salmon et al. 2011, "Parallel random
/// numbers: as easy as 1, 2, 3"). Because there is no hidden state, a draw depends only on what it is for - say (seed,
/// training step, sample) - and not on which thread asks, in which order, or whether the run was resumed.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::uint64_t key);

/// What a stream of random numbers is used for, so that two uses never share numbers.
enum class RngUse : std::uint32_t {
  kInitialWeights = 1,
  kShuffle,
  kDropout,
  kTargetNoise,
  kSynthetic,
  kCalibration,
  kFolds,
  kBootstrap
};

/// A sequential view on philox: an endless stream keyed by (seed, use, a, b).
class RngStream {
 public:
  RngStream(std::uint64_t seed, RngUse use, std::uint64_t a = 0, std::uint32_t b = 0);

  std::uint32_t next_u32();
  /// Uniform in [0, 1).
  double uniform();
  /// Standard normal (Box-Muller).
  double normal();
  /// Gamma with the given shape (> 0) and scale (> 0) (Marsaglia and Tsang 2000).
  double gamma(double shape, double scale);
  /// Uniform integer in [0, n), n >= 1.
  std::uint64_t below(std::uint64_t n);

 private:
  std::uint64_t key_;
  std::uint64_t a_;
  std::uint32_t b_;
  std::uint32_t block_ = 0;
  std::array<std::uint32_t, 4> buffer_{};
  int used_ = 4;
  bool has_spare_normal_ = false;
  double spare_normal_ = 0;
};

/// A seed derived from another and a use, well mixed.
std::uint64_t mix_seed(std::uint64_t seed, std::uint64_t salt);
/// Likewise, and a name, e.g. a basin's.
std::uint64_t mix_seed(std::uint64_t seed, std::string_view name);

}  // namespace freshet
