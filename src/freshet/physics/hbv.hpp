#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "freshet/physics/degree_day_snow.hpp"
#include "freshet/physics/model.hpp"
#include "freshet/physics/scalar.hpp"

namespace freshet::physics {

/// The bucket model HBV in the form used for differentiable parameter learning (Bergstroem 1976, 1992; Seibert and Vis 2012;
/// Feng et al. 2022): a degree-day snowpack that holds liquid water, a soil store, an upper and a lower groundwater store.
/// Equations, deviations and sources: docs/theory/hbv.md.

/// Which parameters the model has.
enum class HbvVariant {
  kBasic,      ///< the first 12
  kEtShape,    ///< and betaet: an exponent on the soil's limit to evapotranspiration
  kCapillary,  ///< and c: water rises from the lower store into a dry soil
};

template <class S>
struct HbvParameters {
  S beta{}, fc{}, k0{}, k1{}, k2{}, lp{}, perc{}, uzl{}, tt{}, cfmax{}, cfr{}, cwh{};
  S betaet{};  ///< read by kEtShape and kCapillary
  S c{};       ///< read by kCapillary
};

/// Storages at the end of a step, mm.
template <class S>
struct HbvState {
  S snowpack{}, meltwater{}, soil_moisture{}, upper_zone{}, lower_zone{};
};

/// Means over a step. Precipitation and PET must not be negative.
template <class S>
struct HbvForcing {
  S precipitation{}, temperature{}, pet{};
};

/// Means over a step, mm/day.
template <class S>
struct HbvFluxes {
  S rainfall{}, snowfall{}, melt{}, refreezing{}, snow_outflow{}, recharge{}, excess{}, evapotranspiration{}, capillary_rise{},
      percolation{}, quickflow{}, interflow{}, baseflow{}, runoff{}, floor_correction{};
};

template <class S>
using HbvStep = Step<HbvState<S>, HbvFluxes<S>>;

/// Names, symbols, units and usual ranges (dPLHBV and hydrodl2 configurations).
inline constexpr std::array<ParameterInfo, 14> kHbvParameters = {{
    {"beta", "BETA", "-", 1, 6, "exponent of recharge against relative soil moisture"},
    {"fc", "FC", "mm", 50, 1000, "field capacity, the soil's largest storage"},
    {"k0", "K0", "1/day", 0.05, 0.9, "outflow coefficient of the upper store above uzl"},
    {"k1", "K1", "1/day", 0.01, 0.5, "outflow coefficient of the upper store"},
    {"k2", "K2", "1/day", 0.001, 0.2, "outflow coefficient of the lower store"},
    {"lp", "LP", "-", 0.2, 1, "fraction of fc above which evapotranspiration is potential"},
    {"perc", "PERC", "mm/day", 0, 10, "largest percolation from the upper to the lower store"},
    {"uzl", "UZL", "mm", 0, 100, "storage of the upper store above which quickflow starts"},
    {"tt", "TT", "degC", -2.5, 2.5, "temperature between snow and rain, and at which melt starts"},
    {"cfmax", "CFMAX", "mm/degC/day", 0.5, 10, "degree-day factor of melt"},
    {"cfr", "CFR", "-", 0, 0.1, "refreezing as a fraction of cfmax"},
    {"cwh", "CWH", "-", 0, 0.2, "liquid water the snowpack holds, per snow water"},
    {"betaet", "BETAET", "-", 0.3, 5, "exponent of the soil's limit to evapotranspiration"},
    {"c", "C", "1/day", 0, 1, "capillary rise per water in the lower store, at an empty soil"},
}};

inline constexpr std::array<VariableInfo, 3> kHbvForcings = {{
    {"precipitation", "mm/day", "rain and snow together", WaterRole::kGain, 0},
    {"temperature", "degC", "mean air temperature"},
    {"pet", "mm/day", "potential evapotranspiration", WaterRole::kNone, 0},
}};

inline constexpr std::array<VariableInfo, 5> kHbvStates = {{
    {"snowpack", "mm", "frozen water in the snowpack", WaterRole::kStored},
    {"meltwater", "mm", "liquid water in the snowpack", WaterRole::kStored},
    {"soil_moisture", "mm", "water in the soil", WaterRole::kStored},
    {"upper_zone", "mm", "water in the upper groundwater store", WaterRole::kStored},
    {"lower_zone", "mm", "water in the lower groundwater store", WaterRole::kStored},
}};

inline constexpr std::array<VariableInfo, 15> kHbvFluxes = {{
    {"rainfall", "mm/day", "precipitation at or above tt"},
    {"snowfall", "mm/day", "precipitation below tt"},
    {"melt", "mm/day", "snowpack to meltwater"},
    {"refreezing", "mm/day", "meltwater to snowpack"},
    {"snow_outflow", "mm/day", "meltwater to the soil's surface"},
    {"recharge", "mm/day", "past the soil to the upper store"},
    {"excess", "mm/day", "above field capacity, to the upper store"},
    {"evapotranspiration", "mm/day", "actual, from the soil", WaterRole::kLoss},
    {"capillary_rise", "mm/day", "lower store to soil"},
    {"percolation", "mm/day", "upper to lower store"},
    {"quickflow", "mm/day", "out of the upper store above uzl"},
    {"interflow", "mm/day", "out of the upper store"},
    {"baseflow", "mm/day", "out of the lower store"},
    {"runoff", "mm/day", "quickflow + interflow + baseflow, before routing", WaterRole::kLoss},
    {"floor_correction", "mm/day", "water made by the numerical floor of a store", WaterRole::kGain},
}};

/// The model (model.hpp) in each of its variants.
template <HbvVariant kVariant>
struct Hbv {
  static constexpr std::string_view kName = kVariant == HbvVariant::kBasic     ? "hbv"
                                            : kVariant == HbvVariant::kEtShape ? "hbv_betaet"
                                                                               : "hbv_capillary";
  static constexpr std::string_view kTitle = kVariant == HbvVariant::kBasic ? "HBV, 12 parameters"
                                             : kVariant == HbvVariant::kEtShape
                                                 ? "HBV with betaet, 13 parameters"
                                                 : "HBV with betaet and capillary rise (1.1p), 14 parameters";
  static constexpr std::span<const ParameterInfo> kParameters = std::span<const ParameterInfo>(kHbvParameters)
                                                                    .first(kVariant == HbvVariant::kBasic     ? 12
                                                                           : kVariant == HbvVariant::kEtShape ? 13
                                                                                                              : 14);
  static constexpr const auto& kForcings = kHbvForcings;
  static constexpr const auto& kStates = kHbvStates;
  static constexpr const auto& kFluxes = kHbvFluxes;
  static constexpr std::string_view kRunoff = "runoff";
  static constexpr ModelExceptions kExceptions = {
      .numerical_floor = true, .reason = "soil moisture, and with capillary rise the lower zone, is kept at 1e-5 mm or more"};
  template <class S>
  using Parameters = HbvParameters<S>;
  template <class S>
  using State = HbvState<S>;
  template <class S>
  using Forcing = HbvForcing<S>;
  template <class S>
  using Fluxes = HbvFluxes<S>;

  /// All stores hold 0.001 mm, as in the public codes for learning HBV's parameters.
  template <Scalar S>
  static HbvState<S> initial_state(const HbvParameters<S>&) {
    return {S(1e-3), S(1e-3), S(1e-3), S(1e-3), S(1e-3)};
  }

  /// Soil moisture (and with capillary rise the lower store) is kept at or above this, mm, so that powers of it have a
  /// derivative. What the floor adds is floor_correction.
  static constexpr double kFloor = 1e-5;

  /// One time step. The storages change by
  /// dt (precipitation + floor_correction - evapotranspiration - runoff).
  /// @param state    storages at the start, >= 0 mm
  /// @param forcing  means over the step; precipitation and pet >= 0
  /// @param p        parameters, here with their unit per day
  /// @param dt       length of the step in days, 0 < dt <= 1; coefficients apply as k dt, so another dt is another model
  /// @return         storages at the end and the step's fluxes. All storages stay >= 0.
  /// Differentiable but for kinks at: temperature = tt (the split of rain and snow is a step there, with no derivative to
  /// tt), melt = snowpack, refreezing = meltwater, meltwater = cwh snowpack, soil_moisture = fc and lp fc, pet = soil
  /// moisture, upper_zone = perc and uzl; there the rules of min and max hold (scalar.hpp).
  template <Scalar S>
  static HbvStep<S> step(const HbvState<S>& state, const HbvForcing<S>& forcing, const HbvParameters<S>& p, S dt);
};

template <HbvVariant kVariant>
template <Scalar S>
HbvStep<S> Hbv<kVariant>::step(const HbvState<S>& state, const HbvForcing<S>& forcing, const HbvParameters<S>& p, S dt) {
  const S zero = S(0.0), one = S(1.0), floor = S(kFloor);
  // Everything here is an amount in this step, mm.
  const S precipitation = forcing.precipitation * dt;
  const S rainfall = select(forcing.temperature >= p.tt, precipitation, zero);
  const S snowfall = precipitation - rainfall;

  const DegreeDaySnow<S> snow =
      degree_day_snow(state.snowpack, state.meltwater, snowfall, forcing.temperature - p.tt, p.cfmax * dt, p.cfr, p.cwh);

  const S surface_water = rainfall + snow.outflow;
  const S recharge = surface_water * min(pow(state.soil_moisture / p.fc, p.beta), one);
  S soil = state.soil_moisture + (surface_water - recharge);
  const S excess = max(soil - p.fc, zero);
  soil = soil - excess;

  S dryness_limit = soil / (p.lp * p.fc);
  if constexpr (kVariant != HbvVariant::kBasic) dryness_limit = pow(dryness_limit, p.betaet);
  const S evapotranspiration = min(forcing.pet * dt * min(dryness_limit, one), soil);
  const S soil_left = soil - evapotranspiration;
  soil = max(soil_left, floor);
  S floor_correction = soil - soil_left;

  S lower = state.lower_zone;
  S capillary_rise = zero;
  if constexpr (kVariant == HbvVariant::kCapillary) {
    capillary_rise = min(p.c * dt * lower * (one - min(soil / p.fc, one)), lower);
    soil = soil + capillary_rise;
    const S lower_left = lower - capillary_rise;
    lower = max(lower_left, floor);
    floor_correction = floor_correction + (lower - lower_left);
  }

  S upper = state.upper_zone + recharge + excess;
  const S percolation = min(p.perc * dt, upper);
  upper = upper - percolation;
  const S quickflow = p.k0 * dt * max(upper - p.uzl, zero);
  upper = upper - quickflow;
  const S interflow = p.k1 * dt * upper;
  upper = upper - interflow;
  lower = lower + percolation;
  const S baseflow = p.k2 * dt * lower;
  lower = lower - baseflow;

  const S rate = one / dt;
  return {{snow.snowpack, snow.meltwater, soil, upper, lower},
          {rainfall * rate, snowfall * rate, snow.melt * rate, snow.refreezing * rate, snow.outflow * rate, recharge * rate,
           excess * rate, evapotranspiration * rate, capillary_rise * rate, percolation * rate, quickflow * rate,
           interflow * rate, baseflow * rate, (quickflow + interflow + baseflow) * rate, floor_correction * rate}};
}

}  // namespace freshet::physics
