#include "freshet/calibration/simplex_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace freshet::calibration {

std::size_t triangular_rank(double u, std::size_t m) {
  const auto size = static_cast<double>(m);
  const double root = std::sqrt((size + 0.5) * (size + 0.5) - size * (size + 1) * u);
  const auto rank = static_cast<std::size_t>(std::max(0.0, std::floor(size + 0.5 - root)));
  return std::min(rank, m - 1);  // u next to 1 may round to m
}

std::vector<std::int64_t> choose_simplex(RngStream& random, std::size_t q, std::size_t m, bool force_best) {
  std::vector<std::int64_t> chosen;
  if (force_best) chosen.push_back(0);
  while (chosen.size() < q) {
    const auto rank = static_cast<std::int64_t>(triangular_rank(random.uniform(), m));
    if (std::ranges::find(chosen, rank) == chosen.end()) chosen.push_back(rank);
  }
  std::ranges::sort(chosen);
  return chosen;
}

std::vector<double> centroid(std::span<const double> complex, std::span<const std::int64_t> simplex, std::size_t parameters) {
  std::vector<double> mean(parameters, 0.0);
  const auto others = simplex.first(simplex.size() - 1);
  for (const std::int64_t rank : others) {
    const auto point = complex.subspan(static_cast<std::size_t>(rank) * parameters, parameters);
    for (std::size_t j = 0; j < parameters; ++j) mean[j] += point[j];
  }
  for (double& value : mean) value /= static_cast<double>(others.size());
  return mean;
}

std::vector<double> reflect(std::span<const double> center, std::span<const double> worst) {
  std::vector<double> point(center.size());
  for (std::size_t j = 0; j < point.size(); ++j) point[j] = center[j] + (center[j] - worst[j]);
  return point;
}

std::vector<double> contract(std::span<const double> center, std::span<const double> worst) {
  std::vector<double> point(center.size());
  for (std::size_t j = 0; j < point.size(); ++j) point[j] = center[j] - 0.5 * (center[j] - worst[j]);
  return point;
}

bool within_bounds(std::span<const double> point) {
  return std::ranges::all_of(point, [](double x) { return x >= 0 && x <= 1; });
}

std::vector<double> mutate(Mutation kind, RngStream& random, std::span<const double> best, std::span<const double> spread,
                           std::span<const double> complex) {
  const std::size_t parameters = best.size();
  std::vector<double> point(parameters);
  for (std::size_t j = 0; j < parameters; ++j) {
    if (kind == Mutation::kGaussian) {
      do {
        point[j] = best[j] + spread[j] * random.normal();
      } while (point[j] < 0 || point[j] > 1);
      continue;
    }
    double low = 0, high = 1;
    if (kind == Mutation::kComplex) {
      low = high = complex[j];
      for (std::size_t i = j; i < complex.size(); i += parameters) {
        low = std::min(low, complex[i]);
        high = std::max(high, complex[i]);
      }
    }
    point[j] = low + random.uniform() * (high - low);
  }
  return point;
}

std::vector<double> spread_of(std::span<const double> points, std::size_t parameters) {
  const std::size_t rows = points.size() / parameters;
  const auto count = static_cast<double>(rows);
  std::vector<double> spread(parameters);
  for (std::size_t j = 0; j < parameters; ++j) {
    double sum = 0, squares = 0;
    for (std::size_t i = j; i < points.size(); i += parameters) sum += points[i];
    const double mean = sum / count;
    for (std::size_t i = j; i < points.size(); i += parameters) squares += (points[i] - mean) * (points[i] - mean);
    spread[j] = std::max(std::sqrt(squares / count), 1e-10);
  }
  return spread;
}

double geometric_range(std::span<const double> points, std::size_t parameters) {
  double logs = 0;
  for (std::size_t j = 0; j < parameters; ++j) {
    double low = points[j], high = points[j];
    for (std::size_t i = j; i < points.size(); i += parameters) {
      low = std::min(low, points[i]);
      high = std::max(high, points[i]);
    }
    logs += std::log(1e-20 + (high - low));
  }
  return std::exp(logs / static_cast<double>(parameters));
}

double relative_change(double before, double now) {
  if (!std::isfinite(before) || !std::isfinite(now)) return std::numeric_limits<double>::infinity();
  if (before == now) return 0;
  return std::abs(before - now) / (0.5 * std::abs(before + now));
}

}  // namespace freshet::calibration
