#include "freshet/io/delimited_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

DelimitedText DelimitedText::open(const std::filesystem::path& file) {
  return DelimitedText(read_file(file), file.string());
}

DelimitedText::DelimitedText(std::string content, std::string file) : content_(std::move(content)), file_(std::move(file)) {
  if (content_.starts_with("\xEF\xBB\xBF")) position_ = 3;
  const std::string_view first_line = std::string_view(content_).substr(position_, content_.find('\n', position_) - position_);
  if (std::ranges::count(first_line, ';') > std::ranges::count(first_line, ',')) delimiter_ = ';';
  if (!read_row()) throw InputError({.what = "the file is empty", .file = file_, .expected = "a header row with column names"});
  for (const std::string_view name : fields_) {
    if (column(name))
      throw InputError({.what = fmt::format("the column name `{}` occurs twice", name), .file = file_, .line = row_line_});
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
    throw InputError({.what = "the row does not have one field per column",
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
  while (position_ < content_.size() && (content_[position_] == '\n' || is_blank(content_[position_]))) {
    if (content_[position_++] == '\n') ++line_;
  }
  if (position_ == content_.size()) return false;
  row_line_ = line_;
  for (;;) {
    fields_.push_back(read_field());
    if (at_line_end()) return true;
    ++position_;
  }
}

std::string_view DelimitedText::read_field() {
  while (!at_line_end() && is_blank(content_[position_])) ++position_;
  if (!at_line_end() && content_[position_] == '"') return read_quoted_field();
  const std::size_t begin = position_;
  while (!at_line_end() && content_[position_] != delimiter_) ++position_;
  return trimmed(std::string_view(content_).substr(begin, position_ - begin));
}

std::string_view DelimitedText::read_quoted_field() {
  const std::size_t begin = ++position_;
  std::size_t end = begin;
  // Doubled quotes are undone in place: the text only ever gets shorter.
  for (;; ++position_) {
    if (position_ == content_.size())
      throw InputError({.what = "a quoted field is not closed", .file = file_, .line = row_line_});
    if (content_[position_] == '\n') ++line_;
    if (content_[position_] == '"') {
      if (position_ + 1 == content_.size() || content_[position_ + 1] != '"') break;
      ++position_;
    }
    content_[end++] = content_[position_];
  }
  ++position_;
  while (!at_line_end() && is_blank(content_[position_])) ++position_;
  if (!at_line_end() && content_[position_] != delimiter_) {
    throw InputError({.what = "text follows the closing quote of a field", .file = file_, .line = row_line_});
  }
  return std::string_view(content_).substr(begin, end - begin);
}

bool is_missing_text(std::string_view text) {
  return text.empty() || text == "NA" || text == "N/A" || text == "NaN" || text == "nan";
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace freshet
