#pragma once

#include <string>

#include "freshet/kernels/model.hpp"

namespace freshet {

/// All tables of a process model, as text: parameters, forcings, states, fluxes, delays, settings and exceptions.
std::string describe(const kernels::Model& model);
/// The parameter table of a routing.
std::string describe(const kernels::Routing& routing);

}  // namespace freshet
