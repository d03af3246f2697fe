#include "freshet/calibration/sampling.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace freshet::calibration {
namespace {

TEST(Permuted, HasEachNumberOnce) {
  for (const std::uint64_t size : {1u, 2u, 3u, 8u, 17u, 1000u}) {
    for (std::uint64_t key = 0; key < 5; ++key) {
      std::set<std::uint64_t> seen;
      for (std::uint64_t i = 0; i < size; ++i) seen.insert(permuted(i, size, key));
      EXPECT_EQ(seen.size(), size);
      EXPECT_EQ(*seen.rbegin(), size - 1);
    }
  }
}

// Over many keys the first item is anywhere with the same chance, and two items do not go together: of 4 numbers the 12 ordered
// pairs of the first two are equally likely. Chi-square with 11 degrees of freedom is above 31.3 once in a thousand.
TEST(Permuted, IsUniformOverKeys) {
  std::vector<double> counts(16, 0.0);
  constexpr int kKeys = 12000;
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    const std::uint64_t key = mix_seed(3, i);
    ++counts[4 * permuted(0, 4, key) + permuted(1, 4, key)];
  }
  double chi_square = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    const double expected = i % 5 == 0 ? 0 : kKeys / 12.0;
    if (expected == 0) {
      EXPECT_EQ(counts[i], 0);
    } else {
      chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
  }
  EXPECT_LT(chi_square, 31.3);
}

std::vector<double> all_points(Search& search) {
  std::vector<double> points;
  while (!search.finished()) {
    points.insert(points.end(), search.ask().begin(), search.ask().end());
    search.tell(std::vector<double>(search.ask().size() / search.parameters(), 1.0));
  }
  return points;
}

TEST(LatinHypercube, HasOnePointInEachInterval) {
  for (const std::int64_t size : {1, 7, 300}) {
    const SearchOptions options{.method = "latin_hypercube", .max_evaluations = size, .sample_batch = 64};
    LatinHypercube search(options, 5, 1, 2);
    const auto points = all_points(search);
    ASSERT_EQ(points.size(), static_cast<std::size_t>(5 * size));
    for (std::size_t j = 0; j < 5; ++j) {
      std::set<std::int64_t> intervals;
      for (std::size_t i = j; i < points.size(); i += 5) {
        intervals.insert(static_cast<std::int64_t>(points[i] * static_cast<double>(size)));
      }
      EXPECT_EQ(intervals.size(), static_cast<std::size_t>(size));
      EXPECT_EQ(*intervals.begin(), 0);
      EXPECT_EQ(*intervals.rbegin(), size - 1);
    }
  }
}

TEST(Sampling, DoesNotDependOnTheBatch) {
  for (const std::int64_t batch : {1, 10, 1000}) {
    const SearchOptions options{.max_evaluations = 50, .sample_batch = batch, .initial_point = {0.5, 0.5, 0.5}};
    const SearchOptions whole{.max_evaluations = 50, .initial_point = {0.5, 0.5, 0.5}};
    LatinHypercube hypercube(options, 3, 1, 2), whole_hypercube(whole, 3, 1, 2);
    EXPECT_EQ(all_points(hypercube), all_points(whole_hypercube));
    MonteCarlo uniform(options, 3, 1, 2), whole_uniform(whole, 3, 1, 2);
    const auto points = all_points(uniform);
    EXPECT_EQ(points, all_points(whole_uniform));
    EXPECT_EQ(std::vector<double>(points.begin(), points.begin() + 3), options.initial_point);
    EXPECT_EQ(uniform.evaluations(), 50);
    EXPECT_EQ(uniform.stop_reason(), StopReason::kEvaluations);
  }
}

}  // namespace
}  // namespace freshet::calibration
