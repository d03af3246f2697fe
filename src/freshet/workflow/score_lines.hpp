#pragma once

#include "freshet/evaluation/prediction_set.hpp"
#include "freshet/workflow/evaluate.hpp"

namespace freshet {

/// The table's medians and counts under a name.
ScoreLine score_line(const std::string& name, const ScoreTable& table);

/// evaluation.json: the summary's lines, period and remarks, and how the runs were made.
void write_summary(const std::filesystem::path& path, const EvaluationSummary& summary, const std::string& evaluation_mode);

/// Lines as an aligned table.
std::string to_text(const std::vector<ScoreLine>& lines);

}  // namespace freshet
