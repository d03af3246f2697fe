#pragma once

#include <vector>

#include "freshet/workflow/crossval_folder.hpp"
#include "freshet/workflow/train.hpp"

namespace freshet {

/// All basins of a cross-validation, opened, under Split::kTrain. InputError for series or attributes that a basin lacks.
RunInputs open_crossval_inputs(const CrossvalPlan& plan, Observer& observer);

/// Opens and checks each fold of the list as `train` and `evaluate` would, so that none fails hours later for what can be seen
/// now. InputError lists what is wrong, each thing once, with the folds' names where it is not in all. Returns the work of each.
std::vector<TrainingSize> check_folds(const std::vector<const Fold*>& folds, const CrossvalFolder& folder,
                                      const RunInputs& inputs, Observer& observer);

}  // namespace freshet
