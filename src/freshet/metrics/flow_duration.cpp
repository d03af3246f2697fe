#include "freshet/metrics/flow_duration.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/metrics/pairs.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kFloor = 1e-6;  ///< takes the place of zero before a logarithm, and keeps the ratios finite

/// The pairs' flows, each series sorted descending on its own.
Pairs duration_curves(std::span<const double> observed, std::span<const double> simulated) {
  Pairs pairs = valid_pairs(observed, simulated);
  std::ranges::sort(pairs.observed, std::greater());
  std::ranges::sort(pairs.simulated, std::greater());
  return pairs;
}

/// round(fraction * n), half to even.
std::size_t rank(double fraction, std::size_t n) {
  if (!(fraction > 0 && fraction < 1)) throw InternalError(fmt::format("{} is not a fraction between 0 and 1", fraction));
  return static_cast<std::size_t>(std::nearbyint(fraction * static_cast<double>(n)));
}

double log_observed(double flow) {
  return std::log(flow == 0 ? kFloor : flow);
}
double log_simulated(double flow) {
  return std::log(flow <= 0 ? kFloor : flow);
}

/// 100 sum (s - o) / sum o.
double percent_bias(std::span<const double> observed, std::span<const double> simulated) {
  double excess = 0;
  double total = 0;
  for (std::size_t k = 0; k < observed.size(); ++k) {
    excess += simulated[k] - observed[k];
    total += observed[k];
  }
  return total == 0 ? kNaN : 100 * excess / total;
}

/// Sum of logarithms above their own minimum; NaN if a logarithm is.
template <typename Log>
double sum_above_lowest(std::span<const double> flows, Log log) {
  // Not simply the last flow's: a zero becomes the floor, and smaller positive flows lie below it.
  double lowest = std::numeric_limits<double>::infinity();
  for (const double flow : flows) lowest = std::min(lowest, log(flow));
  double sum = 0;
  for (const double flow : flows) sum += log(flow) - lowest;
  return sum;
}

}  // namespace

double fhv(std::span<const double> observed, std::span<const double> simulated, double fraction) {
  const Pairs curves = duration_curves(observed, simulated);
  const std::size_t k = rank(fraction, curves.size());
  if (curves.too_few() || k == 0) return kNaN;
  return percent_bias(std::span(curves.observed).first(k), std::span(curves.simulated).first(k));
}

double pfab(std::span<const double> observed, std::span<const double> simulated, double fraction) {
  return std::abs(fhv(observed, simulated, fraction));
}

double fms(std::span<const double> observed, std::span<const double> simulated, double lower, double upper) {
  const Pairs curves = duration_curves(observed, simulated);
  const std::size_t l = rank(lower, curves.size());
  const std::size_t u = rank(upper, curves.size());
  if (curves.too_few() || u >= curves.size()) return kNaN;
  const double slope_observed = log_observed(curves.observed[l]) - log_observed(curves.observed[u]);
  const double slope_simulated = log_simulated(curves.simulated[l]) - log_simulated(curves.simulated[u]);
  if (!(slope_observed > 0)) return kNaN;
  return 100 * (slope_simulated - slope_observed) / (slope_observed + kFloor);
}

double flv(std::span<const double> observed, std::span<const double> simulated, double fraction) {
  const Pairs curves = duration_curves(observed, simulated);
  const std::size_t k = rank(fraction, curves.size());
  if (curves.too_few() || k == 0) return kNaN;
  const double sum_observed = sum_above_lowest(std::span(curves.observed).last(k), log_observed);
  const double sum_simulated = sum_above_lowest(std::span(curves.simulated).last(k), log_simulated);
  if (!(sum_observed > 0)) return kNaN;
  return -100 * (sum_simulated - sum_observed) / (sum_observed + kFloor);
}

double flv_hydrodl(std::span<const double> observed, std::span<const double> simulated, double fraction) {
  const Pairs curves = duration_curves(observed, simulated);
  const std::size_t k = rank(fraction, curves.size());
  if (curves.too_few() || k == 0) return kNaN;
  return percent_bias(std::span(curves.observed).last(k), std::span(curves.simulated).last(k));
}

}  // namespace freshet
