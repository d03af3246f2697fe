#pragma once

#include "freshet/workflow/crossval.hpp"

namespace freshet::cli {

/// Prints what a cross-validation found. Throws the problems of the folds that failed.
void report_crossval(const CrossvalOutcome& outcome);

}  // namespace freshet::cli
