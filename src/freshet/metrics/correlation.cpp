#include "freshet/metrics/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "freshet/metrics/pairs.hpp"

namespace freshet {
namespace {

/// Ranks from 1, equal values sharing the mean of their ranks.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&values](std::size_t i) { return values[i]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double shared = 0.5 * static_cast<double>(first + 1 + end);
    for (std::size_t k = first; k < end; ++k) result[order[k]] = shared;
    first = end;
  }
  return result;
}

}  // namespace

double pearson_r(std::span<const double> observed, std::span<const double> simulated) {
  const Pairs pairs = valid_pairs(observed, simulated);
  const Moments o = moments(pairs.observed);
  const Moments s = moments(pairs.simulated);
  const double spread = std::sqrt(o.sum_of_squares * s.sum_of_squares);
  if (pairs.too_few() || !(spread > 0)) return std::numeric_limits<double>::quiet_NaN();
  double shared = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) shared += (pairs.simulated[i] - s.mean) * (pairs.observed[i] - o.mean);
  return std::clamp(shared / spread, -1.0, 1.0);
}

double spearman_r(std::span<const double> observed, std::span<const double> simulated) {
  const Pairs pairs = valid_pairs(observed, simulated);
  return pearson_r(ranks(pairs.observed), ranks(pairs.simulated));
}

}  // namespace freshet
