#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/core/events.hpp"
#include "freshet/workflow/calibration_config.hpp"

namespace freshet {

struct CalibrationOutcome {
  std::filesystem::path run_folder;
  std::string text;               ///< scores of both periods, for people
  std::filesystem::path report;   ///< empty: there is nothing to report
  std::vector<Problem> problems;  ///< of the basins that could not be calibrated; the others' results are written
};

/// Calibrates a process model on every basin and writes a run folder. When `stop` is set, the states of all searches are saved,
/// and Interrupted is thrown.
/// @param run_folder  empty: in run_dir, named after experiment_name and the time
CalibrationOutcome calibrate(const CalibrationConfig& config, const std::filesystem::path& run_folder, Observer& observer,
                             const std::atomic<bool>& stop);

/// Goes on with a calibration that was stopped or killed, or that ended by a time limit which has been raised since. The result
/// has the same bits as that of one run. Results that are not all there, or of an earlier state, are written again.
CalibrationOutcome resume_calibration(const std::filesystem::path& run_folder, Observer& observer, const std::atomic<bool>& stop);

/// Reads and checks everything, and says what would be done and which basins cannot be calibrated. Nothing is written.
CalibrationOutcome describe_calibration(const CalibrationConfig& config, const std::filesystem::path& run_folder,
                                        Observer& observer);

/// Whether a run folder is one of `freshet calibrate`.
bool is_calibration(const std::filesystem::path& run_folder);

}  // namespace freshet
