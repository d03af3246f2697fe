#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/core/events.hpp"
#include "freshet/data/process_forcing.hpp"

namespace freshet {

/// What `freshet simulate` was asked.
struct SimulateRequest {
  std::string model;             ///< empty: the plug-in's
  std::filesystem::path plugin;  ///< empty: none
  std::filesystem::path parameters;
  ForcingOptions forcing;              ///< its basins: of `basin_file`, else of the parameter file, else all
  std::filesystem::path basin_file;    ///< one id a line; empty: none
  std::filesystem::path out;           ///< .csv or .nc
  std::vector<std::string> variables;  ///< states, fluxes, discharge, discharge_routed, forcings; empty: all but forcings
  bool ledger = false;                 ///< adds the water balance of each step
  std::string routing;                 ///< takes the place of the parameter file's; empty: that
  bool allow_out_of_range = false;
  std::filesystem::path dynamic_parameters;  ///< parameters that vary from day to day: CSV or NetCDF; empty: none
  std::filesystem::path states_in, states_out;
  bool single_precision = false;
  std::string backend = "best";
  std::size_t threads = 1;
};

/// What a simulation ends with.
struct SimulateResult {
  std::string text;              ///< for the user
  std::vector<Problem> refused;  ///< of basins that could not be run; the others are in the output
};

/// Runs a process model on many basins and writes its states and fluxes.
/// @param stop  looked at between blocks of basins; then nothing is written
/// @throws InputError for wrong requests and input that leave no basin to run, Interrupted if it was stopped
SimulateResult simulate(const SimulateRequest& request, Observer& observer, const std::atomic<bool>& stop);

/// Reads and checks everything, runs nothing, and says what would be done.
SimulateResult describe_simulation(const SimulateRequest& request, Observer& observer);

}  // namespace freshet
