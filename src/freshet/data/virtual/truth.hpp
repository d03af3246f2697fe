#pragma once

#include <array>
#include <vector>

#include "freshet/core/rng.hpp"
#include "freshet/data/virtual/attributes.hpp"
#include "freshet/data/virtual/weather.hpp"
#include "freshet/physics/hbv.hpp"
#include "freshet/physics/reference_simulation.hpp"

namespace freshet::synth {

/// The model the virtual basins live by.
using TrueModel = physics::Hbv<physics::HbvVariant::kBasic>;

/// The true parameters of a virtual basin: HBV's first twelve, and the unit hydrograph's two.
struct TrueParameters {
  physics::HbvParameters<double> hbv;  ///< betaet and c are not used by TrueModel
  double route_a = 0;
  double route_b = 0;
};

/// A smooth nonlinear function of the land attributes alone: two basins with the same attributes have the same parameters, at
/// any length of record. Every parameter stays inside its usual range.
TrueParameters true_parameters(const Place& place, const Land& land);

/// What the process model says of a basin, without any noise.
struct Truth {
  std::vector<double> pet;                  ///< mm/day, Oudin, rounded to 4 decimals as it is printed
  physics::HbvState<double> initial_state;  ///< at the start of the first day
  physics::ReferenceSimulation simulation;  ///< [time]; the discharge is routed, with the runoff before the first day
};

/// Simulates HBV over `weather` and drops its first `spin_up` days.
/// @param weather  spin-up and record, as one series
Truth simulate_truth(const Weather& weather, std::size_t spin_up, const TrueParameters& parameters);

}  // namespace freshet::synth
