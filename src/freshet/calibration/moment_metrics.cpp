#include "freshet/calibration/moment_metrics.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace freshet::calibration {

namespace {

using O = const ObservedMoments&;
using S = const SimulatedMoments&;

/// A division by zero makes a metric undefined.
Jet ratio(const Jet& numerator, const Jet& denominator) {
  return denominator.value == 0 ? Jet(std::numeric_limits<double>::quiet_NaN()) : numerator / denominator;
}

/// sum of (s - o)^2
Jet squared_errors(O o, S s) {
  const Jet shift = s.mean - o.mean;
  const Jet sum = s.sum_of_squares - 2.0 * s.sum_of_products + o.sum_of_squares + o.count * shift * shift;
  return sum.value < 0 ? Jet(0.0) : sum;  // rounding
}

Jet correlation(O o, S s) {
  const Jet r = ratio(s.sum_of_products, sqrt(s.sum_of_squares) * std::sqrt(o.sum_of_squares));
  return r.value > 1 ? Jet(1.0) : r.value < -1 ? Jet(-1.0) : r;
}
Jet alpha(O o, S s) {
  return ratio(sqrt(s.sum_of_squares), std::sqrt(o.sum_of_squares));
}
Jet beta(O o, S s) {
  return ratio(s.mean, o.mean);
}
Jet gamma(O o, S s) {
  return ratio(alpha(o, s), beta(o, s));
}
Jet kling_gupta(const Jet& r, const Jet& variability, const Jet& bias) {
  const Jet a = r - 1.0, b = variability - 1.0, c = bias - 1.0;
  return 1.0 - sqrt(a * a + b * b + c * c);
}

constexpr std::array kMetrics = {
    MomentMetric{"nse", [](O o, S s) { return 1.0 - ratio(squared_errors(o, s), o.sum_of_squares); }},
    MomentMetric{"kge_2009", [](O o, S s) { return kling_gupta(correlation(o, s), alpha(o, s), beta(o, s)); }},
    MomentMetric{"kge_2012", [](O o, S s) { return kling_gupta(correlation(o, s), gamma(o, s), beta(o, s)); }},
    MomentMetric{"r", [](O o, S s) { return correlation(o, s); }},
    MomentMetric{"r2", [](O o, S s) { return correlation(o, s) * correlation(o, s); }},
    MomentMetric{"alpha", [](O o, S s) { return alpha(o, s); }},
    MomentMetric{"beta", [](O o, S s) { return beta(o, s); }},
    MomentMetric{"gamma", [](O o, S s) { return gamma(o, s); }},
    MomentMetric{"rmse", [](O o, S s) { return sqrt(squared_errors(o, s) / o.count); }},
    MomentMetric{"ubrmse",
                 [](O o, S s) {
                   const Jet shift = s.mean - o.mean;
                   const Jet rest = squared_errors(o, s) - o.count * shift * shift;
                   return sqrt((rest.value < 0 ? Jet(0.0) : rest) / o.count);
                 }},
    MomentMetric{"mse", [](O o, S s) { return squared_errors(o, s) / o.count; }},
    MomentMetric{"bias", [](O o, S s) { return s.mean - o.mean; }},
    MomentMetric{"pbias", [](O o, S s) { return 100.0 * ratio(s.mean - o.mean, o.mean); }},
    MomentMetric{"beta_nse", [](O o, S s) { return ratio(s.mean - o.mean, std::sqrt(o.sum_of_squares / o.count)); }},
};

}  // namespace

const MomentMetric* find_moment_metric(std::string_view name) {
  const auto found = std::ranges::find(kMetrics, name, &MomentMetric::name);
  return found == kMetrics.end() ? nullptr : &*found;
}

std::span<const MomentMetric> moment_metrics() {
  return kMetrics;
}

}  // namespace freshet::calibration
