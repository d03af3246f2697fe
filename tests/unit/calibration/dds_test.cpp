#include "freshet/calibration/dds.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/calibration/registry.hpp"
#include "support/search_functions.hpp"

namespace freshet::calibration {
namespace {

using testing::SearchFunction;

TEST(Dds, ChanceFallsFromOneToZero) {
  EXPECT_EQ(dds_chance(1, 100), 1);
  EXPECT_NEAR(dds_chance(10, 100), 0.5, 1e-15);
  EXPECT_NEAR(dds_chance(100, 100), 0, 1e-15);
  EXPECT_EQ(dds_chance(1, 1), 1);
}

TEST(Dds, MirrorsOrAbsorbsAtBounds) {
  EXPECT_NEAR(dds_moved(0.5, 0.25, true), 0.75, 1e-15);
  EXPECT_NEAR(dds_moved(0.25, -0.5, false), 0.25, 1e-15);
  EXPECT_EQ(dds_moved(0.25, -0.5, true), 0);
  EXPECT_NEAR(dds_moved(0.75, 0.5, false), 0.75, 1e-15);
  EXPECT_EQ(dds_moved(0.75, 0.5, true), 1);
  EXPECT_EQ(dds_moved(0.25, -1.5, false), 0);  // the image -(-1.25) lies beyond 1
  EXPECT_EQ(dds_moved(0.75, 1.5, false), 1);   // the image 2 - 2.25 lies below 0
}

// Values that never improve leave the best point where it is: the share of parameters a candidate changes is then the chance
// of its step, c, and one is changed where the draw leaves out all n: n c + (1 - c)^n on average.
TEST(Dds, PerturbsFewerAndFewerParametersOfTheBest) {
  const SearchOptions options{.method = "dds", .max_evaluations = 1001, .initial_point = std::vector<double>(50, 0.5)};
  double expected = 0, changed = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Dds search(options, 50, seed, 0);
    search.tell(std::vector<double>{0.0});
    for (std::int64_t step = 1; !search.finished(); ++step) {
      const auto same = std::ranges::count(search.ask(), 0.5);
      ASSERT_LT(same, 50);
      const double chance = dds_chance(step, 1000);
      expected += 50 * chance + std::pow(1 - chance, 50);
      changed += static_cast<double>(50 - same);
      search.tell(std::vector<double>{1.0});
    }
  }
  EXPECT_NEAR(changed / expected, 1, 0.01);  // its standard deviation is 0.0023
}

TEST(Dds, KeepsAPointThatIsNotWorse) {
  const SearchOptions options{.method = "dds", .max_evaluations = 10, .initial_point = {0.5}};
  Dds search(options, 1, 1, 0);
  search.tell(std::vector<double>{2.0});
  const double moved = search.ask().front();
  EXPECT_NE(moved, 0.5);
  search.tell(std::vector<double>{2.0});
  nlohmann::json state = search.save();
  EXPECT_EQ(state["trial_points"][0].get<std::uint64_t>(), std::bit_cast<std::uint64_t>(moved));
}

TEST(Dds, TrialsShareTheBudget) {
  const SearchOptions options{.method = "dds", .max_evaluations = 103, .dds_trials = 5};
  Dds search(options, 3, 1, 0);
  std::vector<std::size_t> candidates;
  while (!search.finished()) {
    candidates.push_back(search.ask().size() / 3);
    search.tell(std::vector<double>(candidates.back(), 1.0));
  }
  EXPECT_EQ(search.evaluations(), 103);
  EXPECT_EQ(candidates.size(), 21u);
  EXPECT_EQ(candidates.front(), 5u);
  EXPECT_EQ(candidates.back(), 3u);
}

TEST(Dds, TrialsKeepTheirOwnBest) {
  const SearchOptions options{.method = "dds", .max_evaluations = 100, .dds_trials = 2};
  Dds search(options, 1, 1, 0);
  const std::vector<double> first(search.ask().begin(), search.ask().end());
  search.tell(std::vector<double>{1.0, 2.0});
  search.tell(std::vector<double>{1.5, 2.5});
  const nlohmann::json state = search.save();
  for (std::size_t trial = 0; trial < 2; ++trial) {
    EXPECT_EQ(std::bit_cast<double>(state["trial_values"][trial].get<std::uint64_t>()), trial == 0 ? 1.0 : 2.0);
    EXPECT_EQ(std::bit_cast<double>(state["trial_points"][trial].get<std::uint64_t>()), first[trial]);
  }
}

double median_best(const std::string& method, const SearchFunction& function, std::int64_t budget) {
  std::vector<double> best;
  for (std::uint64_t seed = 0; seed < 51; ++seed) {
    const auto search = make_search({.method = method, .max_evaluations = budget}, function.parameters, seed);
    testing::run_search(*search, function);
    best.push_back(search->best_value());
  }
  std::ranges::nth_element(best, best.begin() + 25);
  return best[25];
}

TEST(Dds, BeatsMonteCarloOnMostFunctions) {
  std::size_t better = 0;
  for (const SearchFunction& function : testing::search_functions()) {
    if (median_best("dds", function, 500) < median_best("monte_carlo", function, 500)) ++better;
  }
  EXPECT_GE(better, testing::search_functions().size() - 1);
}

}  // namespace
}  // namespace freshet::calibration
