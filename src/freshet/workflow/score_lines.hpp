#pragma once

#include "freshet/evaluation/prediction_set.hpp"
#include "freshet/workflow/evaluate.hpp"

namespace freshet {

/// The table's medians and counts under a name.
ScoreLine score_line(const std::string& name, const ScoreTable& table);

/// Lines as an aligned table.
std::string to_text(const std::vector<ScoreLine>& lines);

}  // namespace freshet
