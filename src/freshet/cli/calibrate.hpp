#pragma once

#include "freshet/workflow/calibrate.hpp"

namespace freshet::cli {

/// Prints what a calibration gave. Throws InputError with what was wrong with the basins left out, after the rest is done.
void report_calibration(const CalibrationOutcome& outcome);

}  // namespace freshet::cli
