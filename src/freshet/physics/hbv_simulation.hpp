#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "freshet/physics/hbv.hpp"
#include "freshet/physics/routing.hpp"

namespace freshet::physics {

/// Forcing of one basin, all series of the same length [time]; no missing values.
struct HbvForcingSeries {
  std::span<const double> precipitation;  ///< mm/day, >= 0
  std::span<const double> temperature;    ///< degC
  std::span<const double> pet;            ///< mm/day, >= 0
};

/// What the reference simulation returns: one series per state and flux, in the order of kHbvStates and kHbvFluxes.
struct HbvSimulation {
  std::vector<std::vector<double>> states;  ///< [state][time], mm at the end of the step
  std::vector<std::vector<double>> fluxes;  ///< [flux][time], mm/day
  std::vector<double> discharge;            ///< [time], mm/day: the runoff, routed

  /// A state, a flux, or "discharge". InternalError for any other name.
  const std::vector<double>& find(std::string_view name) const;
};

struct HbvSimulationOptions {
  HbvVariant variant = HbvVariant::kBasic;
  double step_days = 1.0;  ///< 0 < step_days <= 1
  HbvState<double> initial{1e-3, 1e-3, 1e-3, 1e-3, 1e-3};
};

/// Runs HBV in double precision, one step after the other: the plain reference every faster engine is held to.
/// @param parameters     within their ranges, or at least: fc, lp > 0, the others >= 0 but for tt, k0, k1, k2, c <= 1
/// @param unit_hydrograph  weights of routing, see gamma_unit_hydrograph; empty: discharge is the runoff
/// @throws InputError    for series of different lengths, and for a missing or negative value where it has no meaning
HbvSimulation simulate_hbv(const HbvForcingSeries& forcing, const HbvParameters<double>& parameters,
                           std::span<const double> unit_hydrograph, const HbvSimulationOptions& options = {});

}  // namespace freshet::physics
