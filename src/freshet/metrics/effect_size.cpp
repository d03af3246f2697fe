#include "freshet/metrics/effect_size.hpp"

#include <cmath>
#include <limits>

#include "freshet/metrics/pairs.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double in_spreads(double distance, double spread) {
  if (distance == 0) return 0;
  return spread > 0 ? distance / spread : std::copysign(std::numeric_limits<double>::infinity(), distance);
}

}  // namespace

double cohens_d_paired(std::span<const double> differences) {
  if (differences.size() < 2) return kNaN;
  const Moments of = moments(differences);
  return in_spreads(of.mean, std::sqrt(of.sum_of_squares / static_cast<double>(differences.size() - 1)));
}

double cohens_d_pooled(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2 || b.size() < 2) return kNaN;
  const Moments of_a = moments(a), of_b = moments(b);
  const auto weighted = [](std::span<const double> values, const Moments& of) {
    return static_cast<double>(values.size() - 1) * of.deviation * of.deviation;
  };
  const double pooled = (weighted(a, of_a) + weighted(b, of_b)) / static_cast<double>(a.size() + b.size() - 2);
  return in_spreads(of_a.mean - of_b.mean, std::sqrt(pooled));
}

}  // namespace freshet
