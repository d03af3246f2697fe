#include "freshet/metrics/efficiency.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "freshet/metrics/correlation.hpp"
#include "freshet/metrics/pairs.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double ratio(double numerator, double denominator) {
  return denominator == 0 ? kNaN : numerator / denominator;
}

/// NSE of transformed flows, for transforms that are defined from zero up.
template <typename Transform>
double transformed_nse(Pairs pairs, Transform transform) {
  for (double& value : pairs.observed) {
    if (value < 0) return kNaN;
    value = transform(value);
  }
  for (double& value : pairs.simulated) value = transform(std::max(value, 0.0));
  return nse(pairs.observed, pairs.simulated);
}

double kge(double r, double variability, double beta, const KgeWeights& weights) {
  const double squares = weights.correlation * (r - 1) * (r - 1) + weights.variability * (variability - 1) * (variability - 1) +
                         weights.bias * (beta - 1) * (beta - 1);
  return 1 - std::sqrt(squares);
}

}  // namespace

double nse(std::span<const double> observed, std::span<const double> simulated) {
  const Pairs pairs = valid_pairs(observed, simulated);
  if (pairs.too_few()) return kNaN;
  double error = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double difference = pairs.simulated[i] - pairs.observed[i];
    error += difference * difference;
  }
  return 1 - ratio(error, moments(pairs.observed).sum_of_squares);
}

double modified_nse(std::span<const double> observed, std::span<const double> simulated) {
  const Pairs pairs = valid_pairs(observed, simulated);
  if (pairs.too_few()) return kNaN;
  const double mean = moments(pairs.observed).mean;
  double error = 0;
  double spread = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    error += std::abs(pairs.simulated[i] - pairs.observed[i]);
    spread += std::abs(pairs.observed[i] - mean);
  }
  return 1 - ratio(error, spread);
}

double log_nse(std::span<const double> observed, std::span<const double> simulated, double fraction) {
  Pairs pairs = valid_pairs(observed, simulated);
  const double epsilon = fraction * moments(pairs.observed).mean;
  if (!(epsilon > 0)) return kNaN;
  return transformed_nse(std::move(pairs), [epsilon](double flow) { return std::log(flow + epsilon); });
}

double sqrt_nse(std::span<const double> observed, std::span<const double> simulated) {
  return transformed_nse(valid_pairs(observed, simulated), [](double flow) { return std::sqrt(flow); });
}

KgeComponents kge_components(std::span<const double> observed, std::span<const double> simulated) {
  const Pairs pairs = valid_pairs(observed, simulated);
  if (pairs.too_few()) return {kNaN, kNaN, kNaN, kNaN};
  const Moments o = moments(pairs.observed);
  const Moments s = moments(pairs.simulated);
  return {.r = pearson_r(pairs.observed, pairs.simulated),
          .alpha = ratio(s.deviation, o.deviation),
          .beta = ratio(s.mean, o.mean),
          .gamma = ratio(ratio(s.deviation, s.mean), ratio(o.deviation, o.mean))};
}

double kge_2009(std::span<const double> observed, std::span<const double> simulated, const KgeWeights& weights) {
  const KgeComponents parts = kge_components(observed, simulated);
  return kge(parts.r, parts.alpha, parts.beta, weights);
}

double kge_2012(std::span<const double> observed, std::span<const double> simulated, const KgeWeights& weights) {
  const KgeComponents parts = kge_components(observed, simulated);
  return kge(parts.r, parts.gamma, parts.beta, weights);
}

}  // namespace freshet
