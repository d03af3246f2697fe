#pragma once

#include <string>
#include <vector>

#include "freshet/data/state_source.hpp"
#include "freshet/evaluation/state_scores.hpp"
#include "freshet/workflow/evaluate.hpp"
#include "freshet/workflow/run_folder.hpp"

namespace freshet {

/// Reads the observations of states that a configuration names and puts them beside the states of the set, which has them
/// (check_state_names).
void compare_states(PredictionSet& set, const StateObservationOptions& options, std::size_t threads);

/// Scores the states that have observations and writes states.csv; without such states there is no file.
/// @return one line a state
std::vector<StateLine> write_state_scores(const RunFolder& folder, const std::string& tag, const PredictionSet& set,
                                          std::size_t threads);

/// Lines as an aligned table.
std::string to_text(const std::vector<StateLine>& lines);

}  // namespace freshet
