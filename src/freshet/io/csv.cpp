#include "freshet/io/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

constexpr std::size_t kProblemsShown = 10;

/// Splits text into rows of cells, from front to back.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    if (const auto zero = text_.find('\0'); zero != std::string_view::npos) {
      const auto line = 1 + static_cast<std::size_t>(std::ranges::count(text_.substr(0, zero), '\n'));
      throw InputError({.what = "the file holds a zero byte, so it is not text", .file = file_, .line = line});
    }
    separator_ = find_separator();
  }

  bool at_end() const { return position_ == text_.size(); }
  std::size_t line() const { return line_; }

  /// The cells of the next row.
  std::vector<std::string> take_row() {
    std::vector<std::string> cells;
    do {
      cells.push_back(next_is('"') ? take_quoted() : take_plain());
    } while (take(separator_));
    if (!take_line_end()) fail("there is text after the closing quote of a cell", line_, column());
    return cells;
  }

 private:
  [[noreturn]] void fail(std::string what, std::size_t line, std::size_t column) const {
    throw InputError({.what = std::move(what), .file = file_, .line = line, .column = column});
  }

  /// Of the next character, 1 is the first of its line.
  std::size_t column() const { return position_ - line_start_ + 1; }

  bool next_is(char c) const { return !at_end() && text_[position_] == c; }
  bool next_is_line_end() const { return next_is('\n') || text_.substr(position_).starts_with("\r\n"); }

  bool take(char c) {
    if (!next_is(c)) return false;
    ++position_;
    return true;
  }

  bool take_line_end() {
    if (at_end()) return true;
    if (!next_is_line_end()) return false;
    take('\r');
    take('\n');
    start_line();
    return true;
  }

  void start_line() {
    ++line_;
    line_start_ = position_;
  }

  /// Comma, unless the header has more semicolons outside quotes.
  char find_separator() const {
    std::ptrdiff_t more_semicolons = 0;
    bool quoted = false;
    for (const char c : text_) {
      if (c == '"') quoted = !quoted;
      if (quoted) continue;
      if (c == '\n') break;
      if (c == ';') ++more_semicolons;
      if (c == ',') --more_semicolons;
    }
    return more_semicolons > 0 ? ';' : ',';
  }

  std::string take_quoted() {
    const std::size_t opening_line = line_;
    const std::size_t opening_column = column();
    take('"');
    std::string cell;
    while (!at_end()) {
      const char c = text_[position_++];
      if (c == '"' && !take('"')) return cell;
      if (c == '\n') start_line();
      cell += c;
    }
    fail("a quote is opened and never closed", opening_line, opening_column);
  }

  std::string take_plain() {
    const std::size_t begin = position_;
    position_ = std::min(text_.size(), text_.find_first_of(separator_ == ',' ? ",\"\r\n" : ";\"\r\n", begin));
    if (next_is('"')) fail("there is a quote inside an unquoted cell", line_, column());
    if (next_is('\r') && !next_is_line_end()) fail("there is a carriage return that does not end a line", line_, column());
    std::string_view cell = text_.substr(begin, position_ - begin);
    cell.remove_prefix(std::min(cell.size(), cell.find_first_not_of(" \t")));
    return std::string(cell.substr(0, cell.find_last_not_of(" \t") + 1));
  }

  std::string_view text_;
  std::string file_;
  char separator_ = ',';
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
};

void require_unique(const CsvTable& table) {
  std::set<std::string> seen;
  for (const std::string& name : table.names) {
    if (!seen.insert(name).second) {
      throw InputError(
          {.what = "two columns have the same name", .file = table.file, .line = 1, .got = fmt::format("`{}`", name)});
    }
  }
}

/// The text without the empty lines at its end.
std::string_view without_empty_end(std::string_view text) {
  const auto last = text.find_last_not_of("\r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

void add_problem(std::vector<Problem>& problems, Problem problem) {
  if (problems.size() < kProblemsShown) problems.push_back(std::move(problem));
}

bool needs_quotes(const std::string& cell) {
  return cell.find_first_of(",;\"\r\n") != std::string::npos || cell.starts_with(' ') || cell.ends_with(' ') ||
         cell.starts_with('\t') || cell.ends_with('\t');
}

void append_row(std::string& text, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += ',';
    if (!needs_quotes(cells[i])) {
      text += cells[i];
      continue;
    }
    text += '"';
    for (const char c : cells[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    text += '"';
  }
  text += '\n';
}

}  // namespace

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const auto near = nearest(name, names);
  throw InputError({.what = fmt::format("there is no column `{}`", name),
                    .file = file,
                    .hint = near ? fmt::format("Did you mean `{}`?", *near)
                                 : fmt::format("Its columns: {}.", fmt::join(names, ", "))});
}

std::vector<double> CsvTable::numbers(std::string_view name) const {
  const std::size_t index = column(name);
  std::vector<double> values;
  values.reserve(rows());
  std::vector<Problem> problems;
  for (std::size_t row = 0; row < rows(); ++row) {
    const std::string& cell = cells[index][row];
    double value = std::numeric_limits<double>::quiet_NaN();
    if (!is_missing_cell(cell)) {
      const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
      if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
        Problem problem = problem_at(index, row, "the cell is not a finite decimal number");
        if (cell.find(',') != std::string::npos) problem.hint = "Write numbers with a decimal point.";
        add_problem(problems, std::move(problem));
      }
    }
    values.push_back(value);
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return values;
}

Problem CsvTable::problem_at(std::size_t column, std::size_t row, std::string what) const {
  return {.what = std::move(what),
          .file = file,
          .line = lines[row],
          .variable = names[column],
          .got = fmt::format("`{}`", cells[column][row])};
}

CsvTable read_csv(const std::filesystem::path& path) { return parse_csv(read_file(path), path.string()); }

CsvTable parse_csv(std::string_view text, std::string file) {
  CsvReader reader(without_empty_end(text), file);
  if (reader.at_end()) throw InputError({.what = "the file is empty", .file = file, .expected = "a row of column names"});
  CsvTable table{.file = std::move(file), .names = reader.take_row()};
  require_unique(table);
  table.cells.resize(table.names.size());

  std::vector<Problem> problems;
  while (!reader.at_end()) {
    const std::size_t line = reader.line();
    std::vector<std::string> row = reader.take_row();
    if (row.size() != table.names.size()) {
      add_problem(problems, {.what = "the row has another number of cells than the header",
                             .file = table.file,
                             .line = line,
                             .expected = fmt::format("{} cells", table.names.size()),
                             .got = fmt::format("{}", row.size())});
      continue;
    }
    table.lines.push_back(line);
    for (std::size_t i = 0; i < row.size(); ++i) table.cells[i].push_back(std::move(row[i]));
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return table;
}

bool is_missing_cell(std::string_view cell) { return cell.empty() || cell == "NA" || cell == "NaN" || cell == "nan"; }

std::string csv_number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : std::string(); }

std::string to_csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  append_row(text, header);
  for (const auto& row : rows) {
    if (row.size() != header.size()) {
      throw InternalError(fmt::format("a CSV row of {} cells was to be written below a header of {}", row.size(), header.size()));
    }
    append_row(text, row);
  }
  return text;
}

void write_csv(const std::filesystem::path& path, const std::vector<std::string>& header,
               const std::vector<std::vector<std::string>>& rows) {
  write_file_atomically(path, to_csv(header, rows));
}

}  // namespace freshet
