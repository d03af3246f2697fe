#include "freshet/metrics/summary.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<double> sorted_valid(std::span<const double> values) {
  std::vector<double> valid;
  valid.reserve(values.size());
  std::ranges::copy_if(values, std::back_inserter(valid), [](double value) { return !std::isnan(value); });
  std::ranges::sort(valid);
  return valid;
}

double mean_of(const std::vector<double>& values) {
  return values.empty() ? kNaN : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double quantile_of(const std::vector<double>& sorted, double p) {
  if (!(p >= 0 && p <= 1)) throw InternalError(fmt::format("{} is not a probability", p));
  if (sorted.empty()) return kNaN;
  const double rank = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const double weight = rank - static_cast<double>(below);
  // Equal neighbours need no interpolation, which would turn two infinite ones into NaN.
  if (weight == 0 || sorted[below] == sorted[below + 1]) return sorted[below];
  return sorted[below] + weight * (sorted[below + 1] - sorted[below]);
}

}  // namespace

double mean_valid(std::span<const double> values) {
  double sum = 0;
  std::size_t count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  return count == 0 ? kNaN : sum / static_cast<double>(count);
}

double deviation_valid(std::span<const double> values) {
  const double mean = mean_valid(values);
  double sum = 0;
  std::size_t count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += (value - mean) * (value - mean);
    ++count;
  }
  return count < 2 ? kNaN : std::sqrt(sum / static_cast<double>(count - 1));
}

double quantile_valid(std::span<const double> values, double p) {
  return quantile_of(sorted_valid(values), p);
}

double median_valid(std::span<const double> values) {
  return quantile_valid(values, 0.5);
}

ScoreSummary summarize(std::span<const double> scores) {
  const std::vector<double> sorted = sorted_valid(scores);
  return {.scored = sorted.size(),
          .failed = scores.size() - sorted.size(),
          .mean = mean_of(sorted),
          .median = quantile_of(sorted, 0.5),
          .lower_quartile = quantile_of(sorted, 0.25),
          .upper_quartile = quantile_of(sorted, 0.75),
          .lowest = quantile_of(sorted, 0),
          .highest = quantile_of(sorted, 1)};
}

}  // namespace freshet
