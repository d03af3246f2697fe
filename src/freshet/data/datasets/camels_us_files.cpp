#include "freshet/data/datasets/camels_us_files.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/core/time.hpp"
#include "freshet/io/number_text.hpp"
#include "freshet/io/text_table.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<std::string_view, 4> kDateColumns = {"Year", "Mnth", "Day", "Hr"};
constexpr int kLastYear = 2999;  // a year beyond is a slip of the pen, and would ask for an axis of a million days

/// Long enough to recognise, short enough to print.
std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 60;
  std::string result = "`";
  for (const char c : text.substr(0, kMost)) result += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  return result + (text.size() > kMost ? "...`" : "`");
}

/// Walks through the rows of a file and knows how to complain about them.
class CheckedRows {
 public:
  CheckedRows(std::string_view text, const std::string& file, const std::string& basin)
      : rows(text), file_(file), basin_(basin) {}

  RowReader rows;

  [[noreturn]] void fail(Problem problem) const {
    problem.file = file_;
    problem.line = rows.line();
    problem.basin = basin_;
    throw InputError(std::move(problem));
  }

  /// The row's day from its next three cells. Days must advance.
  std::int64_t day() {
    int y = 0;
    int m = 0;
    int d = 0;
    for (int* const part : {&y, &m, &d}) {
      const CellKind kind = rows.integer(*part);
      if (kind == CellKind::kNumber) continue;
      fail({.what = kind == CellKind::kNone ? "the row ends within its date" : "the date is not made of whole numbers",
            .expected = "year, month and day",
            .got = kind == CellKind::kNone ? "" : shown(rows.cell())});
    }
    if (y > kLastYear || !is_valid_day(y, m, d)) {
      fail({.what = "no such day in the calendar", .got = fmt::format("year {}, month {}, day {}", y, m, d)});
    }
    const std::int64_t day = make_day(y, m, d).minutes / kMinutesPerDay;
    if (last_day_ && day <= *last_day_) {
      fail({.what = day == *last_day_ ? "the date occurs twice" : "the dates are out of order",
            .date = date(day),
            .expected = fmt::format("a date after {}", date(*last_day_))});
    }
    last_day_ = day;
    return day;
  }

  /// The next cell as a number; NaN for NaN and NA.
  double value(std::string_view variable, std::size_t cells_in_row) {
    double value = kNaN;
    const CellKind kind = rows.number(value);
    if (kind == CellKind::kNumber) return value;
    if (kind == CellKind::kNone) fail_cell_count(variable, cells_in_row);
    if (!is_missing_text(rows.cell())) {
      fail({.what = "the cell is not a number",
            .date = last_date(),
            .variable = std::string(variable),
            .expected = "a number",
            .got = shown(rows.cell())});
    }
    return kNaN;
  }

  [[noreturn]] void fail_cell_count(std::string_view variable, std::size_t cells_in_row) const {
    const std::size_t got = rows.count_cells();
    fail({.what = got < cells_in_row ? "the row is cut short" : "the row has too many cells",
          .date = last_date(),
          .variable = std::string(variable),
          .expected = fmt::format("{} cells", cells_in_row),
          .got = std::to_string(got)});
  }

  std::string last_date() const { return last_day_ ? date(*last_day_) : ""; }

 private:
  static std::string date(std::int64_t day) { return to_string(Time{day * kMinutesPerDay}); }

  const std::string& file_;
  const std::string& basin_;
  std::optional<std::int64_t> last_day_;
};

/// A header line that holds one number.
double header_number(CheckedRows& checked, std::string_view what) {
  const std::string expected = fmt::format("one number, the {}", what);
  if (!checked.rows.next_row()) checked.fail({.what = "the file ends within its header", .expected = expected});
  double value = kNaN;
  if (checked.rows.number(value) != CellKind::kNumber) {
    checked.fail({.what = "the header line is not a number", .expected = expected, .got = shown(checked.rows.cell())});
  }
  if (!checked.rows.at_row_end()) {
    checked.fail({.what = "the header line is more than a number",
                  .expected = expected,
                  .got = fmt::format("{} cells", checked.rows.count_cells())});
  }
  return value;
}

double read_header(CheckedRows& checked) {
  const double latitude = header_number(checked, "latitude of the gauge in degrees (line 1)");
  if (!(std::abs(latitude) <= 90)) {
    checked.fail({.what = "no such latitude", .expected = "-90 to 90 degrees", .got = fmt::format("{}", latitude)});
  }
  header_number(checked, "elevation in m (line 2)");
  const double area_m2 = header_number(checked, "basin area in m2 (line 3)");
  if (!(area_m2 > 0)) {
    checked.fail({.what = "the basin area is not positive", .expected = "an area in m2", .got = fmt::format("{}", area_m2)});
  }
  return area_m2;
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

std::vector<std::string> read_names(CheckedRows& checked) {
  const std::string expected = fmt::format("the column names {} and the variables", fmt::join(kDateColumns, " "));
  if (!checked.rows.next_row()) checked.fail({.what = "the file ends within its header", .expected = expected});
  for (const std::string_view name : kDateColumns) {
    if (!same_letters(checked.rows.text(), name)) {
      checked.fail({.what = fmt::format("the line of column names has no `{}` where it should be", name),
                    .expected = expected,
                    .got = shown(checked.rows.cell())});
    }
  }
  std::vector<std::string> names;
  while (!checked.rows.at_row_end()) {
    names.emplace_back(checked.rows.text());
    if (std::ranges::count(names, names.back()) > 1) {
      checked.fail({.what = "two columns have the same name", .variable = names.back()});
    }
  }
  if (names.empty()) checked.fail({.what = "the line of column names has no variable", .expected = expected});
  return names;
}

bool same_gauge(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto significant = [](std::string_view id) { return id.substr(std::min(id.find_first_not_of('0'), id.size())); };
  return significant(a) == significant(b);
}

}  // namespace

CamelsUsForcing parse_camels_us_forcing(std::string_view text, const std::string& file, const std::string& basin) {
  CheckedRows checked(text, file, basin);
  CamelsUsForcing forcing;
  forcing.area_m2 = read_header(checked);
  forcing.names = read_names(checked);

  const std::size_t cells = kDateColumns.size() + forcing.names.size();
  const std::size_t likely_rows = text.size() / (5 * cells);
  forcing.days.reserve(likely_rows);
  forcing.columns.resize(forcing.names.size());
  for (std::vector<float>& column : forcing.columns) column.reserve(likely_rows);

  while (checked.rows.next_row()) {
    forcing.days.push_back(checked.day());
    checked.value(kDateColumns.back(), cells);  // the hour, always 12: the values are of the whole day
    for (std::size_t i = 0; i < forcing.names.size(); ++i) {
      forcing.columns[i].push_back(static_cast<float>(checked.value(forcing.names[i], cells)));
    }
    if (!checked.rows.at_row_end()) checked.fail_cell_count("", cells);
  }
  if (forcing.days.empty()) checked.fail({.what = "the forcing file has no row after its header"});
  return forcing;
}

CamelsUsStreamflow parse_camels_us_streamflow(std::string_view text, const std::string& file, const std::string& basin) {
  constexpr std::size_t kCells = 6;
  constexpr std::size_t kLikelyRowSize = 30;
  CheckedRows checked(text, file, basin);
  CamelsUsStreamflow flow;
  flow.days.reserve(text.size() / kLikelyRowSize);
  flow.discharge_ft3_s.reserve(text.size() / kLikelyRowSize);

  while (checked.rows.next_row()) {
    if (!same_gauge(checked.rows.text(), basin)) {
      checked.fail({.what = "the row is of another gauge", .expected = basin, .got = shown(checked.rows.cell())});
    }
    flow.days.push_back(checked.day());
    const double discharge = checked.value("discharge", kCells);
    flow.discharge_ft3_s.push_back(discharge < 0 ? kNaN : discharge);
    if (checked.rows.text().empty()) checked.fail_cell_count("flag", kCells);
    if (!checked.rows.at_row_end()) checked.fail_cell_count("", kCells);
  }
  if (flow.days.empty()) checked.fail({.what = "the streamflow file has no row"});
  return flow;
}

}  // namespace freshet
