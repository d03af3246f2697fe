#include "freshet/calibration/sce_ua.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/search_functions.hpp"

namespace freshet::calibration {
namespace {

using testing::SearchFunction;

const SearchFunction& function(std::size_t index) {
  return testing::search_functions().at(index);
}

/// A search that no rule but the budget ends.
SearchOptions endless(std::int64_t budget, std::int64_t complexes) {
  return {.max_evaluations = budget, .sce_complexes = complexes, .sce_pcento = 0, .sce_peps = 0};
}

using Point = std::pair<double, std::vector<double>>;

/// The method written down plainly: one complex after the other, one evaluation after the other, no budget within a loop.
class PlainSceUa {
 public:
  PlainSceUa(const SearchFunction& function, std::size_t complexes, std::uint64_t seed, bool force_best, Mutation mutation)
      : function_(function), p_(complexes), seed_(mix_seed(seed, 0)), force_best_(force_best), mutation_(mutation) {
    const std::size_t n = function.parameters;
    for (std::size_t i = 0; i < p_ * (2 * n + 1); ++i) {
      RngStream random(seed_, RngUse::kCalibration, i, 3);
      std::vector<double> x(n);
      for (double& value : x) value = random.uniform();
      population.push_back(evaluated(x));
    }
    sort(population);
  }

  void loop(std::uint64_t number) {
    const std::vector<double> spread = spread_of(flat(population), function_.parameters);
    std::vector<Point> next;
    for (std::size_t k = 0; k < p_; ++k) {
      std::vector<Point> complex;
      for (std::size_t i = k; i < population.size(); i += p_) complex.push_back(population[i]);
      const std::size_t m = complex.size();
      for (std::uint64_t step = 0; step < m; ++step)
        evolve(complex, (number << 32) | step, static_cast<std::uint32_t>(4 * k), spread);
      next.insert(next.end(), complex.begin(), complex.end());
    }
    population = next;
    sort(population);
  }

  std::vector<Point> population;
  std::int64_t evaluations = 0;

 private:
  Point evaluated(const std::vector<double>& x) {
    ++evaluations;
    return {testing::evaluate(function_, x).front(), x};
  }
  static void sort(std::vector<Point>& points) { std::ranges::stable_sort(points, {}, &Point::first); }
  static std::vector<double> flat(const std::vector<Point>& points) {
    std::vector<double> all;
    for (const Point& point : points) all.insert(all.end(), point.second.begin(), point.second.end());
    return all;
  }

  void evolve(std::vector<Point>& complex, std::uint64_t place, std::uint32_t key, const std::vector<double>& spread) {
    const std::size_t n = function_.parameters;
    RngStream random(seed_, RngUse::kCalibration, place, key);
    const auto simplex = choose_simplex(random, n + 1, complex.size(), force_best_);
    const auto at = [&](std::int64_t rank) -> Point& { return complex[static_cast<std::size_t>(rank)]; };
    Point& worst = at(simplex.back());
    std::vector<double> center(n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) center[j] += at(simplex[i]).second[j];
    }
    for (double& value : center) value /= static_cast<double>(n);
    const auto mutated = [&](std::uint32_t purpose) {
      RngStream numbers(seed_, RngUse::kCalibration, place, key + purpose);
      return mutate(mutation_, numbers, at(simplex.front()).second, spread, flat(complex));
    };
    std::vector<double> reflected(n), contracted(n);
    for (std::size_t j = 0; j < n; ++j) {
      reflected[j] = center[j] + (center[j] - worst.second[j]);
      contracted[j] = center[j] - 0.5 * (center[j] - worst.second[j]);
    }
    Point candidate = evaluated(within_bounds(reflected) ? reflected : mutated(1));
    if (candidate.first > worst.first) candidate = evaluated(contracted);
    if (candidate.first > worst.first) candidate = evaluated(mutated(2));
    // A point equal in value to others comes after them.
    complex.erase(complex.begin() + simplex.back());
    complex.push_back(candidate);
    sort(complex);
  }

  const SearchFunction& function_;
  std::size_t p_;
  std::uint64_t seed_;
  bool force_best_;
  Mutation mutation_;
};

/// Runs until `loops` loops are done.
void run_loops(SceUa& search, const SearchFunction& target, std::int64_t loops) {
  while (search.loops() < loops) {
    ASSERT_FALSE(search.finished());
    search.tell(testing::evaluate(target, search.ask()));
  }
}

TEST(SceUa, GoesTheWayOfThePlainSequentialMethod) {
  const std::map<std::string, Mutation> mutations = {
      {"gaussian", Mutation::kGaussian}, {"complex", Mutation::kComplex}, {"bounds", Mutation::kBounds}};
  for (const auto& [name, kind] : mutations) {
    for (const std::size_t index : {0u, 7u}) {
      SearchOptions options = endless(100000, 4);
      options.sce_mutation = name;
      options.sce_force_best = kind == Mutation::kComplex;
      SceUa search(options, function(index).parameters, 11, 0);
      PlainSceUa plain(function(index), 4, 11, options.sce_force_best, kind);
      for (std::uint64_t loop = 1; loop <= 12; ++loop) {
        run_loops(search, function(index), static_cast<std::int64_t>(loop));
        plain.loop(loop);
        ASSERT_EQ(search.evaluations(), plain.evaluations) << name << ", loop " << loop;
        for (std::size_t i = 0; i < plain.population.size(); ++i) ASSERT_EQ(search.values()[i], plain.population[i].first);
        ASSERT_EQ(search.best_value(), plain.population.front().first);
      }
    }
  }
}

TEST(SceUa, SpeculationDoesNotChangeTheSearch) {
  for (const std::int64_t budget : {777, 3000}) {
    SearchOptions options = endless(budget, 5);
    SceUa plain(options, 6, 3, 2);
    options.sce_speculative = true;
    SceUa speculative(options, 6, 3, 2);
    std::map<std::vector<double>, double> seen, seen_speculatively;
    plain.set_trace([&](const Evaluation& e) { seen[{e.point.begin(), e.point.end()}] = e.value; });
    speculative.set_trace([&](const Evaluation& e) { seen_speculatively[{e.point.begin(), e.point.end()}] = e.value; });
    int rounds = 0, speculative_rounds = 0;
    for (; !plain.finished(); ++rounds) plain.tell(testing::evaluate(function(7), plain.ask()));
    for (; !speculative.finished(); ++speculative_rounds) {
      speculative.tell(testing::evaluate(function(7), speculative.ask()));
    }
    EXPECT_EQ(seen, seen_speculatively);
    EXPECT_EQ(plain.evaluations(), speculative.evaluations());
    EXPECT_EQ(plain.best_value(), speculative.best_value());
    EXPECT_LT(speculative_rounds, rounds);
  }
}

TEST(SceUa, UsesTheBudgetExactly) {
  for (std::int64_t budget = 1; budget < 120; ++budget) {
    SceUa search(endless(budget, 3), 2, 5, 0);
    testing::run_search(search, function(0));
    ASSERT_EQ(search.evaluations(), budget);
    ASSERT_EQ(search.stop_reason(), StopReason::kEvaluations);
  }
}

TEST(SceUa, AsksOneCandidateOfEachComplex) {
  SceUa search(endless(10000, 7), 3, 5, 0);
  EXPECT_EQ(search.ask().size(), 7u * 7u * 3u);
  search.tell(std::vector<double>(49, 1.0));
  EXPECT_EQ(search.ask().size(), 7u * 3u);
}

TEST(SceUa, EndsWhenThePointsHaveConverged) {
  SearchOptions options = endless(100000, 5);
  options.sce_peps = 1e-3;
  SceUa search(options, 2, 1, 0);
  testing::run_search(search, function(0));
  EXPECT_EQ(search.stop_reason(), StopReason::kPointsConverged);
  EXPECT_NEAR(search.best_value(), 3, 1e-3);
  options.sce_peps = 1;  // wider than the initial points
  SceUa at_once(options, 2, 1, 0);
  testing::run_search(at_once, function(0));
  EXPECT_EQ(at_once.stop_reason(), StopReason::kPointsConverged);
  EXPECT_EQ(at_once.evaluations(), 25);
}

TEST(SceUa, EndsWithoutImprovementOverKstopLoops) {
  SearchOptions options = endless(100000, 2);
  options.sce_pcento = 0.1;
  options.sce_kstop = 4;
  for (const double constant : {5.0, 0.0}) {  // 0: the relative change is 0 / 0
    SceUa search(options, 2, 1, 0);
    while (!search.finished()) search.tell(std::vector<double>(search.ask().size() / 2, constant));
    EXPECT_EQ(search.stop_reason(), StopReason::kNoImprovement);
    EXPECT_EQ(search.loops(), 5);  // the first loop whose value can be compared with that of four loops before
  }
}

TEST(SceUa, ImprovementKeepsItGoing) {
  SearchOptions options = endless(2000, 2);
  options.sce_pcento = 1e-6;
  options.sce_kstop = 1;
  SceUa search(options, 2, 1, 0);
  double value = 1e9;
  while (!search.finished()) {
    std::vector<double> values(search.ask().size() / 2);
    for (double& v : values) v = value *= 0.99;
    search.tell(values);
  }
  EXPECT_EQ(search.stop_reason(), StopReason::kEvaluations);
}

TEST(SceUa, DropsComplexesDownToTheLeast) {
  SearchOptions options = endless(100000, 6);
  options.sce_min_complexes = 3;
  SceUa search(options, 2, 4, 0);
  std::vector<std::size_t> complexes;
  for (std::int64_t loop = 1; loop <= 6; ++loop) {
    run_loops(search, function(1), loop);
    complexes.push_back(search.complexes());
    EXPECT_EQ(search.values().size(), 5 * complexes.back());
    EXPECT_EQ(search.values().front(), search.best_value());
    EXPECT_TRUE(std::ranges::is_sorted(search.values()));
  }
  EXPECT_EQ(complexes, (std::vector<std::size_t>{5, 4, 3, 3, 3, 3}));
}

TEST(SceUa, BeginsWithTheInitialPoint) {
  SearchOptions options = endless(1000, 3);
  options.initial_point = {0.25, 0.75};
  SceUa with(options, 2, 1, 0);
  options.initial_point.clear();
  SceUa without(options, 2, 1, 0);
  EXPECT_EQ(std::vector<double>(with.ask().begin(), with.ask().begin() + 2), (std::vector<double>{0.25, 0.75}));
  EXPECT_TRUE(std::ranges::equal(with.ask().subspan(2), without.ask().subspan(2)));
}

// Most of the square, where the sum of both parameters is above 0.3, cannot be simulated.
TEST(SceUa, FindsAMinimumAmongInfeasiblePoints) {
  SearchOptions options;
  options.max_evaluations = 5000;
  SceUa search(options, 2, 9, 0);
  while (!search.finished()) {
    std::vector<double> values;
    for (std::size_t i = 0; i < search.ask().size(); i += 2) {
      const double x = search.ask()[i], y = search.ask()[i + 1];
      values.push_back(x + y > 0.3 ? std::nan("") : std::pow(x - 0.1, 2) + std::pow(y - 0.05, 2));
    }
    search.tell(values);
  }
  EXPECT_EQ(search.stop_reason(), StopReason::kPointsConverged);
  EXPECT_NEAR(search.best_point()[0], 0.1, 1e-3);
  EXPECT_NEAR(search.best_point()[1], 0.05, 1e-3);
}

}  // namespace
}  // namespace freshet::calibration
