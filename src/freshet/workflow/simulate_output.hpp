#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// A variable of a simulation's output.
struct OutputColumn {
  std::string name;
  std::string unit;
  std::string meaning;
};

/// What the output holds.
struct OutputLayout {
  TimeAxis axis;
  std::vector<std::string> basins;
  std::vector<OutputColumn> columns;
  bool single_precision = false;             ///< numbers are written with the digits of float
  bool basin_column = true;                  ///< in CSV
  std::map<std::string, std::string> notes;  ///< attributes of a NetCDF file
};

/// Takes the results, basin after basin.
class OutputSink {
 public:
  virtual ~OutputSink() = default;
  /// @param basin   its place in the layout; places must rise, and may be left out
  /// @param values  [column][step]
  virtual void add(std::size_t basin, const std::vector<std::vector<double>>& values) = 0;
};

/// Writes a simulation's output, whole or not at all: by the extension a CSV table (.csv: a row for each step, basin after basin)
/// or a NetCDF file (.nc: variables over (basin, time)). `produce` gives the basins; if it throws, nothing is written.
/// @throws EnvironmentError if it cannot be written
void write_output(const std::filesystem::path& path, const OutputLayout& layout, const std::function<void(OutputSink&)>& produce);

/// InputError unless write_output knows the extension; EnvironmentError if the folder does not exist.
void check_output_path(const std::filesystem::path& path);

}  // namespace freshet
