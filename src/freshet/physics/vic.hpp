#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "freshet/physics/degree_day_snow.hpp"
#include "freshet/physics/model.hpp"
#include "freshet/physics/model_tables.hpp"
#include "freshet/physics/scalar.hpp"
#include "freshet/physics/vic_canopy.hpp"
#include "freshet/physics/vic_equations.hpp"
#include "freshet/physics/vic_soil.hpp"

namespace freshet::physics {

/// A compact column of VIC: its soil (vic_soil.hpp) under a canopy and a degree-day snowpack, with potential evapotranspiration
/// given. What it leaves out of VIC, and how far it is from it: docs/theory/vic.md.

template <class S>
struct VicParameters {
  VicSoilParameters<S> soil{};
  S wcr{}, wpwp{}, root1{}, root2{}, root3{}, lai{}, cover{};
  S min_rain_temp{}, max_snow_temp{}, tt{}, cfmax{}, cfr{}, cwh{};
};

/// Storages at the end of a step, mm.
template <class S>
struct VicState {
  S snowpack{}, meltwater{}, canopy_water{};
  VicSoilState<S> soil{};
};

/// Means over a step. Precipitation and PET must not be negative.
template <class S>
struct VicForcing {
  S precipitation{}, temperature{}, pet{};
};

/// Means over a step, mm/day.
template <class S>
struct VicFluxes {
  S rainfall{}, snowfall{}, melt{}, refreezing{}, snow_outflow{}, sublimation{}, canopy_evaporation{}, throughfall{},
      transpiration{}, soil_evaporation{}, infiltration{};
};

/// What the outer step leaves to its sub-steps, mm/day.
template <class S>
struct VicCarry {
  VicSoilCarry<S> soil;
  S evaporation_above;  ///< out of the snowpack and the canopy
};

namespace detail {

inline constexpr std::array<ParameterInfo, 13> kVicSurfaceParameters = {{
    {"wcr", "Wcr", "-", 0.1, 0.7, "moisture per capacity below which a layer limits transpiration"},
    {"wpwp", "Wpwp", "-", 0.05, 0.6, "moisture per capacity at the wilting point"},
    {"root1", "r1", "-", 0, 1, "share of roots in the top layer; the three are scaled to a sum of 1"},
    {"root2", "r2", "-", 0, 1, "share of roots in the middle layer"},
    {"root3", "r3", "-", 0, 1, "share of roots in the bottom layer"},
    {"lai", "LAI", "-", 0.1, 6, "leaf area index of the covered part"},
    {"cover", "fcanopy", "-", 0, 1, "part of the area under vegetation"},
    {"min_rain_temp", "Tmin", "degC", -2, -0.1, "temperature below which all precipitation is snow"},
    {"max_snow_temp", "Tmax", "degC", 0.1, 2, "temperature above which all precipitation is rain"},
    {"tt", "TT", "degC", -2.5, 2.5, "temperature at which melt starts"},
    {"cfmax", "CFMAX", "mm/degC/day", 0.5, 10, "degree-day factor of melt"},
    {"cfr", "CFR", "-", 0, 0.1, "refreezing as a fraction of cfmax"},
    {"cwh", "CWH", "-", 0, 0.2, "liquid water the snowpack holds, per snow water; 0.035 in VIC"},
}};

inline constexpr std::array<VariableInfo, 3> kVicSurfaceStates = {{
    {"snowpack", "mm", "frozen water in the snowpack", WaterRole::kStored},
    {"meltwater", "mm", "liquid water in the snowpack", WaterRole::kStored},
    {"canopy_water", "mm", "rain held by leaves, mean over the area", WaterRole::kStored},
}};

template <class Row, std::size_t kFirst, std::size_t kSecond>
constexpr std::array<Row, kFirst + kSecond> join(const std::array<Row, kFirst>& first, const std::array<Row, kSecond>& second) {
  std::array<Row, kFirst + kSecond> all{};
  for (std::size_t i = 0; i < kFirst; ++i) all[i] = first[i];
  for (std::size_t i = 0; i < kSecond; ++i) all[kFirst + i] = second[i];
  return all;
}

}  // namespace detail

inline constexpr auto kVicParameters = detail::join(kVicSoilParameters, detail::kVicSurfaceParameters);
inline constexpr auto kVicStates = detail::join(detail::kVicSurfaceStates, kVicSoilStates);

inline constexpr std::array<VariableInfo, 3> kVicForcings = {{
    {"precipitation", "mm/day", "rain and snow together", WaterRole::kGain, 0},
    {"temperature", "degC", "mean air temperature"},
    {"pet", "mm/day", "potential evapotranspiration", WaterRole::kNone, 0},
}};

inline constexpr std::array<VariableInfo, 11> kVicFluxes = {{
    {"rainfall", "mm/day", "liquid part of precipitation"},
    {"snowfall", "mm/day", "frozen part of precipitation"},
    {"melt", "mm/day", "snowpack to meltwater"},
    {"refreezing", "mm/day", "meltwater to snowpack"},
    {"snow_outflow", "mm/day", "meltwater to the soil's surface"},
    {"sublimation", "mm/day", "out of the snowpack"},
    {"canopy_evaporation", "mm/day", "of rain held by leaves"},
    {"throughfall", "mm/day", "rain that reaches the ground under the canopy"},
    {"transpiration", "mm/day", "asked of the soil's layers by roots"},
    {"soil_evaporation", "mm/day", "asked of the top layer where it is bare"},
    {"infiltration", "mm/day", "rain and melt that the infiltration curve lets into the soil"},
}};

/// The model (model.hpp).
struct Vic {
  static constexpr std::string_view kName = "vic";
  static constexpr std::string_view kTitle = "VIC, a compact column with degree-day snow and PET given";
  static constexpr const auto& kParameters = kVicParameters;
  static constexpr const auto& kForcings = kVicForcings;
  static constexpr const auto& kStates = kVicStates;
  static constexpr const auto& kFluxes = kVicFluxes;
  static constexpr const auto& kSubFluxes = kVicSoilSubFluxes;
  static constexpr const auto& kSubsteps = kVicSubsteps;
  static constexpr std::string_view kRunoff = "runoff";
  template <class S>
  using Parameters = VicParameters<S>;
  template <class S>
  using State = VicState<S>;
  template <class S>
  using Forcing = VicForcing<S>;
  template <class S>
  using Fluxes = VicFluxes<S>;
  template <class S>
  using SubFluxes = VicSoilSubFluxes<S>;

  template <class S>
  struct Derived {
    VicSoilDerived<S> soil{};
    VicRoots<S> roots{};
    std::array<S, kVicSeriesTerms> series{};  ///< of bare-soil evaporation
  };

  template <Scalar S>
  static Derived<S> prepare(const VicParameters<S>& p, S) {
    const VicSoilDerived<S> soil = vic_prepare_soil(p.soil);
    return {soil, vic_prepare_roots<S>({p.root1, p.root2, p.root3}, soil.capacity, p.wcr, p.wpwp),
            vic_evaporation_series(p.soil.infilt)};
  }

  /// No snow, a dry canopy, all layers halfway between residual and full.
  template <Scalar S>
  static VicState<S> initial_state(const VicParameters<S>& p) {
    return {S(0.0), S(0.0), S(0.0), vic_initial_soil(p.soil)};
  }

  /// What happens once per infiltration step of dt days: snow, canopy, the infiltration curve, and what is to evaporate from each
  /// layer. Over it and its sub-steps storages change by dt (precipitation - evapotranspiration - runoff).
  template <Scalar S>
  static OuterStep<VicState<S>, VicFluxes<S>, VicCarry<S>> step(const VicState<S>& state, const VicForcing<S>& forcing,
                                                                const VicParameters<S>& p, const Derived<S>& d, S dt);

  /// Drainage and baseflow in a sub-step of dt days.
  template <Scalar S>
  static Step<VicState<S>, VicSoilSubFluxes<S>> substep(const VicState<S>& state, const VicCarry<S>& carry,
                                                        const VicParameters<S>&, const Derived<S>& d, S dt) {
    auto soil = vic_soil_substep(state.soil, carry.soil, d.soil, dt);
    soil.fluxes.evapotranspiration = soil.fluxes.evapotranspiration + carry.evaporation_above;
    return {{state.snowpack, state.meltwater, state.canopy_water, soil.state}, soil.fluxes};
  }
};

template <Scalar S>
OuterStep<VicState<S>, VicFluxes<S>, VicCarry<S>> Vic::step(const VicState<S>& state, const VicForcing<S>& forcing,
                                                            const VicParameters<S>& p, const Derived<S>& d, S dt) {
  const S zero = S(0.0), one = S(1.0);
  const VicLayers<S>& moisture = state.soil.moisture;
  // Everything here is an amount in this step, mm.
  const S precipitation = forcing.precipitation * dt;
  const S rain = precipitation * vic_rain_fraction(forcing.temperature, p.max_snow_temp, p.min_rain_temp);
  const S snowfall = precipitation - rain;
  const DegreeDaySnow<S> snow =
      degree_day_snow(state.snowpack, state.meltwater, snowfall, forcing.temperature - p.tt, p.cfmax * dt, p.cfr, p.cwh);

  // Snow takes the potential evaporation first: as in VIC, nothing transpires under it.
  const S sublimation = min(forcing.pet * dt, snow.snowpack);
  const S demand = forcing.pet * dt - sublimation;
  const S covered_demand = demand * p.cover;
  const VicCanopy<S> canopy = vic_canopy(state.canopy_water, rain * p.cover, covered_demand, p.lai, p.cover, dt);

  // What the wet part of the canopy leaves of the demand is the dry part's.
  const S transpiration_demand = select(zero < p.lai, covered_demand - canopy.evaporation, zero);
  VicLayers<S> taken = vic_root_uptake(moisture, transpiration_demand, d.roots);
  const S transpiration = taken[0] + taken[1] + taken[2];
  const S factor = vic_soil_evaporation_factor(moisture[0], d.soil.capacity[0], p.soil.infilt, d.series);
  const S soil_evaporation = min(factor * (demand - covered_demand), max(moisture[0] - d.soil.residual[0] - taken[0], zero));
  taken[0] = taken[0] + soil_evaporation;

  const S rate = one / dt;
  for (S& x : taken) x = x * rate;
  const S inflow = (canopy.throughfall + (rain - rain * p.cover) + snow.outflow) * rate;
  const VicSoilCarry<S> soil = vic_infiltrate(state.soil, inflow, taken, p.soil.infilt, d.soil, dt);
  return {
      {snow.snowpack - sublimation, snow.meltwater, canopy.water, state.soil},
      {rain * rate, snowfall * rate, snow.melt * rate, snow.refreezing * rate, snow.outflow * rate, sublimation * rate,
       canopy.evaporation * rate, canopy.throughfall * rate, transpiration * rate, soil_evaporation * rate, soil.infiltration},
      {soil, (sublimation + canopy.evaporation) * rate}};
}

}  // namespace freshet::physics
