#pragma once

#include <map>
#include <string>
#include <vector>

#include "freshet/evaluation/prediction_set.hpp"

namespace freshet {

/// What a model was scored against: the observations of the first target, NaN also where there is no prediction.
struct ScoredDays {
  TimeAxis axis;
  std::map<std::string, std::vector<float>> observed;  ///< by basin_key
};

ScoredDays scored_days(const PredictionSet& set);

/// The basins (of both) that the two were scored on differently: on other days, or against observations that differ by more than
/// rounding. Days outside the other's axis count as not scored there.
std::vector<std::string> differently_scored(const ScoredDays& a, const ScoredDays& b);

}  // namespace freshet
