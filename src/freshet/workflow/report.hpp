#pragma once

#include <filesystem>

namespace freshet {

/// Writes report.html of an evaluated run (or ensemble) from what its folder holds, and returns the file's path.
/// InputError if the run has not been evaluated.
std::filesystem::path write_report(const std::filesystem::path& run_folder);

}  // namespace freshet
