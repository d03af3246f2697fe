#pragma once

#include <optional>
#include <string>
#include <vector>

#include "freshet/data/series_store.hpp"

namespace freshet {

/// A variable that a basin's record does not hold but that follows from it: `temperature`, the mean of the day's least and
/// greatest. Nothing for other names, and where the record lacks what it takes.
std::optional<Column> derive_column(const BasinView& basin, const std::string& name);

}  // namespace freshet
