#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet {

/// Reads a text table with a header row, one row at a time: comma or semicolon between the fields (whichever the header
/// has more of), double quotes around fields that contain one ("" is a quote inside), any line ending, an optional byte
/// order mark. Blanks around a field are dropped, blank lines are skipped.
///
/// Errors (InputError with file and line): no header, the same column name twice, a row with another number of fields than
/// the header, a quote that is not closed.
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
  bool read_row();
  std::string_view read_field();
  std::string_view read_quoted_field();
  bool at_line_end() const { return position_ == content_.size() || content_[position_] == '\n'; }

  std::string content_;
  std::string file_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t row_line_ = 0;
  char delimiter_ = ',';
  std::vector<std::string> header_;
  std::vector<std::string_view> fields_;
};

/// True for the ways tables spell "no value": empty, NA, N/A, NaN, nan.
bool is_missing_text(std::string_view text);

/// The decimal number a whole field spells; nothing for any other text, "inf" and "nan" included, or if out of range.
std::optional<double> parse_number(std::string_view text);

}  // namespace freshet
