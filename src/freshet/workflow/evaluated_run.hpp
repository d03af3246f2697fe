#pragma once

#include "freshet/workflow/run_folder.hpp"

namespace freshet {

/// One of the files that an evaluation writes, e.g. &RunFolder::metrics.
using ResultFile = std::filesystem::path (RunFolder::*)(const std::string& tag) const;

/// A run folder with such a file of a split. InputError, saying how to get it, if it has none.
RunFolder open_evaluated_run(const std::filesystem::path& dir, Split split, ResultFile needed);

}  // namespace freshet
