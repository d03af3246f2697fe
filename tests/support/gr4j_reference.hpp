#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace freshet::testing_support {

/// Days of the example series, which start on 1984-01-01: the warm-up's first day, 1989-01-01, and the run's, 1990-01-01.
inline constexpr std::size_t kWarmUpStart = 1827;
inline constexpr std::size_t kRunStart = 2192;

inline std::vector<double> part(const std::vector<double>& all, std::size_t first, std::size_t size) {
  return {all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(first + size)};
}

/// Expects `got` from its `skip`-th value on to be what was printed with eight significant digits, but for `units` of the last.
inline void expect_digits(const std::vector<double>& got, const std::vector<double>& printed, const std::string& what,
                          std::size_t skip = 0, double units = 0.5) {
  ASSERT_EQ(got.size(), printed.size()) << what;
  for (std::size_t t = skip; t < got.size(); ++t) {
    const double unit = printed[t] == 0 ? 1e-8 : std::pow(10.0, std::floor(std::log10(std::abs(printed[t]))) - 7);
    // The printed decimal is rounded to a double once more.
    ASSERT_NEAR(got[t], printed[t], units * unit * (1 + 1e-6)) << what << " step " << t;
  }
}

}  // namespace freshet::testing_support
