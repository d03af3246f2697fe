#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "freshet/calibration/search.hpp"

namespace freshet::calibration {

/// Item `index` of a random permutation of 0 ... size - 1, without making the others: a Feistel network of philox rounds, walked
/// until it lands inside (Black and Rogaway 2002). index < size <= 2^62.
std::uint64_t permuted(std::uint64_t index, std::uint64_t size, std::uint64_t key);

/// Point `index` of a Latin hypercube of `size` points in [0, 1)^parameters: along each parameter every interval
/// [k / size, (k + 1) / size) holds exactly one of them, at a uniform place (McKay et al. 1979).
std::vector<double> latin_hypercube_point(std::uint64_t index, std::uint64_t size, std::size_t parameters, std::uint64_t key);

/// max_evaluations points that do not depend on the values, in batches of sample_batch; an initial point comes first, in place
/// of the sample's first.
class Sampling : public Search {
 protected:
  using Search::Search;
  void advance(std::span<const double> points, std::span<const double> values, std::span<const double> gradients) override;
  void archive(StateArchive&) override {}
  void propose_batch();

 private:
  virtual std::vector<double> point(std::int64_t index) const = 0;
};

/// Independent uniform points.
class MonteCarlo final : public Sampling {
 public:
  MonteCarlo(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin);

 private:
  std::vector<double> point(std::int64_t index) const override;
};

/// One Latin hypercube of max_evaluations points.
class LatinHypercube final : public Sampling {
 public:
  LatinHypercube(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin);

 private:
  std::vector<double> point(std::int64_t index) const override;
  std::uint64_t key_;
};

}  // namespace freshet::calibration
