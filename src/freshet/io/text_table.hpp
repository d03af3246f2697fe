#pragma once

#include <cstddef>
#include <string_view>

namespace freshet {

/// What stands in a cell.
enum class CellKind {
  kNumber,
  kText,  ///< something else than the number asked for
  kNone,  ///< the row has no further cell
};

/// Walks through a text of rows whose cells are separated by any mix of blanks and tabs; lines end with LF or CRLF. Rows
/// without a cell are passed over. The text must outlive the reader.
class RowReader {
 public:
  explicit RowReader(std::string_view text) : next_(text.data()), end_(text.data() + text.size()) {}

  /// Goes to the next row with a cell; what was left of the row before is passed over. False at the end of the text.
  bool next_row();
  /// The 1-based line of the row in the text.
  std::size_t line() const { return line_; }

  /// The next cell as a number (see parse_decimal), which must fill the whole cell. `value` is set for kNumber alone.
  CellKind number(double& value);
  /// The next cell as a whole number of at most nine digits without a sign.
  CellKind integer(int& value);
  /// The next cell whatever it holds; empty if there is none.
  std::string_view text();

  /// The cell read last, for messages.
  std::string_view cell() const { return {cell_begin_, cell_end_}; }
  /// How many cells the row has, those not read yet included.
  std::size_t count_cells() const;
  /// True if the row has no further cell.
  bool at_row_end();

 private:
  void skip_blanks();
  void end_cell();

  const char* next_;
  const char* end_;
  const char* row_ = nullptr;
  const char* cell_begin_ = nullptr;
  const char* cell_end_ = nullptr;
  std::size_t line_ = 0;
};

}  // namespace freshet
