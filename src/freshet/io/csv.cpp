#include "freshet/io/csv.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/io/atomic_file.hpp"
#include "freshet/io/delimited_text.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

constexpr std::size_t kProblemsShown = 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

CsvTable whole_table(DelimitedText& text) {
  CsvTable table{.file = text.file(), .names = text.header()};
  table.cells.resize(table.names.size());
  while (text.next()) {
    table.lines.push_back(text.line());
    for (std::size_t i = 0; i < table.cells.size(); ++i) table.cells[i].emplace_back(text.fields()[i]);
  }
  return table;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool needs_quotes(const std::string& cell) {
  if (cell.empty()) return false;
  return cell.find_first_of(",;\"\r\n") != std::string::npos || is_blank(cell.front()) || is_blank(cell.back()) ||
         cell.starts_with(kByteOrderMark);
}

void append_row(std::string& text, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += ',';
    // A lone empty cell would make a blank line, which is no row.
    if (!needs_quotes(cells[i]) && !(cells.size() == 1 && cells[i].empty())) {
      text += cells[i];
      continue;
    }
    text += '"';
    for (const char c : cells[i]) text.append(c == '"' ? 2 : 1, c);
    text += '"';
  }
  text += '\n';
}

}  // namespace

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const auto near = nearest(name, names);
  throw InputError(
      {.what = fmt::format("there is no column `{}`", name),
       .file = file,
       .hint = near ? fmt::format("Did you mean `{}`?", *near) : fmt::format("Its columns: {}.", fmt::join(names, ", "))});
}

std::vector<double> CsvTable::numbers(std::string_view name) const {
  const std::size_t index = column(name);
  std::vector<double> values;
  values.reserve(rows());
  std::vector<Problem> problems;
  for (std::size_t row = 0; row < rows(); ++row) {
    const std::string& cell = cells[index][row];
    const auto number = parse_number(cell);
    values.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
    if (number || is_missing_text(cell) || problems.size() == kProblemsShown) continue;
    problems.push_back(problem_at(index, row, "the cell is not a finite decimal number"));
    if (cell.find(',') != std::string::npos) problems.back().hint = "Write numbers with a decimal point.";
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

CsvTable read_csv(const std::filesystem::path& path) {
  DelimitedText text = DelimitedText::open(path);
  return whole_table(text);
}

CsvTable parse_csv(std::string text, std::string file) {
  DelimitedText delimited(std::move(text), std::move(file));
  return whole_table(delimited);
}

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
