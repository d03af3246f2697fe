#pragma once

#include "freshet/calibration/driver.hpp"
#include "freshet/workflow/calibration_inputs.hpp"
#include "freshet/workflow/evaluate.hpp"
#include "freshet/workflow/run_folder.hpp"

namespace freshet {

/// Writes what a calibration found: parameters.csv and parameters/<basin>.yml (the best of each basin), searches.csv (one row a
/// search), spread.csv (with several searches a basin), trace.csv, points.nc, and predictions and metrics of both periods.
/// Basins without feasible parameters are added to `refused`.
/// @return one line a period, as `freshet evaluate` has them
std::vector<EvaluationSummary> write_calibration_results(const CalibrationConfig& config, const RunFolder& folder,
                                                         const CalibrationInputs& inputs, const calibration::Driver& driver,
                                                         std::vector<Problem>& refused);

}  // namespace freshet
