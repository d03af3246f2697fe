#pragma once

#include <string>
#include <vector>

#include "freshet/workflow/compare_source.hpp"

namespace freshet {

/// What makes a comparison of the paired sources doubtful, a sentence each: other periods, other kinds of data sets, other days
/// or observations scored, tables of which nothing is known.
std::vector<std::string> doubts(const std::vector<CompareSource>& sources);

/// What differs by right but should be known: forcings, evaluation mode.
std::vector<std::string> differences(const std::vector<CompareSource>& sources);

}  // namespace freshet
