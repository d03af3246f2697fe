#pragma once

#include <array>
#include <string_view>

#include "freshet/physics/exp_hydro.hpp"
#include "freshet/physics/model.hpp"
#include "freshet/physics/scalar.hpp"

namespace freshet::physics {

/// EXP-HYDRO as Patil and Stieglitz (2014) wrote it: hard thresholds, integrated by the classical Runge-Kutta method of fourth
/// order in one step. Parameters, forcings and states are those of the smooth form (exp_hydro.hpp). Its published program reads
/// and reports days in a way of its own, which exp_hydro_published_run.hpp repeats; here a step sees its own forcing only.

/// Means over a step, mm/day.
template <class S>
struct ExpHydroThresholdFluxes {
  S snowfall{}, rainfall{}, melt{}, evapotranspiration{}, subsurface_flow{}, surface_flow{}, runoff{};
};

inline constexpr std::array<VariableInfo, 7> kExpHydroThresholdFluxes = {{
    {"snowfall", "mm/day", "precipitation below tmin"},
    {"rainfall", "mm/day", "precipitation at or above tmin"},
    {"melt", "mm/day", "snowpack to bucket"},
    {"evapotranspiration", "mm/day", "actual, from the bucket", WaterRole::kLoss},
    {"subsurface_flow", "mm/day", "out of the bucket"},
    {"surface_flow", "mm/day", "overflow of the bucket"},
    {"runoff", "mm/day", "subsurface_flow + surface_flow", WaterRole::kLoss},
}};

/// The right-hand side of the model's equations, mm/day.
template <class S>
struct ExpHydroRates {
  S melt, evapotranspiration, subsurface_flow, surface_flow;
};

template <Scalar S>
ExpHydroRates<S> exp_hydro_rates(const ExpHydroState<S>& state, S temperature, S pet, const ExpHydroParameters<S>& p) {
  const S zero = S(0.0), one = S(1.0);
  // A snowpack melts at most at its storage per day.
  const S melt = max(min(p.ddf * max(temperature - p.tmax, zero), state.snowpack), zero);
  const S overflow = state.bucket - p.smax;
  const S subsurface_flow = select(state.bucket < zero, zero, p.qmax * exp(p.f * min(overflow, zero)));
  return {melt, pet * max(min(state.bucket / p.smax, one), zero), subsurface_flow, max(overflow, zero)};
}

/// The model (model.hpp).
struct ExpHydroThreshold {
  static constexpr std::string_view kName = "exp_hydro_threshold";
  static constexpr std::string_view kTitle = "EXP-HYDRO with hard thresholds, 6 parameters";
  static constexpr const auto& kParameters = kExpHydroParameters;
  static constexpr const auto& kForcings = kExpHydroForcings;
  static constexpr const auto& kStates = kExpHydroStates;
  static constexpr const auto& kFluxes = kExpHydroThresholdFluxes;
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
  using Fluxes = ExpHydroThresholdFluxes<S>;

  /// One time step. The fluxes are integrated with the weights of the method, as if they were states, so the balance closes.
  /// @param dt  length of the step in days, 0 < dt <= 1; any dt approximates the same equations
  /// Differentiable but for kinks at: temperature = tmin (a jump, with no derivative to tmin) and tmax, snowpack = ddf
  /// (temperature - tmax), bucket = smax and 0 (there the subsurface flow jumps).
  template <Scalar S>
  static Step<ExpHydroState<S>, ExpHydroThresholdFluxes<S>> step(const ExpHydroState<S>& state, const ExpHydroForcing<S>& forcing,
                                                                 const ExpHydroParameters<S>& p, S dt) {
    const S snowfall = select(forcing.temperature < p.tmin, forcing.precipitation, S(0.0));
    const S rainfall = forcing.precipitation - snowfall;
    const auto advance = [&](const ExpHydroRates<S>& rates, S time) {
      return ExpHydroState<S>{
          state.snowpack + time * (snowfall - rates.melt),
          state.bucket + time * (rainfall + rates.melt - rates.evapotranspiration - rates.subsurface_flow - rates.surface_flow)};
    };
    const auto rates_at = [&](const ExpHydroState<S>& at) { return exp_hydro_rates(at, forcing.temperature, forcing.pet, p); };
    const S half = S(0.5) * dt;
    const ExpHydroRates<S> k1 = rates_at(state);
    const ExpHydroRates<S> k2 = rates_at(advance(k1, half));
    const ExpHydroRates<S> k3 = rates_at(advance(k2, half));
    const ExpHydroRates<S> k4 = rates_at(advance(k3, dt));
    const auto mean = [&](S ExpHydroRates<S>::*rate) {
      return (k1.*rate + S(2.0) * (k2.*rate + k3.*rate) + k4.*rate) * S(1.0 / 6.0);
    };
    const ExpHydroRates<S> rates = {mean(&ExpHydroRates<S>::melt), mean(&ExpHydroRates<S>::evapotranspiration),
                                    mean(&ExpHydroRates<S>::subsurface_flow), mean(&ExpHydroRates<S>::surface_flow)};
    return {advance(rates, dt),
            {snowfall, rainfall, rates.melt, rates.evapotranspiration, rates.subsurface_flow, rates.surface_flow,
             rates.subsurface_flow + rates.surface_flow}};
  }
};

}  // namespace freshet::physics
