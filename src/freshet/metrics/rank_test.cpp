#include "freshet/metrics/rank_test.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "freshet/metrics/ranks.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// P(W+ <= w) for n differences without ties. The counts are whole numbers up to 2^50: exact in double.
double exact_lower_tail(std::size_t n, double w) {
  const std::size_t largest = n * (n + 1) / 2;
  std::vector<double> ways(largest + 1, 0);  // [sum]: subsets of the ranks so far with that sum
  ways[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    for (std::size_t sum = largest; sum >= rank; --sum) ways[sum] += ways[sum - rank];
  }
  double below = 0;
  for (std::size_t sum = 0; sum <= std::min(largest, static_cast<std::size_t>(w)); ++sum) below += ways[sum];
  return below / std::pow(2.0, static_cast<double>(n));
}

/// Mean and variance of W+ with `ranked` ranks of which the lowest `zeros` are dropped.
struct NullMoments {
  double mean;
  double variance;
};

NullMoments null_moments(std::size_t ranked, std::size_t zeros, std::span<const double> sizes) {
  const auto sum = [](double n) { return n * (n + 1); };
  const auto squares = [](double n) { return n * (n + 1) * (2 * n + 1); };
  const auto n = static_cast<double>(ranked), m = static_cast<double>(zeros);
  double ties = 0;
  for (const std::size_t size : tie_sizes(sizes)) {
    const auto t = static_cast<double>(size);
    ties += t * t * t - t;
  }
  return {.mean = (sum(n) - sum(m)) / 4, .variance = (squares(n) - squares(m)) / 24 - ties / 48};
}

void add_normal(SignedRankTest& test, const NullMoments& null) {
  const double distance = test.rank_sum_positive - null.mean;
  const double z = std::max(0.0, std::abs(distance) - 0.5) / std::sqrt(null.variance);
  test.z = std::copysign(z, distance);
  test.p = std::min(1.0, std::erfc(z / std::numbers::sqrt2));
  test.method = SignedRankTest::Method::kNormal;
}

}  // namespace

std::string_view to_string(SignedRankTest::Method method) {
  switch (method) {
    case SignedRankTest::Method::kExact:
      return "exact";
    case SignedRankTest::Method::kNormal:
      return "normal";
    case SignedRankTest::Method::kNone:
      break;
  }
  return "none";
}

SignedRankTest signed_rank_test(std::span<const double> differences, ZeroRule rule) {
  SignedRankTest test{.pairs = differences.size(), .z = kNaN};
  std::vector<double> signed_ranked, sizes;
  for (const double difference : differences) {
    test.zeros += difference == 0 ? 1 : 0;
    if (difference == 0 && rule == ZeroRule::kWilcoxon) continue;
    signed_ranked.push_back(difference);
    sizes.push_back(std::abs(difference));
  }
  if (test.zeros == test.pairs) {
    test.p = test.pairs == 0 ? kNaN : 1;
    return test;
  }
  const std::vector<double> ranks = mid_ranks(sizes);
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    if (signed_ranked[i] > 0) test.rank_sum_positive += ranks[i];
    if (signed_ranked[i] < 0) test.rank_sum_negative += ranks[i];
  }
  const std::size_t ranked_zeros = rule == ZeroRule::kPratt ? test.zeros : 0;
  std::erase(sizes, 0.0);  // ties among the dropped ranks do not matter
  if (ranked_zeros == 0 && sizes.size() <= kLargestExactTest && tie_sizes(sizes).empty()) {
    test.p = std::min(1.0, 2 * exact_lower_tail(sizes.size(), std::min(test.rank_sum_positive, test.rank_sum_negative)));
    test.method = SignedRankTest::Method::kExact;
    return test;
  }
  add_normal(test, null_moments(sizes.size() + ranked_zeros, ranked_zeros, sizes));
  return test;
}

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (!std::isnan(p_values[i])) order.push_back(i);
  }
  std::ranges::sort(order, {}, [p_values](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size(), kNaN);
  double largest = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(order.size() - k) * p_values[order[k]]));
    adjusted[order[k]] = largest;
  }
  return adjusted;
}

}  // namespace freshet
