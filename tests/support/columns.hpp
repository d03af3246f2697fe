#pragma once

#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace freshet::testing_support {

/// The columns of a small table of real data by the names in its header. What is no number (a date, NA) is NaN.
inline std::map<std::string, std::vector<double>> read_columns(const std::filesystem::path& path) {
  std::ifstream file(path);
  const auto cells = [](std::string line) {
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> row;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, ',');) row.push_back(cell);
    return row;
  };
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> names = cells(line);
  std::map<std::string, std::vector<double>> columns;
  while (std::getline(file, line)) {
    const std::vector<std::string> row = cells(line);
    for (std::size_t i = 0; i < names.size(); ++i) {
      double value = std::numeric_limits<double>::quiet_NaN();
      const std::string& cell = row.at(i);
      const auto end = std::from_chars(cell.data(), cell.data() + cell.size(), value);
      if (end.ptr != cell.data() + cell.size()) value = std::numeric_limits<double>::quiet_NaN();
      columns[names[i]].push_back(value);
    }
  }
  return columns;
}

}  // namespace freshet::testing_support
