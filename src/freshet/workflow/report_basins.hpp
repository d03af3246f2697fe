#pragma once

#include "freshet/core/records.hpp"
#include "freshet/evaluation/prediction_set.hpp"
#include "freshet/workflow/run_folder.hpp"

namespace freshet {

/// Adds the remarks of an evaluation.json; none if there is no such file. InputError for a damaged one.
void add_remarks(const std::filesystem::path& path, RunResult& result);

/// Adds the basins of an evaluation to what a report shows. InputError if predictions and scores are of different evaluations.
void add_basins(const PredictionSet& set, const ScoreTable& scores, const RunFolder& folder, RunResult& result);

/// Adds the states of an evaluation that have observations, scored anew.
void add_states(const PredictionSet& set, std::size_t threads, RunResult& result);

}  // namespace freshet
