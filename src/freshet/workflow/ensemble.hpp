#pragma once

#include <filesystem>
#include <vector>

#include "freshet/core/events.hpp"
#include "freshet/workflow/evaluate.hpp"

namespace freshet {

/// Averages the predictions of several runs, evaluated on this split, on the basins and days they share, scores the mean beside
/// every member, and writes a folder with predictions.nc (mean; quantiles 0.05, 0.25, 0.5, 0.75, 0.95 of the members in
/// quantiles.nc), metrics.csv and evaluation.json, the names tagged as those of an evaluation. InputError if the runs share no
/// basin, or their observations differ.
EvaluationSummary ensemble(const std::vector<std::filesystem::path>& run_folders, Split split, const std::filesystem::path& out,
                           Observer& observer);

}  // namespace freshet
