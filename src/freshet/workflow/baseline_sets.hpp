#pragma once

#include <string>
#include <utility>
#include <vector>

#include "freshet/evaluation/prediction_set.hpp"
#include "freshet/workflow/run_inputs.hpp"

namespace freshet {

/// Baselines by their names, in the order of tables.
using BaselineSets = std::vector<std::pair<std::string, PredictionSet>>;

/// Persistence and climatology: the observations' own forecasts of the basins and days that have a prediction. The climatology is
/// of the training period of `config`.
BaselineSets baseline_sets(const PredictionSet& set, const RunInputs& inputs, const RunConfig& config);

/// baselines.csv: of each basin nse and kge_2009 of each baseline.
ScoreTable baseline_table(const std::vector<std::pair<std::string, ScoreTable>>& tables);

}  // namespace freshet
