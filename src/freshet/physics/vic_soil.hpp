#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "freshet/physics/model.hpp"
#include "freshet/physics/scalar.hpp"
#include "freshet/physics/vic_equations.hpp"

namespace freshet::physics {

/// The soil column of VIC, the Variable Infiltration Capacity model (Liang et al. 1994; Hamman et al. 2018): three layers, a
/// variable infiltration curve (the outer loop), and drainage after Brooks and Corey with ARNO baseflow (the inner loop).
/// Water that reaches the soil and evaporation are given. The whole model is vic.hpp; equations: docs/theory/vic.md.

inline constexpr std::size_t kVicLayers = 3;

template <class S>
using VicLayers = std::array<S, kVicLayers>;

template <class S>
struct VicSoilParameters {
  S infilt{}, ds{}, dsmax{}, ws{}, c{}, expt{}, ksat{}, depth1{}, depth2{}, depth3{}, porosity{}, resid{};
};

/// Water in each layer at the end of a step, top to bottom, mm.
template <class S>
struct VicSoilState {
  VicLayers<S> moisture{};
};

/// Means over a step, mm/day: water that reaches the soil, and what is to evaporate from each layer.
template <class S>
struct VicSoilForcing {
  S inflow{};
  VicLayers<S> evaporation{};
};

template <class S>
struct VicSoilFluxes {
  S infiltration{};
};

/// What the outer step leaves to its sub-steps, mm/day.
template <class S>
struct VicSoilCarry {
  S infiltration{}, surface_runoff{};
  VicLayers<S> evaporation{};
};

/// Means over a sub-step, mm/day.
template <class S>
struct VicSoilSubFluxes {
  S surface_runoff{}, drainage_1{}, drainage_2{}, evapotranspiration{}, baseflow{}, runoff{};
};

inline constexpr std::array<ParameterInfo, 12> kVicSoilParameters = {{
    {"infilt", "b", "-", 0.01, 0.4, "shape of the variable infiltration curve", ParameterScale::kLog},
    {"ds", "Ds", "-", 0.001, 0.9, "fraction of dsmax where baseflow turns nonlinear", ParameterScale::kLog},
    {"dsmax", "Dsmax", "mm/day", 0.5, 30, "largest baseflow", ParameterScale::kLog},
    {"ws", "Ws", "-", 0.5, 0.99, "relative moisture of the bottom layer where baseflow turns nonlinear"},
    {"c", "c", "-", 1, 3, "exponent of nonlinear baseflow, 2 in VIC's data sets"},
    {"expt", "n", "-", 6, 20, "Brooks-Corey exponent of drainage"},
    {"ksat", "Ksat", "mm/day", 50, 10000, "saturated conductivity", ParameterScale::kLog},
    {"depth1", "d1", "m", 0.05, 0.3, "depth of the top layer"},
    {"depth2", "d2", "m", 0.2, 1.5, "depth of the middle layer"},
    {"depth3", "d3", "m", 0.5, 2, "depth of the bottom layer"},
    {"porosity", "phi", "-", 0.35, 0.6, "pore space per soil, which the layers hold when full"},
    {"resid", "resid", "-", 0, 0.1, "water per soil that never leaves a layer"},
}};

inline constexpr std::array<VariableInfo, 4> kVicSoilForcings = {{
    {"inflow", "mm/day", "rain and melt that reach the soil", WaterRole::kGain, 0},
    {"evaporation_1", "mm/day", "to evaporate from the top layer; negative: condensation"},
    {"evaporation_2", "mm/day", "to evaporate from the middle layer"},
    {"evaporation_3", "mm/day", "to evaporate from the bottom layer"},
}};

inline constexpr std::array<VariableInfo, 3> kVicSoilStates = {{
    {"moisture_1", "mm", "water in the top layer", WaterRole::kStored},
    {"moisture_2", "mm", "water in the middle layer", WaterRole::kStored},
    {"moisture_3", "mm", "water in the bottom layer", WaterRole::kStored},
}};

inline constexpr std::array<VariableInfo, 1> kVicSoilFluxes = {{
    {"infiltration", "mm/day", "inflow that the infiltration curve lets into the soil"},
}};

inline constexpr std::array<VariableInfo, 6> kVicSoilSubFluxes = {{
    {"surface_runoff", "mm/day", "past the infiltration curve, and out of full layers"},
    {"drainage_1", "mm/day", "top to middle layer; negative where the top layer takes a deficit back"},
    {"drainage_2", "mm/day", "middle to bottom layer; negative where a deficit is taken back"},
    {"evapotranspiration", "mm/day", "actual", WaterRole::kLoss},
    {"baseflow", "mm/day", "out of the bottom layer"},
    {"runoff", "mm/day", "surface_runoff + baseflow, before routing", WaterRole::kLoss},
}};

inline constexpr std::array<SubstepInfo, 2> kVicSubsteps = {{
    {"infiltration_steps_per_day", 4, "how often the snow, the canopy, the infiltration curve and evaporation are worked out"},
    {"drainage_steps_per_day", 24, "how often drainage and baseflow are; a multiple of infiltration_steps_per_day"},
}};

/// What the soil's parameters come to.
template <class S>
struct VicSoilDerived {
  VicLayers<S> capacity{}, residual{};  ///< M, m_r, mm
  VicDrainage<S, 2> drainage;           ///< of the upper two layers
  VicBaseflow<S> baseflow;
};

template <Scalar S>
VicSoilDerived<S> vic_prepare_soil(const VicSoilParameters<S>& p) {
  const S one = S(1.0), mm = S(1000.0);
  VicSoilDerived<S> d{};
  const VicLayers<S> depth = {p.depth1, p.depth2, p.depth3};
  for (std::size_t i = 0; i < kVicLayers; ++i) {
    d.capacity[i] = depth[i] * p.porosity * mm;
    d.residual[i] = depth[i] * p.resid * mm;
  }
  d.drainage.exponent = p.expt - one;
  d.drainage.root = S(-1.0) / d.drainage.exponent;
  for (std::size_t i = 0; i + 1 < kVicLayers; ++i) {
    d.drainage.scale[i] = one / (d.capacity[i] - d.residual[i]);
    d.drainage.rate[i] = d.drainage.exponent * p.ksat * d.drainage.scale[i];
  }
  d.baseflow = vic_baseflow_curve(d.capacity[2] - d.residual[2], p.ds, p.dsmax, p.ws, p.c);
  return d;
}

/// All layers halfway between residual and full.
template <Scalar S>
VicSoilState<S> vic_initial_soil(const VicSoilParameters<S>& p) {
  const VicSoilDerived<S> d = vic_prepare_soil(p);
  VicSoilState<S> state{};
  for (std::size_t i = 0; i < kVicLayers; ++i) state.moisture[i] = S(0.5) * (d.residual[i] + d.capacity[i]);
  return state;
}

/// Divides an inflow between the surface and the soil.
/// @param inflow       mm/day, >= 0
/// @param evaporation  to be taken from each layer, mm/day
template <Scalar S>
VicSoilCarry<S> vic_infiltrate(const VicSoilState<S>& state, S inflow, const VicLayers<S>& evaporation, S infilt,
                               const VicSoilDerived<S>& d, S dt) {
  const S storage = state.moisture[0] + state.moisture[1];
  const S runoff = vic_infiltration(storage, d.capacity[0] + d.capacity[1], infilt, inflow * dt).runoff / dt;
  return {inflow - runoff, runoff, evaporation};
}

/// One sub-step of dt days. Moisture changes by dt (carry.infiltration + carry.surface_runoff - evapotranspiration - runoff),
/// and each layer ends between residual and full. What the top layer cannot hold goes down, what the others cannot hold goes up
/// and at last to the surface; what a layer lacks comes from below, and at last from evaporation.
template <Scalar S>
Step<VicSoilState<S>, VicSoilSubFluxes<S>> vic_soil_substep(const VicSoilState<S>& state, const VicSoilCarry<S>& carry,
                                                            const VicSoilDerived<S>& d, S dt) {
  const S zero = S(0.0);
  // Amounts in this sub-step, mm. Drainage knows its evaporation, baseflow does not.
  VicLayers<S> left{};
  for (std::size_t i = 0; i < kVicLayers; ++i) left[i] = state.moisture[i] - carry.evaporation[i] * dt;
  S drainage_1 = vic_drainage(d.drainage, 0, max(left[0] - d.residual[0], zero), dt);
  S drainage_2 = vic_drainage(d.drainage, 1, max(left[1] - d.residual[1], zero), dt);
  S baseflow = vic_baseflow(d.baseflow, state.moisture[2] - d.residual[2]) * dt;

  const S top = left[0] + carry.infiltration * dt - drainage_1;
  S first = min(max(top, d.residual[0]), d.capacity[0]);
  drainage_1 = drainage_1 + (top - first);
  const S middle = left[1] + drainage_1 - drainage_2;
  S second = max(middle, d.residual[1]);
  drainage_2 = drainage_2 + (middle - second);
  const S bottom = left[2] + drainage_2 - baseflow;
  S third = max(bottom, d.residual[2]);
  baseflow = baseflow + (bottom - third);

  S rising = max(third - d.capacity[2], zero);
  third = third - rising;
  second = second + rising;
  rising = max(second - d.capacity[1], zero);
  second = second - rising;
  first = first + rising;
  rising = max(first - d.capacity[0], zero);
  first = first - rising;

  const S rate = S(1.0) / dt;
  const S withheld = min(baseflow, zero);
  baseflow = (baseflow - withheld) * rate;
  const S evapotranspiration = carry.evaporation[0] + carry.evaporation[1] + carry.evaporation[2] + withheld * rate;
  const S surface_runoff = carry.surface_runoff + rising * rate;
  return {{{first, second, third}},
          {surface_runoff, drainage_1 * rate, drainage_2 * rate, evapotranspiration, baseflow, surface_runoff + baseflow}};
}

/// The soil column as a model of its own (model.hpp), driven by what reaches it and what evaporates from it.
struct VicSoil {
  static constexpr std::string_view kName = "vic_soil";
  static constexpr std::string_view kTitle = "VIC's soil column, inflow and evaporation given";
  static constexpr const auto& kParameters = kVicSoilParameters;
  static constexpr const auto& kForcings = kVicSoilForcings;
  static constexpr const auto& kStates = kVicSoilStates;
  static constexpr const auto& kFluxes = kVicSoilFluxes;
  static constexpr const auto& kSubFluxes = kVicSoilSubFluxes;
  static constexpr const auto& kSubsteps = kVicSubsteps;
  static constexpr std::string_view kRunoff = "runoff";
  template <class S>
  using Parameters = VicSoilParameters<S>;
  template <class S>
  using State = VicSoilState<S>;
  template <class S>
  using Forcing = VicSoilForcing<S>;
  template <class S>
  using Fluxes = VicSoilFluxes<S>;
  template <class S>
  using SubFluxes = VicSoilSubFluxes<S>;
  template <class S>
  using Derived = VicSoilDerived<S>;

  template <Scalar S>
  static Derived<S> prepare(const VicSoilParameters<S>& p, S) {
    return vic_prepare_soil(p);
  }

  template <Scalar S>
  static State<S> initial_state(const VicSoilParameters<S>& p) {
    return vic_initial_soil(p);
  }

  template <Scalar S>
  static OuterStep<State<S>, Fluxes<S>, VicSoilCarry<S>> step(const State<S>& state, const Forcing<S>& forcing,
                                                              const Parameters<S>& p, const Derived<S>& d, S dt) {
    const VicSoilCarry<S> carry = vic_infiltrate(state, forcing.inflow, forcing.evaporation, p.infilt, d, dt);
    return {state, {carry.infiltration}, carry};
  }

  template <Scalar S>
  static Step<State<S>, SubFluxes<S>> substep(const State<S>& state, const VicSoilCarry<S>& carry, const Parameters<S>&,
                                              const Derived<S>& d, S dt) {
    return vic_soil_substep(state, carry, d, dt);
  }
};

}  // namespace freshet::physics
