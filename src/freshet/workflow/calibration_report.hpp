#pragma once

#include <filesystem>

namespace freshet {

/// Writes report.html of a calibration: scores of the test period (of the calibration period if there is no test), and how the
/// searches of every basin went.
std::filesystem::path write_calibration_report(const std::filesystem::path& run_folder);

}  // namespace freshet
