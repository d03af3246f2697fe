#pragma once

#include <string>

#include "stepgen/traced_model.hpp"

namespace freshet::stepgen {

/// The struct of a stage's functions that lanes/stage_loop.hpp runs.
std::string print_stage(const TracedModel& model, const TracedStage& stage);

/// The name of that struct: `gr4j_production` to `Gr4jProductionStage`.
std::string stage_type(const TracedStage& stage);

/// The stage's StageCounts as C++ writes them.
std::string counts(const TracedModel& model, const TracedStage& stage);

}  // namespace freshet::stepgen
