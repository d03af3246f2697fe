#pragma once

#include <string>
#include <vector>

#include "freshet/data/state_observations.hpp"
#include "freshet/evaluation/prediction_set.hpp"

namespace freshet {

/// How well a model does on one state that it was not trained on.
struct StateEvaluation {
  StateInfo state;
  /// Of the basins that have observations: days (with both values), mean_observed and mean_simulated over them, bias (their
  /// difference), pearson_r, spearman_r; of snow also water_years, years_kept (those that the simulated snow outlasts), and the
  /// medians over them of SnowYear's peak_ratio, peak_days and melt_out_days.
  ScoreTable scores;
  std::size_t without = 0;  ///< basins without observations
  /// [axis.size] means over the scored basins, on the days when all of them have both values; else NaN.
  std::vector<float> mean_observed, mean_simulated;
  std::size_t mean_days = 0;
  double mean_pearson_r = 0;  ///< of the two mean series; NaN where they have no common days
};

/// Whether the state is water in snow, by its name.
bool is_snow(const std::string& state);

/// Puts observations beside the states of a set, whose axis they have. A key that is a sum of states becomes a state of its own.
/// The set must have every state that is named (check_state_names).
void attach_observations(PredictionSet& set, const std::vector<StateObservations>& observations);

/// The states of a set that have observations.
std::vector<StateEvaluation> score_states(const PredictionSet& set, std::size_t threads);

}  // namespace freshet
