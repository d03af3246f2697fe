#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet::test {

/// Four and a half years of rain and two hydrographs with gaps, dry days, a late spell and a missed flood: the series of
/// reference.py, value by value.
struct SyntheticSeries {
  TimeAxis axis{.first = make_day(1999, 8, 15), .size = 4 * 365 + 1 + 200};
  std::vector<double> rain;
  std::vector<double> observed;
  std::vector<double> simulated;
};

inline std::vector<double> uniform(std::uint32_t seed, std::int64_t count) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < count; ++i) {
    seed = 1664525u * seed + 1013904223u;
    values.push_back(seed / 4294967296.0);
  }
  return values;
}

inline void add_reservoir(std::vector<double>& flow, const std::vector<double>& rain, double share, double rate) {
  double store = 0;
  for (std::size_t i = 0; i < flow.size(); ++i) {
    store += share * rain[i];
    flow[i] += rate * store;
    store -= rate * store;
  }
}

inline SyntheticSeries synthetic_series() {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  SyntheticSeries series;
  const auto n = series.axis.size;
  const auto u = uniform(1, n);
  const auto v = uniform(2, n);
  const auto w = uniform(3, n);
  series.rain.resize(n);
  std::vector<double> wrong_rain(n);
  for (std::int64_t i = 0; i < n; ++i) {
    series.rain[i] = u[i] > 0.8 ? (u[i] - 0.8) * 100 * v[i] : 0.0;
    wrong_rain[i] = series.rain[i] * (0.6 + 0.8 * w[i]);
  }
  series.observed.assign(n, 0.0);
  series.simulated.assign(n, 0.0);
  add_reservoir(series.observed, series.rain, 0.4, 0.5);
  add_reservoir(series.observed, series.rain, 0.25, 0.02);
  add_reservoir(series.simulated, wrong_rain, 0.4, 0.35);
  add_reservoir(series.simulated, wrong_rain, 0.25, 0.03);
  for (int i = 999; i >= 400; --i) series.simulated[i] = series.simulated[i - 1];
  for (int i = 1230; i < 1260; ++i) series.simulated[i] = 0.5;
  for (int i = 100; i < 110; ++i) series.observed[i] = kNaN;
  series.simulated[635] = kNaN;
  for (int i = 0; i < 3; ++i) series.observed[i] = 0;
  return series;
}

}  // namespace freshet::test
