#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "freshet/calibration/sce_ua.hpp"

namespace freshet::testing {

/// A function with known minimum over a box, for tests of search methods.
struct SearchFunction {
  std::string name;
  std::size_t parameters = 0;
  double lower = 0;  ///< the same bounds for all parameters
  double upper = 1;
  double minimum = 0;
  std::int64_t budget = 10000;
  std::function<double(std::span<const double>)> value;
};

inline double goldstein_price(std::span<const double> x) {
  const double a = x[0], b = x[1];
  const double first = 1 + std::pow(a + b + 1, 2) * (19 - 14 * a + 3 * a * a - 14 * b + 6 * a * b + 3 * b * b);
  const double second = 30 + std::pow(2 * a - 3 * b, 2) * (18 - 32 * a + 12 * a * a + 48 * b - 36 * a * b + 27 * b * b);
  return first * second;
}

inline double rosenbrock(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
  return sum;
}

inline double six_hump_camel(std::span<const double> x) {
  const double a = x[0] * x[0], b = x[1] * x[1];
  return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (-4 + 4 * b) * b;
}

inline double rastrigin(std::span<const double> x) {
  return x[0] * x[0] + x[1] * x[1] - std::cos(18 * x[0]) - std::cos(18 * x[1]);
}

inline double griewank(std::span<const double> x, double d) {
  double sum = 0, product = 1;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum += x[i] * x[i] / d;
    product *= std::cos(x[i] / std::sqrt(static_cast<double>(i + 1)));
  }
  return sum - product + 1;
}

inline double shekel(std::span<const double> x) {
  static constexpr std::array<std::array<double, 4>, 10> kCentres = {{{4, 4, 4, 4},
                                                                      {1, 1, 1, 1},
                                                                      {8, 8, 8, 8},
                                                                      {6, 6, 6, 6},
                                                                      {3, 7, 3, 7},
                                                                      {2, 9, 2, 9},
                                                                      {5, 5, 3, 3},
                                                                      {8, 1, 8, 1},
                                                                      {6, 2, 6, 2},
                                                                      {7, 3.6, 7, 3.6}}};
  static constexpr std::array<double, 10> kWidths = {0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5};
  double sum = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    double distance = kWidths[i];
    for (std::size_t j = 0; j < 4; ++j) distance += std::pow(x[j] - kCentres[i][j], 2);
    sum -= 1 / distance;
  }
  return sum;
}

inline double hartman(std::span<const double> x) {
  static constexpr double kA[4][6] = {
      {10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14}, {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}};
  static constexpr double kP[4][6] = {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                      {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                      {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                      {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
  static constexpr double kC[4] = {1, 1.2, 3, 3.2};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double exponent = 0;
    for (std::size_t j = 0; j < 6; ++j) exponent += kA[i][j] * std::pow(x[j] - kP[i][j], 2);
    sum -= kC[i] * std::exp(-exponent);
  }
  return sum;
}

/// Duan et al.'s functions, with the budgets within which their minimum should be found.
inline const std::vector<SearchFunction>& search_functions() {
  static const std::vector<SearchFunction> functions = {
      {"Goldstein-Price", 2, -2, 2, 3, 10000, goldstein_price},
      {"Rosenbrock", 2, -5, 5, 0, 10000, rosenbrock},
      {"six-hump camel", 2, -5, 5, -1.0316284535, 10000, six_hump_camel},
      {"Rastrigin", 2, -1, 1, -2, 10000, rastrigin},
      {"Griewank, 2", 2, -600, 600, 0, 10000, [](std::span<const double> x) { return griewank(x, 200); }},
      {"Griewank, 10", 10, -600, 600, 0, 25000, [](std::span<const double> x) { return griewank(x, 4000); }},
      {"Shekel", 4, 0, 10, -10.5364098167, 25000, shekel},
      {"Hartman", 6, 0, 1, -3.3223680114, 25000, hartman},
  };
  return functions;
}

/// Values of the points of an ask().
inline std::vector<double> evaluate(const SearchFunction& function, std::span<const double> points) {
  std::vector<double> values, x(function.parameters);
  for (std::size_t i = 0; i < points.size(); i += function.parameters) {
    for (std::size_t j = 0; j < x.size(); ++j) x[j] = function.lower + points[i + j] * (function.upper - function.lower);
    values.push_back(function.value(x));
  }
  return values;
}

/// Runs a search to its end.
inline void run_search(calibration::Search& search, const SearchFunction& function) {
  while (!search.finished()) search.tell(evaluate(function, search.ask()));
}

/// Whether a search has found the minimum: f - f* <= 1e-3 max(1, |f*|).
inline bool found_minimum(const calibration::Search& search, const SearchFunction& function) {
  return search.best_value() - function.minimum <= 1e-3 * std::max(1.0, std::abs(function.minimum));
}

/// What SCE-UA reaches on a function with the seeds 0 to 99.
struct Success {
  int found = 0;
  double mean_evaluations = 0;
  std::int64_t most_evaluations = 0;
};

inline Success success_of(const calibration::SearchOptions& base, const SearchFunction& function) {
  calibration::SearchOptions options = base;
  options.max_evaluations = function.budget;
  Success success;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    calibration::SceUa search(options, function.parameters, seed, 0);
    run_search(search, function);
    if (found_minimum(search, function)) ++success.found;
    success.mean_evaluations += 0.01 * static_cast<double>(search.evaluations());
    success.most_evaluations = std::max(success.most_evaluations, search.evaluations());
  }
  return success;
}

}  // namespace freshet::testing
