#include "freshet/calibration/sampling.hpp"

#include <algorithm>
#include <bit>

namespace freshet::calibration {

std::uint64_t permuted(std::uint64_t index, std::uint64_t size, std::uint64_t key) {
  // Halves of a number of bits that is even, so that the network maps at most 4 size numbers onto themselves.
  const int half = static_cast<int>(std::bit_width(size - 1) + 1) / 2;
  if (half == 0) return 0;
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  do {
    std::uint64_t left = index >> half, right = index & mask;
    for (std::uint32_t round = 0; round < 6; ++round) {
      const std::uint64_t mixed = left ^ philox({static_cast<std::uint32_t>(right), round, 0, 0}, key)[0];
      left = right;
      right = mixed & mask;
    }
    index = (left << half) | right;
  } while (index >= size);
  return index;
}

std::vector<double> latin_hypercube_point(std::uint64_t index, std::uint64_t size, std::size_t parameters, std::uint64_t key) {
  std::vector<double> point(parameters);
  RngStream random(key, RngUse::kCalibration, index);
  for (std::size_t j = 0; j < parameters; ++j) {
    const auto interval = static_cast<double>(permuted(index, size, mix_seed(key, j)));
    // The sum may round up to the next interval's end; the last one ends at 1.
    point[j] = std::min((interval + random.uniform()) / static_cast<double>(size), 1.0);
  }
  return point;
}

void Sampling::propose_batch() {
  const std::int64_t end = std::min(options().max_evaluations, evaluations() + options().sample_batch);
  std::vector<double> points;
  for (std::int64_t i = evaluations(); i < end; ++i) {
    const std::vector<double> next = i == 0 && !options().initial_point.empty() ? options().initial_point : point(i);
    points.insert(points.end(), next.begin(), next.end());
  }
  propose(std::move(points));
}

void Sampling::advance(std::span<const double> points, std::span<const double> values, std::span<const double>) {
  for (std::size_t i = 0; i < values.size(); ++i) record(points.subspan(i * parameters(), parameters()), values[i]);
  if (evaluations_left() <= 0) {
    finish(StopReason::kEvaluations);
  } else {
    propose_batch();
  }
}

MonteCarlo::MonteCarlo(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin)
    : Sampling(options, parameters, seed, basin) {
  propose_batch();
}

std::vector<double> MonteCarlo::point(std::int64_t index) const {
  RngStream random = stream(static_cast<std::uint64_t>(index), 0);
  std::vector<double> point(parameters());
  std::ranges::generate(point, [&random] { return random.uniform(); });
  return point;
}

LatinHypercube::LatinHypercube(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin)
    : Sampling(options, parameters, seed, basin), key_(mix_seed(seed, basin)) {
  propose_batch();
}

std::vector<double> LatinHypercube::point(std::int64_t index) const {
  return latin_hypercube_point(static_cast<std::uint64_t>(index), static_cast<std::uint64_t>(options().max_evaluations),
                               parameters(), key_);
}

}  // namespace freshet::calibration
