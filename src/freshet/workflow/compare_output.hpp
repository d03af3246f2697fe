#pragma once

#include <filesystem>

#include "freshet/workflow/compare_data.hpp"

namespace freshet {

/// InputError if the folder holds something else than an earlier comparison.
void check_comparison_folder(const std::filesystem::path& folder);

/// Writes comparison.csv, pairs.csv, per_basin.csv, left_out.csv, water_balance.csv (if a run has one), comparison.md and
/// comparison.html.
void write_comparison(const ComparisonData& data, const std::filesystem::path& folder);

}  // namespace freshet
