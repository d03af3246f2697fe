#pragma once

#include <vector>

#include "freshet/calibration/driver.hpp"
#include "freshet/workflow/calibration_inputs.hpp"
#include "freshet/workflow/run_folder.hpp"

namespace freshet {

/// The parameters that a calibration found best, of the basins where it found any.
struct BestParameters {
  std::vector<std::size_t> basins;          ///< of CalibrationInputs::forcing
  std::vector<std::vector<double>> values;  ///< [basin][parameter]
};

/// parameters.csv and parameters/<basin>.yml, as `freshet simulate --parameters` reads them.
void write_parameters(const RunFolder& folder, const CalibrationInputs& inputs, const BestParameters& best);

/// searches.csv, spread.csv, trace.csv and points.nc.
void write_search_tables(const RunFolder& folder, const CalibrationInputs& inputs, const calibration::Driver& driver);

}  // namespace freshet
