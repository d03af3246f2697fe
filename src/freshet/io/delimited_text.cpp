#include "freshet/io/delimited_text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

DelimitedText DelimitedText::open(const std::filesystem::path& file) {
  return DelimitedText(read_file(file), file.string());
}

DelimitedText::DelimitedText(std::string content, std::string file) : content_(std::move(content)), file_(std::move(file)) {
  refuse_zero_bytes();
  if (content_.starts_with("\xEF\xBB\xBF")) position_ = line_start_ = 3;
  skip_blank_lines();
  delimiter_ = find_delimiter();
  for (const char c : {'\0', '\n', '\r', '"', delimiter_}) stops_unquoted_[static_cast<unsigned char>(c)] = true;
  read_header();
}

void DelimitedText::refuse_zero_bytes() const {
  const std::size_t zero = content_.find('\0');
  if (zero == std::string::npos) return;
  const auto lines_before = std::count(content_.begin(), content_.begin() + static_cast<std::ptrdiff_t>(zero), '\n');
  throw InputError({.what = "the file holds a zero byte, so it is not text",
                    .file = file_,
                    .line = static_cast<std::size_t>(lines_before) + 1});
}

/// Comma, unless the header has more semicolons outside quotes.
char DelimitedText::find_delimiter() const {
  std::ptrdiff_t more_semicolons = 0;
  bool quoted = false;
  for (const char c : std::string_view(content_).substr(position_)) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    if (c == ';') ++more_semicolons;
    if (c == ',') --more_semicolons;
  }
  return more_semicolons > 0 ? ';' : ',';
}

void DelimitedText::read_header() {
  if (!read_row()) throw InputError({.what = "the file is empty", .file = file_, .expected = "a row of column names"});
  for (const std::string_view name : fields_) {
    if (column(name)) {
      throw InputError(
          {.what = "two columns have the same name", .file = file_, .line = row_line_, .got = fmt::format("`{}`", name)});
    }
    header_.emplace_back(name);
  }
}

std::optional<std::size_t> DelimitedText::column(std::string_view name) const {
  const auto found = std::ranges::find(header_, name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

bool DelimitedText::next() {
  if (!read_row()) return false;
  if (fields_.size() != header_.size()) {
    throw InputError({.what = "the row has another number of fields than the header",
                      .file = file_,
                      .line = row_line_,
                      .expected = fmt::format("{} fields", header_.size()),
                      .got = fmt::format("{}", fields_.size()),
                      .hint = "The file may be cut off, or a text with a delimiter in it may lack its quotes."});
  }
  return true;
}

bool DelimitedText::read_row() {
  fields_.clear();
  skip_blank_lines();
  if (at_end()) return false;
  row_line_ = line_;
  for (;;) {
    fields_.push_back(read_field());
    if (peek() != delimiter_) break;
    ++position_;
  }
  take_line_end();
  return true;
}

std::string_view DelimitedText::read_field() {
  skip_blanks();
  if (peek() == '"') return read_quoted_field();
  const std::size_t begin = position_;
  while (!stops_unquoted_[static_cast<unsigned char>(peek())]) ++position_;
  if (peek() == '"') fail("there is a quote inside an unquoted field", line_, column_in_line());
  std::size_t end = position_;
  while (end > begin && is_blank(content_[end - 1])) --end;
  return std::string_view(content_).substr(begin, end - begin);
}

std::string_view DelimitedText::read_quoted_field() {
  const std::size_t opening_line = line_;
  const std::size_t opening_column = column_in_line();
  const std::size_t begin = ++position_;
  std::size_t end = begin;
  // Doubled quotes are undone in place: the text only ever gets shorter.
  for (;;) {
    if (at_end()) fail("a quote is opened and never closed", opening_line, opening_column);
    const char c = content_[position_++];
    if (c == '"') {
      if (peek() != '"') break;
      ++position_;
    }
    content_[end++] = c;
    if (c == '\n') start_line();
  }
  skip_blanks();
  if (!stops_unquoted_[static_cast<unsigned char>(peek())] || peek() == '"') {
    fail("there is text after the closing quote of a field", line_, column_in_line());
  }
  return std::string_view(content_).substr(begin, end - begin);
}

void DelimitedText::skip_blanks() {
  while (is_blank(peek())) ++position_;
}

void DelimitedText::skip_blank_lines() {
  for (;;) {
    skip_blanks();
    if (peek() != '\n' && peek() != '\r') return;
    take_line_end();
  }
}

void DelimitedText::take_line_end() {
  const std::size_t return_column = column_in_line();
  while (peek() == '\r') ++position_;
  if (at_end()) return;
  if (peek() != '\n') fail("there is a carriage return that does not end a line", line_, return_column);
  ++position_;
  start_line();
}

void DelimitedText::start_line() {
  ++line_;
  line_start_ = position_;
}

void DelimitedText::fail(std::string what, std::size_t line, std::size_t column) const {
  throw InputError({.what = std::move(what), .file = file_, .line = line, .column = column});
}

}  // namespace freshet
