#pragma once

#include <map>
#include <string>
#include <vector>

#include "freshet/workflow/simulate_setup.hpp"

namespace freshet {

/// One basin's results.
struct SimulatedBasin {
  std::vector<std::vector<double>> values;  ///< [output column][step], then those of the ledger
  SavedProcess end;
  double inputs = 0, outputs = 0, change = 0;  ///< of the ledger, sums over the period, mm
  double residual = 0, relative = 0;           ///< largest of any step: mm; over the water that was moved or stored
  std::size_t residual_step = 0;               ///< where `relative` is largest
  std::vector<Problem> problems;               ///< results that are no numbers: then nothing else is here
};

/// Columns that the ledger adds to the output.
std::vector<OutputColumn> ledger_columns(const SimulationSetup& setup);

/// Runs basins first ... first + count - 1 of the set-up side by side.
template <class T>
std::vector<SimulatedBasin> simulate_basins(const SimulationSetup& setup, std::size_t first, std::size_t count, bool ledger);

}  // namespace freshet
