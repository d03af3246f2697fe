#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "freshet/physics/model_tables.hpp"
#include "freshet/physics/scalar.hpp"

namespace freshet::physics {

/// The number of steps over which a gamma unit hydrograph spreads a step's runoff.
inline constexpr std::size_t kGammaUnitHydrographLength = 15;

/// The ordinates of a unit hydrograph after the gamma density (Feng et al. 2022),
///   w_k = g_k / sum g,  g_k = tau^(a' - 1) exp(-tau / theta),  tau = (k + 1/2) dt,  a' = max(a, 0) + 0.1,
///   theta = max(b, 0) + 0.5.
/// The density's constant factor cancels. The weights are > 0 and sum to 1, so that routing keeps all water.
/// @param a   shape, -
/// @param b   scale, days
/// @param dt  length of a step, days
/// Differentiable in a and b above 0; below, the derivative is zero.
template <Scalar S, std::size_t kLength = kGammaUnitHydrographLength>
std::array<S, kLength> gamma_unit_hydrograph(S a, S b, S dt = S(1.0)) {
  const S exponent = max(a, S(0.0)) + S(0.1 - 1.0);
  const S theta = max(b, S(0.0)) + S(0.5);
  std::array<S, kLength> weights;
  S sum(0.0);
  for (std::size_t k = 0; k < kLength; ++k) {
    const S tau = S(static_cast<double>(k) + 0.5) * dt;
    weights[k] = pow(tau, exponent) * exp(S(0.0) - tau / theta);
    sum = sum + weights[k];
  }
  for (S& weight : weights) weight = weight / sum;
  return weights;
}

/// A routing is one type: its name, its parameters, and the ordinates of its unit hydrograph, templated on the number type.
struct GammaRouting {
  static constexpr std::string_view kName = "gamma";
  static constexpr std::string_view kTitle = "gamma unit hydrograph over 15 steps";
  static constexpr std::array<ParameterInfo, 2> kParameters = {{
      {"route_a", "a", "-", 0, 2.9, "shape of the gamma unit hydrograph, less 0.1"},
      {"route_b", "b", "day", 0, 6.5, "scale of the gamma unit hydrograph, less 0.5"},
  }};
  static constexpr std::size_t kLength = kGammaUnitHydrographLength;
  template <class S>
  struct Parameters {
    S route_a, route_b;
  };
  template <Scalar S>
  static std::array<S, kLength> ordinates(const Parameters<S>& p, S dt) {
    return gamma_unit_hydrograph(p.route_a, p.route_b, dt);
  }
};

/// The greatest number of steps over which a triangular unit hydrograph spreads a step's runoff.
inline constexpr std::size_t kTriangularUnitHydrographLength = 7;

/// The ordinates of HBV's triangular unit hydrograph of base `maxbas` days: the integrals over each step of
///   2 / M - |u - M / 2| 4 / M^2,  0 <= u <= M = maxbas,
/// as differences of its integral, F(u) = 2 x^2 up to x = u / M = 1/2, then 1 - 2 (1 - x)^2. The weights are >= 0 and sum to 1:
/// where the hydrograph is longer than kLength steps, the last one takes the rest.
/// @param maxbas  days, > 0
/// @param dt      length of a step, days
/// Continuously differentiable in maxbas up to kLength dt.
template <Scalar S, std::size_t kLength = kTriangularUnitHydrographLength>
std::array<S, kLength> triangular_unit_hydrograph(S maxbas, S dt = S(1.0)) {
  const S half = S(0.5), one = S(1.0);
  std::array<S, kLength> weights;
  S before(0.0);
  for (std::size_t k = 0; k < kLength; ++k) {
    const S x = S(static_cast<double>(k + 1)) * dt / maxbas;
    const S rising = min(x, half), falling = min(max(one - x, S(0.0)), half);
    const S integral = k + 1 == kLength ? one : half + S(2.0) * (rising * rising - falling * falling);
    weights[k] = integral - before;
    before = integral;
  }
  return weights;
}

struct TriangularRouting {
  static constexpr std::string_view kName = "triangular";
  static constexpr std::string_view kTitle = "triangular unit hydrograph (MAXBAS) over up to 7 steps";
  static constexpr std::array<ParameterInfo, 1> kParameters = {{
      {"maxbas", "MAXBAS", "day", 1, 7, "base of the triangular unit hydrograph"},
  }};
  static constexpr std::size_t kLength = kTriangularUnitHydrographLength;
  template <class S>
  struct Parameters {
    S maxbas;
  };
  template <Scalar S>
  static std::array<S, kLength> ordinates(const Parameters<S>& p, S dt) {
    return triangular_unit_hydrograph(p.maxbas, dt);
  }
};

/// q_t = sum_k w_k r_(t-k), with r = 0 before the first step. [time] in, [time] out. NaN spreads over the hydrograph's length.
std::vector<double> route(std::span<const double> runoff, std::span<const double> weights);

}  // namespace freshet::physics
