#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "freshet/core/rng.hpp"

namespace freshet::calibration {

/// The pieces of SCE-UA's competitive complex evolution, in a space scaled to [0, 1] (Duan et al. 1992, 1994; Duan's program of
/// 1992). Points are [parameter]; a complex is [point][parameter] with its best point first.

/// How a point is made when neither reflection nor contraction is an improvement.
enum class Mutation {
  kGaussian,  ///< normal around the simplex's best point, as wide as the population (program of 1992)
  kComplex,   ///< uniform in the smallest box around the complex (paper of 1992)
  kBounds     ///< uniform in the bounds
};

/// The rank, 0 the best, that a uniform number u in [0, 1) draws from m points with the triangular probabilities
/// 2 (m - rank) / (m (m + 1)): floor(m + 1/2 - sqrt((m + 1/2)^2 - m (m + 1) u)).
std::size_t triangular_rank(double u, std::size_t m);

/// Draws q different ranks of m, ascending; with `force_best` rank 0 is always one of them. q <= m.
std::vector<std::int64_t> choose_simplex(RngStream& random, std::size_t q, std::size_t m, bool force_best);

/// The mean of all points of the simplex but the worst, the last one.
std::vector<double> centroid(std::span<const double> complex, std::span<const std::int64_t> simplex, std::size_t parameters);

/// center + (center - worst); may lie outside the bounds.
std::vector<double> reflect(std::span<const double> center, std::span<const double> worst);
/// Halfway between center and worst.
std::vector<double> contract(std::span<const double> center, std::span<const double> worst);
bool within_bounds(std::span<const double> point);

/// A random point within the bounds. `best` is the simplex's best point, `spread` the population's standard deviation of each
/// parameter; kGaussian uses these two, kComplex the complex.
std::vector<double> mutate(Mutation kind, RngStream& random, std::span<const double> best, std::span<const double> spread,
                           std::span<const double> complex);

/// Standard deviation (of the population, at least 1e-10) of each parameter over points.
std::vector<double> spread_of(std::span<const double> points, std::size_t parameters);
/// The normalised geometric range exp(mean over parameters of ln(1e-20 + max - min)).
double geometric_range(std::span<const double> points, std::size_t parameters);
/// The change of the best value |before - now| / (|before + now| / 2); 0 if both are equal, also if both are zero, and infinite
/// if one of them is.
double relative_change(double before, double now);

}  // namespace freshet::calibration
