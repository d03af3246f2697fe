#pragma once

#include <span>
#include <string>
#include <vector>

#include "freshet/data/forcing_selection.hpp"

namespace freshet {

/// [step of the axis] Whether the step is used: within the periods of the options.
std::vector<bool> used_steps(const TimeAxis& axis, const ForcingOptions& options);

/// Checks a basin's forcing on the days that are used. More than 1 % of them with a least temperature above the greatest are an
/// error where PET is derived from the two (by hargreaves), fewer a remark.
/// @returns a remark for the user, or nothing
/// @throws InputError with the problems of the first kind found: steps outside the basin's record, values that are missing,
/// values that have no meaning
std::string check_forcing(const SelectedBasin& basin, const TimeAxis& axis, const std::vector<bool>& used,
                          const ForcingOptions& options);

/// Discharge below zero is none: it becomes missing.
/// @param observed  [step of the axis]
/// @returns a remark for the user on the days that are used, or nothing
std::string drop_negative_flow(const std::string& basin, std::span<double> observed, const TimeAxis& axis,
                               const std::vector<bool>& used);

}  // namespace freshet
