#pragma once

#include <string>
#include <vector>

#include "freshet/core/time.hpp"
#include "freshet/data/state_source.hpp"

namespace freshet {

/// Observations of one state on a common axis; NaN is missing.
struct StateObservations {
  std::string state;                       ///< the key of state_observations
  std::string source;                      ///< path and column, for people
  std::vector<std::string> basins;         ///< those that were asked for
  std::vector<std::vector<float>> values;  ///< [basin][axis.size], in the model's unit; empty where the basin has no file
};

/// Reads what state_observations names. Files have a column of dates and one of the basin's numbers; an id is also looked for
/// without its leading zeros. Days outside the axis are passed over; empty cells and days without a row are missing.
///
/// InputError: no such folder or file, no basin with observations in it, no such column (with the nearest name), a cell that is
/// no number, a date that is none, comes twice, or lies between two steps of the axis.
std::vector<StateObservations> read_state_observations(const StateObservationOptions& options,
                                                       const std::vector<std::string>& basins, const TimeAxis& axis,
                                                       std::size_t threads);

/// Part of observations that were read on the axis `from`: those of the steps of `to`, which lies in it.
StateObservations over(const StateObservations& observations, const TimeAxis& from, const TimeAxis& to);

}  // namespace freshet
