#pragma once

#include <string>

#include "freshet/workflow/compare_data.hpp"
#include "freshet/workflow/text_grid.hpp"

namespace freshet {

/// Medians, means, spread and counts of every model in a metric.
TextGrid summary_grid(const ComparisonData& data, std::size_t metric);

/// Gains, test and effect sizes of each paired model against the reference; no rows with one paired model.
TextGrid reference_grid(const ComparisonData& data, std::size_t metric);

/// Median gain and adjusted p of every pair: rows against columns.
TextGrid matrix_grid(const ComparisonData& data, std::size_t metric);

/// In how many basins the models of each pair are good, of all pairs or of those with the reference. No rows for a metric that is
/// no efficiency.
TextGrid good_grid(const ComparisonData& data, std::size_t metric, bool all_pairs);

/// Runoff ratios of the runs that have a water balance, over the basins that all of them have; no rows where none has.
TextGrid water_balance_grid(const ComparisonData& data);

/// Where the scores come from.
TextGrid protocol_grid(const ComparisonData& data);

/// What the intervals and tests are, in one sentence each, the same for terminal and files.
std::vector<std::string> explanations(const ComparisonData& data);

/// What `freshet compare` prints: the main metric in full, one line a model of the others.
std::string comparison_text(const ComparisonData& data);

}  // namespace freshet
