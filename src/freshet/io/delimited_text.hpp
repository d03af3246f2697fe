#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet {

/// Reads a text table with a header row, one row at a time: UTF-8 (a byte order mark is skipped), LF or CRLF, fields parted by
/// comma or semicolon, whichever the header has more of. A field may stand in double quotes, where delimiters and line breaks
/// are text and a doubled quote is one. Blanks around a field are dropped, blank lines are passed over.
///
/// Errors (InputError with file and line, and the column where one place is meant): no header, two columns of one name, a row
/// with another number of fields than the header, a quote that is not closed, text after a closing quote, a quote inside an
/// unquoted field, a carriage return that does not end a line, a zero byte.
class DelimitedText {
 public:
  /// Reads the whole file; InputError if it cannot be read.
  static DelimitedText open(const std::filesystem::path& file);
  /// `file` is the name used in errors.
  DelimitedText(std::string content, std::string file);

  DelimitedText(const DelimitedText&) = delete;  // the fields are views into the content
  DelimitedText& operator=(const DelimitedText&) = delete;

  const std::string& file() const { return file_; }
  const std::vector<std::string>& header() const { return header_; }
  /// The position of a column, nothing if there is none of that name.
  std::optional<std::size_t> column(std::string_view name) const;

  /// Goes to the next row; false at the end.
  bool next();
  /// The fields of the row, as many as header(); valid until the next call of next().
  const std::vector<std::string_view>& fields() const { return fields_; }
  /// The 1-based line the row starts on.
  std::size_t line() const { return row_line_; }

 private:
  void refuse_zero_bytes() const;
  char find_delimiter() const;
  void read_header();
  bool read_row();
  std::string_view read_field();
  std::string_view read_quoted_field();
  void skip_blanks();
  void skip_blank_lines();
  void take_line_end();
  void start_line();
  bool at_end() const { return position_ == content_.size(); }
  /// The next character; at the end, a zero, which the content does not hold.
  char peek() const { return content_[position_]; }
  std::size_t column_in_line() const { return position_ - line_start_ + 1; }
  [[noreturn]] void fail(std::string what, std::size_t line, std::size_t column) const;

  std::string content_;
  std::string file_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
  std::size_t row_line_ = 0;
  char delimiter_ = ',';
  std::array<bool, 256> stops_unquoted_{};  ///< [character]: whether an unquoted field ends before it
  std::vector<std::string> header_;
  std::vector<std::string_view> fields_;
};

}  // namespace freshet
