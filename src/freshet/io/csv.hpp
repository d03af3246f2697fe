#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/core/error.hpp"

namespace freshet {

/// A table of delimited text (see DelimitedText for the format) in memory: column names, then rows of as many cells.
struct CsvTable {
  std::string file;                             ///< path, for messages
  std::vector<std::string> names;               ///< [column], no two alike
  std::vector<std::vector<std::string>> cells;  ///< [column][row]
  std::vector<std::size_t> lines;               ///< [row]: the line of the file the row begins on, 1 is the first

  std::size_t rows() const { return lines.size(); }

  /// Index of a column. InputError with the nearest name, or all names, if there is none.
  std::size_t column(std::string_view name) const;

  /// The cells of a column as they stand.
  const std::vector<std::string>& texts(std::string_view name) const { return cells[column(name)]; }

  /// A column of numbers, NaN where is_missing_text is true of the cell; no number stands for a missing value. InputError lists
  /// the cells (the first ten) that are not finite decimal numbers.
  std::vector<double> numbers(std::string_view name) const;

  /// A problem with one cell, to be completed and thrown.
  Problem problem_at(std::size_t column, std::size_t row, std::string what) const;
};

/// Reads a whole file. InputError as DelimitedText throws it.
CsvTable read_csv(const std::filesystem::path& path);

/// The same for text in memory; `file` is used in messages.
CsvTable parse_csv(std::string text, std::string file);

/// CSV text with commas and LF, which parse_csv reads back: cells are quoted where that takes quotes. Every row has as many
/// cells as the header; InternalError otherwise.
std::string to_csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

/// Writes to_csv to a file, whole or not at all.
void write_csv(const std::filesystem::path& path, const std::vector<std::string>& header,
               const std::vector<std::vector<std::string>>& rows);

}  // namespace freshet
