#include "freshet/metrics/pairs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet {

Pairs valid_pairs(std::span<const double> observed, std::span<const double> simulated) {
  if (observed.size() != simulated.size()) {
    throw InternalError(
        fmt::format("{} observed values were to be compared with {} simulated ones", observed.size(), simulated.size()));
  }
  Pairs pairs;
  pairs.observed.reserve(observed.size());
  pairs.simulated.reserve(observed.size());
  pairs.position.reserve(observed.size());
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (std::isnan(observed[i]) || std::isnan(simulated[i])) continue;
    pairs.observed.push_back(observed[i]);
    pairs.simulated.push_back(simulated[i]);
    pairs.position.push_back(static_cast<std::int64_t>(i));
  }
  return pairs;
}

Moments moments(std::span<const double> values) {
  if (values.empty()) {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    return {kNaN, kNaN, kNaN};
  }
  // The rounded mean of equal values may differ from them, which would leave a tiny false spread.
  const auto [lowest, highest] = std::ranges::minmax(values);
  if (lowest == highest) return {lowest, 0.0, 0.0};

  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum_of_squares = 0;
  for (const double value : values) sum_of_squares += (value - mean) * (value - mean);
  return {mean, sum_of_squares, std::sqrt(sum_of_squares / n)};
}

}  // namespace freshet
