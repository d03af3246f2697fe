#pragma once

#include <vector>

#include "freshet/evaluation/prediction_set.hpp"

namespace freshet {

/// The mean of the members' predictions, NaN where a member has none. The members have the same axis, targets and basins, in the
/// same order.
PredictionSet ensemble_mean(const std::vector<PredictionSet>& members);

/// The 5, 25, 50, 75 and 95 % quantiles of such members, as targets "<target>_q05" ... "<target>_q95" of one set.
PredictionSet ensemble_quantiles(const std::vector<PredictionSet>& members);

}  // namespace freshet
