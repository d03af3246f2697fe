#pragma once

#include <vector>

#include "freshet/evaluation/prediction_set.hpp"

namespace freshet {

/// Predictions of different basins, or of different days of the same ones, as one set: on an axis that holds the days of all, the
/// basins sorted, with the states and the notes of the first set that all have. InputError for other targets, units or time
/// steps, and for a basin's day that two sets predict. At least one set.
PredictionSet join_predictions(const std::vector<PredictionSet>& sets);

}  // namespace freshet
