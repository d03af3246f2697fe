#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "freshet/calibration/sce_ua.hpp"
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

struct Success {
  int found = 0;  ///< of 100 seeds
  double evaluations = 0;
};

Success success_of(const SearchOptions& base, const SearchFunction& function) {
  SearchOptions options = base;
  options.max_evaluations = function.budget;
  Success success;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SceUa search(options, function.parameters, seed, 0);
    testing::run_search(search, function);
    EXPECT_LE(search.evaluations(), function.budget);
    if (testing::found_minimum(search, function)) ++success.found;
    success.evaluations += 0.01 * static_cast<double>(search.evaluations());
  }
  return success;
}

TEST(SceUa, FindsTheMinimumFor95Of100SeedsWithTheDefaults) {
  for (const SearchFunction& function : testing::search_functions()) {
    EXPECT_GE(success_of(SearchOptions{}, function).found, 95) << function.name;
  }
}

// A bar that the test above could not miss would be none: two complexes are too few for the functions with many minima.
TEST(SceUa, TwoComplexesAreTooFew) {
  SearchOptions options;
  options.sce_complexes = 2;
  EXPECT_LT(success_of(options, testing::search_functions().at(3)).found, 95);
}

void print_table(const std::string& title, SearchOptions options) {
  fmt::print("\n{}\n\n| complexes |", title);
  for (const SearchFunction& function : testing::search_functions()) fmt::print(" {} |", function.name);
  fmt::print("\n|---|---|---|---|---|---|---|---|---|\n");
  for (std::int64_t complexes = 2; complexes <= 20; ++complexes) {
    options.sce_complexes = complexes;
    fmt::print("| {} |", complexes);
    for (const SearchFunction& function : testing::search_functions()) {
      const Success success = success_of(options, function);
      fmt::print(" {} ({:.0f}) |", success.found, success.evaluations);
    }
    fmt::print("\n");
  }
}

// Prints the tables of docs/theory/calibration.md; too long for every day.
TEST(SceUaTable, DISABLED_IsPrinted) {
  print_table("Default settings", {});
  SearchOptions usual;
  usual.sce_kstop = 10;
  usual.sce_pcento = usual.sce_peps = 0.001;
  print_table("sce_kstop 10, sce_pcento 0.001, sce_peps 0.001", usual);
}

}  // namespace
}  // namespace freshet::calibration
