#pragma once

#include <span>
#include <string>
#include <vector>

#include "freshet/data/virtual/basin.hpp"

namespace freshet::synth {

/// A file of the data set: its path in the folder, and its content.
struct TextFile {
  std::string path;
  std::string content;
};

/// The three files of one basin: forcing (Daymet layout), streamflow, and truth.
std::vector<TextFile> basin_files(const VirtualBasin& basin);

/// The files of all basins: the seven attribute tables, the list of basins, true parameters and initial states.
std::vector<TextFile> table_files(std::span<const BasinSummary> basins);

/// Adds a number with a fixed number of decimals (0 to 9), rounded half away from zero; |value| below 1e9. Faster than a
/// general formatter, and never "-0".
/// @param trim  leave out trailing zeros, and the point with them
void append_fixed(std::string& text, double value, int decimals, bool trim = false);

}  // namespace freshet::synth
