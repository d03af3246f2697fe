#pragma once

#include <span>
#include <vector>

#include "freshet/physics/exp_hydro.hpp"

namespace freshet::physics {

/// What the published program of EXP-HYDRO (Patil's Python code, lumped) returns, to repeat its numbers; no model to work with,
/// and without derivatives. It solves the equations of exp_hydro_threshold.hpp by the Runge-Kutta method from empty storages,
/// with two quirks: an evaluation at time t reads the forcing of day round(t), half to even, so that the two evaluations in the
/// middle of an even day see that day and those of an odd day the day after; and each evaluation writes the fluxes of the day it
/// read, of which the last one stays.
/// @param precipitation  mm/day, [day], at least one
/// @param temperature    degC, [day]
/// @param pet            mm/day, [day]
/// @return               streamflow, mm/day, [day]
std::vector<double> exp_hydro_published_run(std::span<const double> precipitation, std::span<const double> temperature,
                                            std::span<const double> pet, const ExpHydroParameters<double>& parameters);

}  // namespace freshet::physics
