#pragma once

#include <array>
#include <string_view>

#include "freshet/physics/model.hpp"
#include "freshet/physics/scalar.hpp"

namespace freshet::physics {

/// EXP-HYDRO (Patil and Stieglitz 2014): a degree-day snowpack above one bucket that evaporates, drains exponentially in its
/// deficit, and overflows. Here in the smooth daily form in which it became the cell of a recurrent network, the P-RNN (Jiang
/// et al. 2020). The original, with hard thresholds: exp_hydro_threshold.hpp. Equations, deviations, sources:
/// docs/theory/exp_hydro.md.

template <class S>
struct ExpHydroParameters {
  S f{}, smax{}, qmax{}, ddf{}, tmin{}, tmax{};
};

/// Storages at the end of a step, mm.
template <class S>
struct ExpHydroState {
  S snowpack{}, bucket{};
};

/// Means over a step. Precipitation and PET must not be negative.
template <class S>
struct ExpHydroForcing {
  S precipitation{}, temperature{}, pet{};
};

/// Means over a step, mm/day; `runoff` as in kExpHydroFluxes.
template <class S>
struct ExpHydroFluxes {
  S snowfall{}, rainfall{}, melt{}, evapotranspiration{}, subsurface_flow{}, surface_flow{}, runoff{};
};

/// Ranges of Jiang et al. (2020).
inline constexpr std::array<ParameterInfo, 6> kExpHydroParameters = {{
    {"f", "f", "1/mm", 0, 0.1, "decline of the subsurface flow with the bucket's deficit"},
    {"smax", "Smax", "mm", 100, 1500, "capacity of the bucket"},
    {"qmax", "Qmax", "mm/day", 10, 50, "subsurface flow of a full bucket"},
    {"ddf", "Ddf", "mm/degC/day", 0, 5, "degree-day factor of melt"},
    {"tmin", "Tmin", "degC", -3, 0, "temperature below which precipitation is snow"},
    {"tmax", "Tmax", "degC", 0, 3, "temperature above which snow melts"},
}};

inline constexpr std::array<VariableInfo, 3> kExpHydroForcings = {{
    {"precipitation", "mm/day", "rain and snow together", WaterRole::kGain, 0},
    {"temperature", "degC", "mean air temperature"},
    {"pet", "mm/day", "potential evapotranspiration", WaterRole::kNone, 0},
}};

inline constexpr std::array<VariableInfo, 2> kExpHydroStates = {{
    {"snowpack", "mm", "water in the snowpack", WaterRole::kStored},
    {"bucket", "mm", "water in the basin's bucket", WaterRole::kStored},
}};

inline constexpr std::array<VariableInfo, 7> kExpHydroFluxes = {{
    {"snowfall", "mm/day", "precipitation to the snowpack"},
    {"rainfall", "mm/day", "precipitation to the bucket"},
    {"melt", "mm/day", "snowpack to bucket; slightly negative in frost"},
    {"evapotranspiration", "mm/day", "actual, from the bucket", WaterRole::kLoss},
    {"subsurface_flow", "mm/day", "out of the bucket in this step", WaterRole::kLoss},
    {"surface_flow", "mm/day", "overflow of the bucket in this step; slightly negative just below smax", WaterRole::kLoss},
    {"runoff", "mm/day", "the published output: both flows at the bucket's storage after the step, so what leaves in the next"},
}};

/// What a bucket loses, mm/day.
template <class S>
struct ExpHydroBucketLosses {
  S evapotranspiration, subsurface_flow, surface_flow;
};

/// The model (model.hpp).
///
/// The runoff is the published one, with its quirk: it is evaluated with the storage at the end of the day, while the water of
/// that day left at the rates of the day's start. So the runoff of a day is the bucket's outflow of the next day, and the water
/// balance closes with subsurface_flow + surface_flow, not with runoff.
struct ExpHydro {
  static constexpr std::string_view kName = "exp_hydro";
  static constexpr std::string_view kTitle = "EXP-HYDRO with smooth thresholds (P-RNN), 6 parameters";
  static constexpr const auto& kParameters = kExpHydroParameters;
  static constexpr const auto& kForcings = kExpHydroForcings;
  static constexpr const auto& kStates = kExpHydroStates;
  static constexpr const auto& kFluxes = kExpHydroFluxes;
  static constexpr std::string_view kRunoff = "runoff";
  static constexpr ModelExceptions kExceptions = {
      .negative_storage = true,
      .reason = "a nearly empty bucket drains by up to qmax in a step, and may fall below zero by as much"};
  template <class S>
  using Parameters = ExpHydroParameters<S>;
  template <class S>
  using State = ExpHydroState<S>;
  template <class S>
  using Forcing = ExpHydroForcing<S>;
  template <class S>
  using Fluxes = ExpHydroFluxes<S>;

  /// The smooth step H(x) = (1 + tanh 5x) / 2, from 0 to 1.
  template <Scalar S>
  static S smooth_step(S x) {
    return S(0.5) * (S(1.0) + tanh(S(5.0) * x));
  }

  /// Melt, mm/day, of a snowpack of `snowpack` mm. With the state and temperature of a day's end it is the melt that the
  /// published program's analysis mode prints.
  template <Scalar S>
  static S melt(S snowpack, S temperature, const ExpHydroParameters<S>& p, S dt) {
    const S melting_degrees = temperature - p.tmax;
    return smooth_step(melting_degrees) * smooth_step(snowpack) * min(p.ddf * melting_degrees, snowpack / dt);
  }

  /// The losses of a bucket that holds `bucket` mm.
  template <Scalar S>
  static ExpHydroBucketLosses<S> bucket_losses(S bucket, S pet, const ExpHydroParameters<S>& p) {
    // Where the exponent reaches this bound, the bucket overflows by 500 mm or more and `below` is exactly zero: the bound
    // changes no value and keeps 0 times infinity away.
    constexpr double kLargestExponent = 50.0;
    const S overflow = bucket - p.smax;
    const S filled = smooth_step(bucket), above = smooth_step(overflow), below = S(1.0) - above;
    const S declined = exp(min(p.f * overflow, S(kLargestExponent)));
    return {filled * pet * (above + below * (bucket / p.smax)), filled * p.qmax * (above + below * declined),
            filled * above * overflow};
  }

  /// One time step, explicit Euler: storages change by dt times the fluxes at the start of the step.
  /// The published program also keeps each change within 1e5 mm, which never acts and would break the water balance: left out.
  /// @param dt  length of the step in days, 0 < dt <= 1. The published model has 1.
  /// Differentiable but for a kink of melt at snowpack = dt ddf (temperature - tmax).
  template <Scalar S>
  static Step<ExpHydroState<S>, ExpHydroFluxes<S>> step(const ExpHydroState<S>& state, const ExpHydroForcing<S>& forcing,
                                                        const ExpHydroParameters<S>& p, S dt) {
    const S rainfall = smooth_step(forcing.temperature - p.tmin) * forcing.precipitation;
    const S snowfall = forcing.precipitation - rainfall;
    const S melted = melt(state.snowpack, forcing.temperature, p, dt);
    const ExpHydroBucketLosses<S> out = bucket_losses(state.bucket, forcing.pet, p);
    const ExpHydroState<S> next = {
        state.snowpack + dt * (snowfall - melted),
        state.bucket + dt * (rainfall + melted - out.evapotranspiration - out.subsurface_flow - out.surface_flow)};
    const ExpHydroBucketLosses<S> after = bucket_losses(next.bucket, forcing.pet, p);
    return {next,
            {snowfall, rainfall, melted, out.evapotranspiration, out.subsurface_flow, out.surface_flow,
             after.subsurface_flow + after.surface_flow}};
  }
};

}  // namespace freshet::physics
