#pragma once

#include <span>
#include <string_view>

#include "freshet/calibration/jet.hpp"

namespace freshet::calibration {

/// Sums of the observed series o over the steps compared.
struct ObservedMoments {
  double count = 0;
  double mean = 0;
  double sum_of_squares = 0;  ///< sum of (o - mean)^2
};

/// Sums of the simulated series s over the same steps.
struct SimulatedMoments {
  Jet mean;
  Jet sum_of_squares;   ///< sum of (s - mean s)^2
  Jet sum_of_products;  ///< sum of (s - mean s)(o - mean o)
};

/// A metric that is a function of means, variances and the covariance alone: the sums are taken without keeping any series, and
/// the derivatives by every simulated value follow from those by the three sums.
struct MomentMetric {
  std::string_view name;  ///< of the metrics' registry, whose value it gives
  Jet (*compute)(const ObservedMoments& observed, const SimulatedMoments& simulated);
};

/// The metric's formula; null if it is no function of moments.
const MomentMetric* find_moment_metric(std::string_view name);
std::span<const MomentMetric> moment_metrics();

}  // namespace freshet::calibration
