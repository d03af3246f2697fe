#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/core/error.hpp"

namespace freshet {

/// A CSV file in memory: one header row of column names, then rows of the same number of cells.
///
/// Format: UTF-8 (a byte order mark is skipped), LF or CRLF, cells parted by comma or semicolon, whichever the header has more
/// of. A cell may stand in double quotes, where separators and line breaks are text and a doubled quote is one; spaces around
/// an unquoted cell are dropped. Empty lines at the end of the file are ignored.
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

  /// A column of numbers, NaN where the cell is empty, NA, NaN or nan; no other number stands for a missing value. InputError
  /// lists the cells (the first ten) that are not finite decimal numbers.
  std::vector<double> numbers(std::string_view name) const;

  /// A problem with one cell, to be completed and thrown.
  Problem problem_at(std::size_t column, std::size_t row, std::string what) const;
};

/// Reads a CSV file. InputError names file and line of: an empty file, names that occur twice, rows of another length (the first
/// ten), text outside quotes in a quoted cell, a quote that is not closed, a bare carriage return, a zero byte.
CsvTable read_csv(const std::filesystem::path& path);

/// The same for text in memory; `file` is used in messages.
CsvTable parse_csv(std::string_view text, std::string file);

/// True for the texts that stand for a missing value: nothing, NA, NaN, nan.
bool is_missing_cell(std::string_view cell);

/// The shortest text that reads back to the same number; nothing for NaN and the infinities.
std::string csv_number(double value);

/// CSV text with commas and LF; cells with a comma, semicolon, quote, line break or outer space are quoted. Every row has as
/// many cells as the header; InternalError otherwise.
std::string to_csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

/// Writes to_csv to a file, whole or not at all.
void write_csv(const std::filesystem::path& path, const std::vector<std::string>& header,
               const std::vector<std::vector<std::string>>& rows);

}  // namespace freshet
