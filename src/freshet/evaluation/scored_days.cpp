#include "freshet/evaluation/scored_days.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "freshet/evaluation/basin_match.hpp"

namespace freshet {
namespace {

/// Readers may convert units in another order of operations.
constexpr float kRounding = 1e-5F;

bool same(float x, float y) {
  if (std::isnan(x) || std::isnan(y)) return std::isnan(x) && std::isnan(y);
  return std::abs(x - y) <= kRounding * std::max(std::abs(x), std::abs(y));
}

float at(const ScoredDays& days, const std::vector<float>& values, Time time) {
  const auto index = days.axis.index_of(time);
  const bool inside = index && *index >= 0 && *index < days.axis.size;
  return inside ? values[static_cast<std::size_t>(*index)] : std::numeric_limits<float>::quiet_NaN();
}

/// Whether every day of `a` is scored alike in `b`.
bool covered(const ScoredDays& a, const std::vector<float>& of_a, const ScoredDays& b, const std::vector<float>& of_b) {
  for (std::int64_t t = 0; t < a.axis.size; ++t) {
    if (!same(of_a[static_cast<std::size_t>(t)], at(b, of_b, a.axis.at(t)))) return false;
  }
  return true;
}

}  // namespace

ScoredDays scored_days(const PredictionSet& set) {
  ScoredDays days{.axis = set.axis, .observed = {}};
  for (const BasinSeriesPair& basin : set.basins) {
    std::vector<float> observed = basin.observed.front();
    observed.resize(static_cast<std::size_t>(set.axis.size), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t t = 0; t < observed.size(); ++t) {
      if (std::isnan(basin.simulated.front()[t])) observed[t] = std::numeric_limits<float>::quiet_NaN();
    }
    days.observed[basin_key(basin.basin)] = std::move(observed);
  }
  return days;
}

std::vector<std::string> differently_scored(const ScoredDays& a, const ScoredDays& b) {
  std::vector<std::string> basins;
  for (const auto& [basin, of_a] : a.observed) {
    const auto found = b.observed.find(basin);
    if (found == b.observed.end()) continue;
    if (!covered(a, of_a, b, found->second) || !covered(b, found->second, a, of_a)) basins.push_back(basin);
  }
  return basins;
}

}  // namespace freshet
