#include "freshet/io/text_table.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace freshet {
namespace {

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::ptrdiff_t kMaxExactPower = 22;
constexpr std::uint64_t kMaxExactMantissa = std::uint64_t{1} << 53;
constexpr std::ptrdiff_t kMaxDigits = 19;  // so many always fit in 64 bits

bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}
/// A carriage return counts as a blank: a CRLF line is then an LF line with a blank at its end.
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

const char* take_digits(const char* p, const char* end, std::uint64_t& mantissa) {
  while (p != end && is_digit(*p)) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
  return p;
}

/// For exponents and long mantissas.
const char* parse_general(const char* begin, const char* end, double& value) {
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error == std::errc()) return stop;
  if (error != std::errc::result_out_of_range) return nullptr;
  // Too small is zero, too large is an error; from_chars does not say which.
  value = std::strtod(std::string(begin, stop).c_str(), nullptr);
  return std::isfinite(value) ? stop : nullptr;
}

}  // namespace

const char* parse_decimal(const char* begin, const char* end, double& value) {
  const char* p = begin;
  const bool negative = p != end && *p == '-';
  if (p != end && (*p == '-' || *p == '+')) ++p;
  const char* const unsigned_begin = p;

  std::uint64_t mantissa = 0;
  p = take_digits(p, end, mantissa);
  std::ptrdiff_t digits = p - unsigned_begin;
  std::ptrdiff_t decimals = 0;
  if (p != end && *p == '.') {
    const char* const point = p;
    p = take_digits(p + 1, end, mantissa);
    decimals = p - point - 1;
    digits += decimals;
  }
  if (digits == 0) return nullptr;

  const bool has_exponent = p != end && (*p == 'e' || *p == 'E');
  if (!has_exponent && digits <= kMaxDigits && mantissa < kMaxExactMantissa && decimals <= kMaxExactPower) {
    value = static_cast<double>(mantissa) / kPowersOfTen[decimals];
  } else {
    p = parse_general(unsigned_begin, end, value);
    if (p == nullptr) return nullptr;
  }
  if (negative) value = -value;
  return p;
}

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
