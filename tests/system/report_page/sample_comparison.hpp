#pragma once

#include "freshet/report/comparison_page.hpp"

namespace freshet::samples {

/// Made-up scores of three runs and a context on so many basins of the USA, with missing ones, compared; runoff ratios of
/// all but the second.
ComparisonRecord made_up_comparison(std::size_t basins);

/// One run, one basin, no coordinates: nothing to test and no interval.
ComparisonRecord bare_comparison();

/// Names that are HTML, no basin with a score, and runoff ratios that cannot be.
ComparisonRecord hostile_comparison();

}  // namespace freshet::samples
