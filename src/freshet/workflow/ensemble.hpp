#pragma once

#include <filesystem>
#include <vector>

#include "freshet/core/events.hpp"
#include "freshet/workflow/evaluate.hpp"

namespace freshet {

/// Averages the test predictions of several evaluated runs on the basins and days they share, scores the mean beside every
/// member, and writes a folder with predictions.nc (mean; quantiles 0.05, 0.25, 0.5, 0.75, 0.95 of the members in
/// quantiles.nc), metrics.csv and evaluation.json. InputError if the runs share no basin, or their observations differ.
EvaluationSummary ensemble(const std::vector<std::filesystem::path>& run_folders, const std::filesystem::path& out,
                           Observer& observer);

}  // namespace freshet
