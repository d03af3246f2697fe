#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>

#include "freshet/physics/gr4j.hpp"
#include "freshet/physics/model.hpp"
#include "freshet/physics/scalar.hpp"

namespace freshet::physics {

/// GR4J below the snow model CemaNeige (Valery et al. 2014). The basin is cut into five layers of equal area, whose elevations
/// are spread evenly over the basin's range of elevation; temperature falls and precipitation grows with elevation. Equations,
/// deviations and sources: docs/theory/gr4j.md.

inline constexpr std::size_t kCemaNeigeLayers = 5;

template <class S>
struct Gr4jCemaNeigeParameters {
  S x1{}, x2{}, x3{}, x4{};
  S ctg{}, kf{}, solid_precipitation{}, elevation_range{};
};

inline constexpr std::array<ParameterInfo, 8> kGr4jCemaNeigeParameters = {{
    kGr4jParameters[0],
    kGr4jParameters[1],
    kGr4jParameters[2],
    kGr4jParameters[3],
    {"ctg", "CTG", "-", 0, 1, "share of a snowpack's cold that a day keeps"},
    {"kf", "Kf", "mm/degC/day", 1, 10, "degree-day factor of melt"},
    {"solid_precipitation", "MASP", "mm", 10, 1000, "mean annual snowfall; nine tenths of it cover a layer whole",
     ParameterScale::kLog},
    {"elevation_range", "dz", "m", 0, 3000, "highest less lowest elevation; the forcing holds for the middle"},
}};

/// What the snow takes from parameters alone, per layer, the lowest first.
template <class S>
struct CemaNeigeLayers {
  std::array<S, kCemaNeigeLayers> temperature_offset{};    ///< degC, added to the basin's
  std::array<S, kCemaNeigeLayers> precipitation_factor{};  ///< of the basin's; their mean is 1
  S memory{};                                              ///< ctg per step
};

template <class S>
struct Gr4jCemaNeigeDerived {
  Gr4jHydrographs<S> hydrographs;
  CemaNeigeLayers<S> layers;
};

/// The snow: the first stage. Storages are a layer's share of the basin's water, mm over the basin: a fifth of the depth on the
/// layer itself.
struct CemaNeige {
  static constexpr double kLapseRate = 0.0065;               ///< degC/m
  static constexpr double kPrecipitationGradient = 0.00041;  ///< 1/m, relative (Valery et al. 2010)
  static constexpr double kAllSnow = -1.0, kAllRain = 3.0;   ///< degC, between which the solid share is linear
  static constexpr double kLeastCover = 0.1;                 ///< of the potential melt, at a vanishing snowpack

  template <class S>
  struct Forcing {
    S precipitation{}, temperature{};
  };
  template <class S>
  struct State {
    std::array<S, kCemaNeigeLayers> snowpack{}, thermal_state{};
  };
  /// Means over a step and over the basin, mm/day.
  template <class S>
  struct Fluxes {
    S snowfall{}, rainfall{}, melt{}, water_input{};
  };

  static constexpr std::array<VariableInfo, 2> kForcings = {{
      {"precipitation", "mm/day", "rain and snow together, mean of the basin", WaterRole::kGain, 0},
      {"temperature", "degC", "mean air temperature of the basin"},
  }};
  static constexpr std::array<VariableInfo, 2 * kCemaNeigeLayers> kStates = {{
      {"snowpack_1", "mm", "water in the snow of the lowest layer, over the basin", WaterRole::kStored},
      {"snowpack_2", "mm", "water in the snow of the second layer, over the basin", WaterRole::kStored},
      {"snowpack_3", "mm", "water in the snow of the third layer, over the basin", WaterRole::kStored},
      {"snowpack_4", "mm", "water in the snow of the fourth layer, over the basin", WaterRole::kStored},
      {"snowpack_5", "mm", "water in the snow of the highest layer, over the basin", WaterRole::kStored},
      {"thermal_state_1", "degC", "cold of the snow in the lowest layer, 0 or less"},
      {"thermal_state_2", "degC", "cold of the snow in the second layer, 0 or less"},
      {"thermal_state_3", "degC", "cold of the snow in the third layer, 0 or less"},
      {"thermal_state_4", "degC", "cold of the snow in the fourth layer, 0 or less"},
      {"thermal_state_5", "degC", "cold of the snow in the highest layer, 0 or less"},
  }};
  static constexpr std::array<VariableInfo, 4> kFluxes = {{
      {"snowfall", "mm/day", "solid precipitation, mean of the layers"},
      {"rainfall", "mm/day", "liquid precipitation, mean of the layers"},
      {"melt", "mm/day", "mean of the layers"},
      {"water_input", "mm/day", "rainfall + melt, to the production store"},
  }};

  template <Scalar S>
  static CemaNeigeLayers<S> prepare(const Gr4jCemaNeigeParameters<S>& p, S dt) {
    CemaNeigeLayers<S> out;
    S sum(0.0);
    for (std::size_t i = 0; i < kCemaNeigeLayers; ++i) {
      // The middles of five equal parts of the range, from the basin's middle: -0.4, -0.2, 0, 0.2, 0.4.
      const S above = S(0.2 * (static_cast<double>(i) - 2.0)) * p.elevation_range;
      out.temperature_offset[i] = S(-kLapseRate) * above;
      out.precipitation_factor[i] = exp(S(kPrecipitationGradient) * above);
      sum = sum + out.precipitation_factor[i];
    }
    for (S& factor : out.precipitation_factor) factor = S(static_cast<double>(kCemaNeigeLayers)) * factor / sum;
    out.memory = pow(p.ctg, dt);
    return out;
  }

  /// One time step.
  /// @param p   with kf >= 0 and solid_precipitation > 0
  /// @param dt  length of the step, days, 0 < dt <= 1
  /// Differentiable but for kinks at temperature = -1, 0, 3 degC, at melt = snowpack and at full cover; the start of melt, where
  /// the thermal state reaches 0, is a jump.
  template <Scalar S>
  static Step<State<S>, Fluxes<S>> step(const State<S>& state, const Forcing<S>& forcing, const Gr4jCemaNeigeParameters<S>& p,
                                        const Gr4jCemaNeigeDerived<S>& derived, S dt) {
    const S zero = S(0.0), one = S(1.0), share = S(1.0 / kCemaNeigeLayers);
    const CemaNeigeLayers<S>& layers = derived.layers;
    const S full_cover = S(0.9) * share * p.solid_precipitation;
    State<S> next;
    S snowfall = zero, rainfall = zero, melt = zero;  // mm in the step
    for (std::size_t i = 0; i < kCemaNeigeLayers; ++i) {
      const S temperature = forcing.temperature + layers.temperature_offset[i];
      const S precipitation = dt * share * layers.precipitation_factor[i] * forcing.precipitation;
      const S solid = precipitation * max(min((S(kAllRain) - temperature) * S(1.0 / (kAllRain - kAllSnow)), one), zero);
      const S snowpack = state.snowpack[i] + solid;
      const S warmth = layers.memory * state.thermal_state[i] + (one - layers.memory) * temperature;
      const S potential = select(warmth < zero, zero, min(dt * share * p.kf * max(temperature, zero), snowpack));
      const S melted = (S(1.0 - kLeastCover) * min(snowpack / full_cover, one) + S(kLeastCover)) * potential;
      next.snowpack[i] = snowpack - melted;
      next.thermal_state[i] = min(warmth, zero);
      snowfall = snowfall + solid;
      rainfall = rainfall + (precipitation - solid);
      melt = melt + melted;
    }
    const S rate = one / dt;
    return {next, {snowfall * rate, rainfall * rate, melt * rate, (rainfall + melt) * rate}};
  }
};

/// The model (model.hpp).
struct Gr4jCemaNeige {
  static constexpr std::string_view kName = "gr4j_cemaneige";
  static constexpr std::string_view kTitle = "GR4J with the snow of CemaNeige in five layers, 8 parameters";
  using Stages = std::tuple<CemaNeige, Gr4jProduction<true>, Gr4jRouting>;
  static constexpr const auto& kParameters = kGr4jCemaNeigeParameters;
  static constexpr std::array<VariableInfo, 3> kForcings = {
      {CemaNeige::kForcings[0], CemaNeige::kForcings[1], Gr4jProduction<true>::kForcings[1]}};
  static constexpr const auto& kDelays = kGr4jDelays;
  static constexpr std::string_view kRunoff = "runoff";
  template <class S>
  using Parameters = Gr4jCemaNeigeParameters<S>;
  template <class S>
  using Derived = Gr4jCemaNeigeDerived<S>;

  template <Scalar S>
  static Gr4jCemaNeigeDerived<S> prepare(const Gr4jCemaNeigeParameters<S>& p, S dt) {
    return {gr4j_hydrographs(p.x4, dt), CemaNeige::prepare(p, dt)};
  }
};

}  // namespace freshet::physics
