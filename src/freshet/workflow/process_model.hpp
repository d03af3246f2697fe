#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "freshet/data/process_forcing.hpp"
#include "freshet/kernels/model.hpp"

namespace freshet {

/// What the verbs that run process models share.

/// The model of that name, or without a name the plug-in's.
/// @param plugin  loaded first; empty: none
/// @throws InputError for neither, a name that no model has, and a plug-in that cannot be loaded
const kernels::Model& open_process_model(const std::string& name, const std::filesystem::path& plugin);

/// The forcings that a model asks for.
std::vector<ForcingNeed> forcing_needs(const kernels::Model& model);

/// Unit hydrographs have a fixed number of ordinates, enough for their parameters' ranges with steps of a day. With shorter steps
/// they end earlier; where more than 1 % of their water would come later, they would be another hydrograph than the parameters
/// say. What comes later is told from the hydrograph at twice the step, which reaches twice as far.
/// @param parameters  of the model; those that vary from day to day have no part in its hydrographs
/// @throws InputError naming the delay or the routing
void check_hydrographs(const kernels::Model& model, const kernels::Routing* routing, std::span<const double> parameters,
                       std::span<const double> routing_parameters, std::int64_t step_minutes);

}  // namespace freshet
