#pragma once

#include <cstdint>

#include "freshet/core/records.hpp"

namespace freshet::samples {

/// A made-up run: weather and discharge from a few lines of arithmetic, for tests and pictures of the report page.
/// The basins lie in the contiguous USA and have ids 90000001, 90000002, ...; scores belong to the series.
RunResult made_up_run(int basins, int years, std::uint64_t seed);

/// The same with everything optional absent: one basin, no coordinates, name, precipitation, epochs, score or config.
RunResult bare_run();

/// Texts full of what HTML and scripts would trip over, and values a float can hold but no river does.
RunResult hostile_run();

/// Basins on four continents, so that the map shows the whole earth.
RunResult world_run();

}  // namespace freshet::samples
