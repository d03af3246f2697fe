#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/search_functions.hpp"

namespace freshet::calibration {
namespace {

using testing::SearchFunction;

double value_at(const char* name, std::vector<double> x) {
  for (const SearchFunction& function : testing::search_functions()) {
    if (function.name == name) return function.value(x);
  }
  return std::nan("");
}

// Values that others have computed, and minima as published.
TEST(SearchFunctions, HaveTheirKnownValues) {
  EXPECT_NEAR(value_at("Goldstein-Price", {0, -1}), 3, 1e-12);
  EXPECT_NEAR(value_at("Rosenbrock", {1, 1}), 0, 1e-15);
  EXPECT_NEAR(value_at("Rosenbrock", {-1.2, 1}), 24.2, 1e-12);
  EXPECT_NEAR(value_at("six-hump camel", {0.0898420, -0.7126564}), -1.0316284535, 1e-10);
  EXPECT_NEAR(value_at("six-hump camel", {-0.0898420, 0.7126564}), -1.0316284535, 1e-10);
  EXPECT_NEAR(value_at("Rastrigin", {0, 0}), -2, 1e-15);
  EXPECT_NEAR(value_at("Rastrigin", {0.5, 0.5}), 2.322260523769354, 1e-14);
  EXPECT_NEAR(value_at("Griewank, 2", {1, 2}), 0.9407432621326708, 1e-14);
  EXPECT_NEAR(value_at("Griewank, 10", std::vector<double>(10, 3.0)), 1.0225294825857276, 1e-14);
  EXPECT_NEAR(value_at("Shekel", {4, 4, 4, 4}), -10.536283726, 1e-9);
  EXPECT_NEAR(value_at("Hartman", {.20169, .15001, .476874, .275332, .311652, .6573}), -3.3223680114, 1e-9);
}

TEST(SceUa, FindsTheMinimumFor95Of100SeedsWithTheDefaults) {
  for (const SearchFunction& function : testing::search_functions()) {
    const testing::Success success = testing::success_of(SearchOptions{}, function);
    EXPECT_GE(success.found, 95) << function.name;
    EXPECT_LE(success.most_evaluations, function.budget) << function.name;
  }
}

// A bar that the test above could not miss would be none: two complexes are too few for the functions with many minima.
TEST(SceUa, TwoComplexesAreTooFew) {
  SearchOptions options;
  options.sce_complexes = 2;
  EXPECT_LT(testing::success_of(options, testing::search_functions().at(3)).found, 95);
}

}  // namespace
}  // namespace freshet::calibration
