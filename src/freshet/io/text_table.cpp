#include "freshet/io/text_table.hpp"

#include <cstring>

#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}
/// A carriage return counts as a blank: a CRLF line is then an LF line with a blank at its end.
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

}  // namespace

void RowReader::skip_blanks() {
  while (next_ != end_ && is_blank(*next_)) ++next_;
}

void RowReader::end_cell() {
  while (next_ != end_ && *next_ != '\n' && !is_blank(*next_)) ++next_;
  cell_end_ = next_;
}

bool RowReader::next_row() {
  if (line_ > 0) {
    const void* newline = next_ == end_ ? nullptr : std::memchr(next_, '\n', static_cast<std::size_t>(end_ - next_));
    if (newline == nullptr) return false;
    next_ = static_cast<const char*>(newline) + 1;
  }
  for (;;) {
    ++line_;
    row_ = next_;
    skip_blanks();
    if (next_ == end_) return false;
    if (*next_ != '\n') return true;
    ++next_;
  }
}

bool RowReader::at_row_end() {
  skip_blanks();
  return next_ == end_ || *next_ == '\n';
}

std::string_view RowReader::text() {
  skip_blanks();
  cell_begin_ = next_;
  end_cell();
  return cell();
}

CellKind RowReader::number(double& value) {
  if (at_row_end()) {
    cell_begin_ = cell_end_ = next_;
    return CellKind::kNone;
  }
  cell_begin_ = next_;
  double parsed = 0;
  const char* const stop = parse_decimal(next_, end_, parsed);
  if (stop == nullptr || (stop != end_ && *stop != '\n' && !is_blank(*stop))) {
    end_cell();
    return CellKind::kText;
  }
  cell_end_ = next_ = stop;
  value = parsed;
  return CellKind::kNumber;
}

CellKind RowReader::integer(int& value) {
  constexpr std::ptrdiff_t kMaxIntegerDigits = 9;
  if (text().empty()) return CellKind::kNone;
  if (cell_end_ - cell_begin_ > kMaxIntegerDigits) return CellKind::kText;
  int parsed = 0;
  for (const char* p = cell_begin_; p != cell_end_; ++p) {
    if (!is_digit(*p)) return CellKind::kText;
    parsed = parsed * 10 + (*p - '0');
  }
  value = parsed;
  return CellKind::kNumber;
}

std::size_t RowReader::count_cells() const {
  std::size_t count = 0;
  bool in_cell = false;
  for (const char* p = row_; p != end_ && *p != '\n'; ++p) {
    const bool blank = is_blank(*p);
    if (!blank && !in_cell) ++count;
    in_cell = !blank;
  }
  return count;
}

}  // namespace freshet
