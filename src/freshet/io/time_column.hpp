#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "freshet/core/time.hpp"
#include "freshet/io/csv.hpp"

namespace freshet {

/// The rows of a table laid on a regular time axis.
struct RegularRows {
  TimeAxis axis;                       ///< from the first to the last row's time
  std::vector<std::int64_t> position;  ///< [row]: index of the row's step on the axis, strictly ascending
  std::vector<Period> gaps;            ///< runs of steps without a row
};

/// Reads a column of dates or times (see parse_time). The step is the smallest distance between two rows, one day for a single
/// row; larger distances are gaps. InputError lists (the first ten) cells that are no date, and then dates that are not later
/// than the row above or not a whole number of steps after it; it also says so when there are no rows, or when the axis would
/// need over fifty million steps.
RegularRows regular_rows(const CsvTable& table, std::string_view date_column);

/// A column's values on the axis, NaN in the gaps: [axis.size] from [row].
std::vector<double> on_axis(const RegularRows& rows, std::span<const double> values);

}  // namespace freshet
