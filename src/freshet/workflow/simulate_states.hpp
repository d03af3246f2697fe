#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "freshet/core/time.hpp"
#include "freshet/kernels/model.hpp"

namespace freshet {

/// Where a basin's simulation stands after a step. In single precision the values are floats.
struct SavedProcess {
  std::vector<double> states;     ///< [state]
  std::vector<double> histories;  ///< [row of kernels::LaneInputs::histories]
};

/// Saved states of process models: with them T steps are t steps and then T - t, bit for bit.
struct ProcessStates {
  std::string model, routing;  ///< names; "none" without routing
  bool single_precision = false;
  std::int64_t step_minutes = kMinutesPerDay;
  Time next;  ///< the step after the last
  std::map<std::string, SavedProcess> basins;
};

void write_process_states(const std::filesystem::path& path, const ProcessStates& states);

/// @throws InputError for a damaged file, and for one of another model, routing or precision
ProcessStates read_process_states(const std::filesystem::path& path, const kernels::Model& model, const kernels::Routing* routing,
                                  bool single_precision);

}  // namespace freshet
