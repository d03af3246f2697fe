#pragma once

#include <array>
#include <cstddef>

#include "freshet/physics/scalar.hpp"

namespace freshet::physics {

/// The equations of VIC one by one, as its source code (version 5) has them; vic_soil.hpp and vic.hpp make models of them.
/// Sources: docs/theory/vic.md.

/// The infiltration curve i(A) = i_max (1 - (1 - A)^(1/b)) over soil that holds `storage` of `capacity` mm. The model takes the
/// runoff alone; the other two are the curve's own numbers, by which it is compared with other programs, and no kernel computes
/// them: the generator drops what no output needs.
template <class S>
struct VicInfiltration {
  S saturated_fraction;  ///< A_sat, of the area
  S capacity;            ///< i_0, mm: infiltration capacity of the saturated part
  S runoff;              ///< mm, of an inflow in mm
};

/// @param inflow  mm in the step, >= 0
template <Scalar S>
VicInfiltration<S> vic_infiltration(S storage, S capacity, S infilt, S inflow) {
  const S zero = S(0.0), one = S(1.0);
  const S one_plus_b = one + infilt;
  const S deficit = max(capacity - storage, zero);
  const S dry = deficit / capacity;
  const S largest = one_plus_b * capacity;
  // (1 - A_sat)^(1/b), straight from the storage.
  const S uncovered = pow(dry, one / one_plus_b);
  // A power of a base below zero is zero: there the whole soil is saturated and all above the deficit runs off.
  const S left = capacity * pow(uncovered - inflow / largest, one_plus_b);
  const S runoff = select(zero < inflow, max(inflow - deficit + left, zero), zero);
  return {one - pow(dry, infilt / one_plus_b), largest * (one - uncovered), runoff};
}

/// Brooks-Corey drainage out of layers, with what it needs made once.
template <class S, std::size_t kLayers>
struct VicDrainage {
  S exponent{}, root{};            ///< n - 1, -1 / (n - 1)
  std::array<S, kLayers> scale{};  ///< 1 / (M - m_r), 1/mm
  std::array<S, kLayers> rate{};   ///< (n - 1) Ksat / (M - m_r), 1/day
};

/// Water that leaves a layer in dt days, mm, between 0 and `available`: K = Ksat ((W - m_r) / (M - m_r))^n integrated over the
/// step.
/// @param available  W - m_r, water above the residual, mm, >= 0
template <Scalar S, std::size_t kLayers>
S vic_drainage(const VicDrainage<S, kLayers>& d, std::size_t layer, S available, S dt) {
  const S one = S(1.0);
  return available * (one - pow(one + d.rate[layer] * dt * pow(available * d.scale[layer], d.exponent), d.root));
}

/// ARNO baseflow, with what it needs made once.
template <class S>
struct VicBaseflow {
  S scale{};                    ///< 1 / (M - m_r), 1/mm
  S linear{}, nonlinear{};      ///< Dsmax Ds / Ws, Dsmax (1 - Ds / Ws), mm/day
  S threshold{}, above{}, c{};  ///< Ws, 1 / (1 - Ws), exponent
};

template <Scalar S>
VicBaseflow<S> vic_baseflow_curve(S drainable, S ds, S dsmax, S ws, S c) {
  const S one = S(1.0);
  const S share = ds / ws;
  // Ws = 1 has no nonlinear part, but must not divide by zero.
  return {one / drainable, dsmax * share, dsmax * (one - share), ws, one / max(one - ws, S(1e-6)), c};
}

/// @param available  water of the bottom layer above its residual, mm
/// @return           baseflow, mm/day, >= 0
template <Scalar S>
S vic_baseflow(const VicBaseflow<S>& d, S available) {
  const S relative = available * d.scale;
  return max(d.linear * relative + d.nonlinear * pow((relative - d.threshold) * d.above, d.c), S(0.0));
}

/// Terms of the series in ARNO's bare-soil evaporation.
inline constexpr std::size_t kVicSeriesTerms = 30;

/// The series' coefficients b / (b + k), k = 1 ... 30.
template <Scalar S>
std::array<S, kVicSeriesTerms> vic_evaporation_series(S infilt) {
  std::array<S, kVicSeriesTerms> terms{};
  for (std::size_t k = 0; k < kVicSeriesTerms; ++k) terms[k] = infilt / (infilt + S(static_cast<double>(k + 1)));
  return terms;
}

/// Bare-soil evaporation per potential evaporation, 0 to 1: the saturated part evaporates all, the rest in proportion to its
/// infiltration capacity filled (Francini and Pacciani 1991), over the top layer alone.
template <Scalar S>
S vic_soil_evaporation_factor(S moisture, S capacity, S infilt, const std::array<S, kVicSeriesTerms>& series) {
  const S zero = S(0.0), one = S(1.0);
  const S one_plus_b = one + infilt;
  const S dry = max(capacity - moisture, zero) / capacity;
  const S y = pow(dry, one / one_plus_b);  // 1 - i_0 / i_max
  S sum = zero;
  for (std::size_t k = kVicSeriesTerms; k-- > 0;) sum = y * (series[k] + sum);
  return one - pow(dry, infilt / one_plus_b) * (one - (one - y) * (one + sum));
}

/// Rain per precipitation, linear between two temperatures, degC.
template <Scalar S>
S vic_rain_fraction(S temperature, S max_snow_temp, S min_rain_temp) {
  // The two may meet, and the split is a step then, but nothing is divided by zero.
  const S width = max(max_snow_temp - min_rain_temp, S(1e-3));
  return min(max((temperature - min_rain_temp) / width, S(0.0)), S(1.0));
}

}  // namespace freshet::physics
