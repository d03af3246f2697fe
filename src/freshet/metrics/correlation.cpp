#include "freshet/metrics/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "freshet/metrics/pairs.hpp"
#include "freshet/metrics/ranks.hpp"

namespace freshet {

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
  return pearson_r(mid_ranks(pairs.observed), mid_ranks(pairs.simulated));
}

}  // namespace freshet
