#pragma once

#include <optional>
#include <string_view>

#include "freshet/core/error.hpp"

namespace freshet {

/// Ids of basins become names of files and cells of tables. Refused are empty ones, ones longer than 200 bytes, ones with `/`,
/// `\` or a control character, and ones that begin with a full stop: they would be files elsewhere, hidden, or none.
/// @param place  file and line of the id, as far as they are known
/// @returns what is wrong, if anything
std::optional<Problem> check_basin_id(std::string_view id, Problem place);

}  // namespace freshet
