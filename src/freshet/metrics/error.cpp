#include "freshet/metrics/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "freshet/metrics/pairs.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The mean of `term(o, s)` over all valid pairs.
template <typename Term>
double mean_over_pairs(const Pairs& pairs, Term term) {
  if (pairs.too_few()) return kNaN;
  double sum = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) sum += term(pairs.observed[i], pairs.simulated[i]);
  return sum / static_cast<double>(pairs.size());
}

}  // namespace

double mse(std::span<const double> observed, std::span<const double> simulated) {
  return mean_over_pairs(valid_pairs(observed, simulated), [](double o, double s) { return (s - o) * (s - o); });
}

double rmse(std::span<const double> observed, std::span<const double> simulated) {
  return std::sqrt(mse(observed, simulated));
}

double ubrmse(std::span<const double> observed, std::span<const double> simulated) {
  const Pairs pairs = valid_pairs(observed, simulated);
  const double o_mean = moments(pairs.observed).mean;
  const double s_mean = moments(pairs.simulated).mean;
  return std::sqrt(mean_over_pairs(pairs, [=](double o, double s) {
    const double difference = (s - s_mean) - (o - o_mean);
    return difference * difference;
  }));
}

double mae(std::span<const double> observed, std::span<const double> simulated) {
  return mean_over_pairs(valid_pairs(observed, simulated), [](double o, double s) { return std::abs(s - o); });
}

double bias(std::span<const double> observed, std::span<const double> simulated) {
  return mean_over_pairs(valid_pairs(observed, simulated), [](double o, double s) { return s - o; });
}

double pbias(std::span<const double> observed, std::span<const double> simulated) {
  const Pairs pairs = valid_pairs(observed, simulated);
  if (pairs.too_few()) return kNaN;
  const double total = std::accumulate(pairs.observed.begin(), pairs.observed.end(), 0.0);
  if (total == 0) return kNaN;
  double excess = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) excess += pairs.simulated[i] - pairs.observed[i];
  return 100 * excess / total;
}

double beta_nse(std::span<const double> observed, std::span<const double> simulated) {
  const Pairs pairs = valid_pairs(observed, simulated);
  const Moments o = moments(pairs.observed);
  if (pairs.too_few() || o.deviation == 0) return kNaN;
  return (moments(pairs.simulated).mean - o.mean) / o.deviation;
}

double combined_rmse(std::span<const double> observed, std::span<const double> simulated, double share) {
  Pairs pairs = valid_pairs(observed, simulated);
  const auto compress = [](double flow) { return std::log10(std::sqrt(flow + 1e-6) + 0.1); };
  const double plain = rmse(pairs.observed, pairs.simulated);
  for (double& value : pairs.observed) {
    if (value < 0) return kNaN;
    value = compress(value);
  }
  for (double& value : pairs.simulated) value = compress(std::max(value, 0.0));
  return (1 - share) * plain + share * rmse(pairs.observed, pairs.simulated);
}

}  // namespace freshet
