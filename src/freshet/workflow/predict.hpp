#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "freshet/core/events.hpp"
#include "freshet/core/time.hpp"

namespace freshet {

struct PredictRequest {
  std::filesystem::path out;           ///< NetCDF file
  std::optional<Time> first, last;     ///< default: the run's test period; with a state, from the day after it
  std::filesystem::path basin_file;    ///< default: the run's test basins
  std::filesystem::path state_in;      ///< continue from this file
  std::filesystem::path state_out;     ///< write the states after the last day
  std::vector<std::string> overrides;  ///< "key=value", e.g. data_dir=...
};

/// Runs a trained model where no discharge is needed. With state_in the run continues day by day, bit for bit as if it had
/// been one. Returns remarks for the user.
std::vector<std::string> predict_run(const std::filesystem::path& run_folder, const PredictRequest& request, Observer& observer);

}  // namespace freshet
