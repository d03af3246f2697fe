#pragma once

#include <array>
#include <cstddef>

#include "freshet/physics/scalar.hpp"
#include "freshet/physics/vic_soil.hpp"

namespace freshet::physics {

/// Vegetation in the compact column of VIC (vic.hpp): rain held by leaves, and what roots take from the layers.

/// What roots need of the parameters.
template <class S>
struct VicRoots {
  VicLayers<S> share{};                ///< of the roots, sum 1
  VicLayers<S> critical{}, wilting{};  ///< m_cr, m_wp, mm
  VicLayers<S> scale{};                ///< 1 / (m_cr - m_wp), 1/mm
  std::array<S, 2> rooted{};           ///< 1 for an upper layer that has roots, else 0
  S mostly_above{}, mostly_below{};    ///< 1 where half the roots or more are in the upper layers, in the bottom layer
};

template <Scalar S>
VicRoots<S> vic_prepare_roots(const VicLayers<S>& roots, const VicLayers<S>& capacity, S wcr, S wpwp) {
  const S zero = S(0.0), one = S(1.0), half = S(0.5);
  VicRoots<S> d{};
  const S sum = max(roots[0] + roots[1] + roots[2], S(1e-6));
  for (std::size_t i = 0; i < kVicLayers; ++i) {
    d.share[i] = roots[i] / sum;
    d.critical[i] = wcr * capacity[i];
    d.wilting[i] = wpwp * capacity[i];
    // Where the two points meet, transpiration is all or nothing, and nothing is divided by zero.
    d.scale[i] = one / max(d.critical[i] - d.wilting[i], S(1e-3));
  }
  for (std::size_t i = 0; i < 2; ++i) d.rooted[i] = select(zero < d.share[i], one, zero);
  d.mostly_above = select(d.share[0] + d.share[1] >= half, one, zero);
  d.mostly_below = select(d.share[2] >= half, one, zero);
  return d;
}

/// What roots take from each layer, mm.
/// @param demand  of the whole canopy, mm, >= 0
/// A dry layer gives less, down to nothing at the wilting point. Where most of the roots stand in wet soil, wet layers make up
/// for what dry ones lack.
template <Scalar S>
VicLayers<S> vic_root_uptake(const VicLayers<S>& moisture, S demand, const VicRoots<S>& d) {
  const S zero = S(0.0), one = S(1.0);
  VicLayers<S> taken{}, wet{};
  S lacking = zero, wet_share = zero;
  for (std::size_t i = 0; i < kVicLayers; ++i) {
    const S full = demand * d.share[i];
    taken[i] = full * min(max((moisture[i] - d.wilting[i]) * d.scale[i], zero), one);
    lacking = lacking + (full - taken[i]);
    wet[i] = select(moisture[i] >= d.critical[i], d.share[i], zero);
    wet_share = wet_share + wet[i];
  }
  const S above = d.rooted[0] * (moisture[0] - d.critical[0]) + d.rooted[1] * (moisture[1] - d.critical[1]);
  const S shared = select(above >= zero, select(moisture[2] >= d.critical[2], one, d.mostly_above),
                          select(moisture[2] >= d.critical[2], d.mostly_below, zero));
  const S spare = shared * lacking / max(wet_share, S(1e-6));
  for (std::size_t i = 0; i < kVicLayers; ++i) {
    taken[i] = min(taken[i] + spare * wet[i], max(moisture[i] - d.wilting[i], zero));
  }
  return taken;
}

/// Rain on the canopy in a step, mm over the whole area.
template <class S>
struct VicCanopy {
  S water, evaporation, throughfall;
};

/// @param demand  potential evaporation of the covered part, mm in the step
template <Scalar S>
VicCanopy<S> vic_canopy(S water, S rain, S demand, S lai, S cover, S dt) {
  // A leaf area of 1 holds 0.1 mm.
  const S capacity = S(0.1) * lai * cover;
  const S held = min(water, capacity);
  const S wet_part = pow(held / max(capacity, S(1e-6)), S(2.0 / 3.0));
  // VIC lets the rain of a whole day evaporate within it, that of a shorter step not before the next.
  const S evaporation = min(wet_part * demand, select(dt < S(1.0), held, held + rain));
  const S wetted = water + rain - evaporation;
  const S left = min(wetted, capacity);
  return {left, evaporation, wetted - left};
}

}  // namespace freshet::physics
