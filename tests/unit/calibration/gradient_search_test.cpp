#include "freshet/calibration/gradient_search.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/calibration/lbfgs.hpp"
#include "freshet/calibration/registry.hpp"
#include "support/search_functions.hpp"

namespace freshet::calibration {
namespace {

/// A function with derivatives of parameters in a box.
struct Smooth {
  double lower = 0, upper = 1;
  std::function<double(const std::vector<double>& x, std::vector<double>& gradient)> value;
};

double rosenbrock(const std::vector<double>& x, std::vector<double>& gradient) {
  gradient.assign(x.size(), 0.0);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double valley = x[i + 1] - x[i] * x[i];
    gradient[i] += -400 * x[i] * valley - 2 * (1 - x[i]);
    gradient[i + 1] += 200 * valley;
  }
  return testing::rosenbrock(x);
}

double six_hump_camel(const std::vector<double>& x, std::vector<double>& gradient) {
  gradient = {8 * x[0] - 8.4 * std::pow(x[0], 3) + 2 * std::pow(x[0], 5) + x[1], x[0] - 8 * x[1] + 16 * std::pow(x[1], 3)};
  return testing::six_hump_camel(x);
}

/// sum (j + 1) |x_j - 0.3|: a kink at its minimum along each parameter.
double kinked(const std::vector<double>& x, std::vector<double>& gradient) {
  double sum = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double weight = static_cast<double>(j + 1);
    sum += weight * std::abs(x[j] - 0.3);
    gradient[j] = x[j] < 0.3 ? -weight : weight;
  }
  return sum;
}

void run(Search& search, const Smooth& function) {
  const std::size_t n = search.parameters();
  while (!search.finished()) {
    std::vector<double> values, gradients, x(n), slope(n);
    for (std::size_t i = 0; i < search.ask().size(); i += n) {
      for (std::size_t j = 0; j < n; ++j) x[j] = function.lower + search.ask()[i + j] * (function.upper - function.lower);
      values.push_back(function.value(x, slope));
      for (const double d : slope) gradients.push_back(d * (function.upper - function.lower));
    }
    search.tell(values, gradients);
  }
}

TEST(GradientSearch, ScalesToLogitsAndBack) {
  const std::vector<double> x = {0.01, 0.5, 0.9};
  const auto back = sigmoids(logits(x));
  for (std::size_t j = 0; j < x.size(); ++j) EXPECT_NEAR(back[j], x[j], 1e-15);
  EXPECT_EQ(sigmoids(std::vector<double>{-1e9, 1e9}), (std::vector<double>{0, 1}));
}

// Of a quadratic with matrix diag(2, 8): s = (1, 0) gives y = (2, 0), s = (0, 1) gives y = (0, 8); both pairs together are the
// whole inverse, so the direction is Newton's, -(g1 / 2, g2 / 8).
TEST(Lbfgs, DirectionIsNewtonsForAQuadraticItHasSeen) {
  const std::vector<double> gradient = {3, -4}, steps = {1, 0, 0, 1}, changes = {2, 0, 0, 8};
  const auto direction = lbfgs_direction(gradient, steps, changes);
  EXPECT_NEAR(direction[0], -1.5, 1e-15);
  EXPECT_NEAR(direction[1], 0.5, 1e-15);
  EXPECT_EQ(lbfgs_direction(gradient, {}, {}), (std::vector<double>{-3, 4}));
}

TEST(Lbfgs, FindsTheEndOfRosenbrocksValley) {
  for (const std::size_t n : {2u, 10u}) {
    int found = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto search = make_search({.method = "lbfgs", .max_evaluations = 4000}, n, seed);
      run(*search, {-5, 5, rosenbrock});
      if (search->best_value() < 1e-6) ++found;
    }
    EXPECT_GE(found, 19) << n;
  }
}

TEST(Adam, FindsTheEndOfRosenbrocksValley) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto search = make_search({.method = "adam", .max_evaluations = 20000}, 2, seed);
    run(*search, {-5, 5, rosenbrock});
    if (search->best_value() < 1e-3) ++found;
  }
  EXPECT_GE(found, 19);
}

TEST(GradientSearch, FindsTheBetterMinimaByItsStarts) {
  for (const char* method : {"adam", "lbfgs"}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto search = make_search({.method = method, .max_evaluations = 10000}, 2, seed);
      run(*search, {-2, 2, six_hump_camel});
      EXPECT_NEAR(search->best_value(), -1.0316284535, 1e-5) << method << seed;
      EXPECT_EQ(search->stop_reason(), StopReason::kDescentsConverged);
    }
  }
}

TEST(GradientSearch, CopesWithKinks) {
  for (const char* method : {"adam", "lbfgs"}) {
    const auto search = make_search({.method = method, .max_evaluations = 10000}, 4, 1);
    run(*search, {0, 1, kinked});
    EXPECT_LT(search->best_value(), 0.02) << method;
  }
}

TEST(GradientSearch, ApproachesAMinimumOnABound) {
  for (const char* method : {"adam", "lbfgs"}) {
    const auto search = make_search({.method = method, .max_evaluations = 10000}, 2, 1);
    run(*search, {0, 1, [](const std::vector<double>& x, std::vector<double>& gradient) {
                    gradient = {1, 2 * (x[1] - 0.5)};
                    return x[0] + (x[1] - 0.5) * (x[1] - 0.5);
                  }});
    EXPECT_LT(search->best_value(), 1e-3) << method;
    EXPECT_GE(search->best_point()[0], 0);
  }
}

TEST(GradientSearch, RestartsWhatHasEnded) {
  for (const char* method : {"adam", "lbfgs"}) {
    SearchOptions options{.method = method, .max_evaluations = 100000, .gradient_starts = 2};
    const auto once = make_search(options, 2, 1);
    run(*once, {-2, 2, six_hump_camel});
    options.gradient_restarts = 10;
    const auto restarted = make_search(options, 2, 1);
    run(*restarted, {-2, 2, six_hump_camel});
    EXPECT_GT(restarted->evaluations(), 3 * once->evaluations());
    EXPECT_LE(restarted->best_value(), once->best_value());
  }
}

TEST(GradientSearch, BeginsWithTheInitialPointAndALatinHypercube) {
  const auto search = make_search({.method = "adam", .gradient_starts = 8, .initial_point = {0.25, 0.0}}, 2, 1);
  EXPECT_NEAR(search->ask()[0], 0.25, 1e-12);
  EXPECT_NEAR(search->ask()[1], 0.01, 1e-12);
  EXPECT_EQ(search->ask().size(), 16u);
}

// Parameters beyond 0.6 cannot be simulated; the minimum lies just inside, and steps leap over the edge.
TEST(GradientSearch, GoesOnBesideInfeasiblePoints) {
  for (const char* method : {"adam", "lbfgs"}) {
    const auto search = make_search({.method = method, .max_evaluations = 5000}, 2, 1);
    run(*search, {0, 1, [](const std::vector<double>& x, std::vector<double>& gradient) {
                    gradient = {2 * (x[0] - 0.59), 2 * (x[1] - 0.2)};
                    const double value = std::pow(x[0] - 0.59, 2) + std::pow(x[1] - 0.2, 2);
                    if (x[0] > 0.6) gradient[0] = std::numeric_limits<double>::quiet_NaN();
                    return value;
                  }});
    EXPECT_LT(search->best_value(), 1e-6) << method;
  }
}

}  // namespace
}  // namespace freshet::calibration
