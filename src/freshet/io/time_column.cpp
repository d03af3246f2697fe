#include "freshet/io/time_column.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include <fmt/format.h>

namespace freshet {
namespace {

constexpr std::size_t kProblemsShown = 10;
constexpr std::int64_t kMostSteps = 50'000'000;

void throw_if_any(std::vector<Problem> problems) {
  if (problems.empty()) return;
  problems.resize(std::min(problems.size(), kProblemsShown));
  throw InputError(std::move(problems));
}

std::vector<Time> read_times(const CsvTable& table, std::size_t column) {
  std::vector<Time> times;
  std::vector<Problem> problems;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto time = parse_time(table.cells[column][row]);
    times.push_back(time.value_or(Time{}));
    if (time) continue;
    problems.push_back(table.problem_at(column, row, "the cell is not a date"));
    problems.back().expected = "YYYY-MM-DD, YYYY-MM-DD HH:MM or DD/MM/YYYY";
  }
  throw_if_any(std::move(problems));
  return times;
}

void require_ascending(const CsvTable& table, std::size_t column, const std::vector<Time>& times) {
  std::vector<Problem> problems;
  for (std::size_t row = 1; row < times.size(); ++row) {
    if (times[row] > times[row - 1]) continue;
    const bool is_twice = times[row] == times[row - 1];
    const char* what = is_twice ? "the date stands in two rows" : "the date is earlier than that of the row above";
    problems.push_back(table.problem_at(column, row, what));
    problems.back().hint = is_twice ? "Leave one of them." : "Sort the rows by date.";
  }
  throw_if_any(std::move(problems));
}

std::int64_t smallest_step(const std::vector<Time>& times) {
  if (times.size() == 1) return kMinutesPerDay;
  std::int64_t step = std::numeric_limits<std::int64_t>::max();
  for (std::size_t row = 1; row < times.size(); ++row) step = std::min(step, times[row].minutes - times[row - 1].minutes);
  return step;
}

}  // namespace

RegularRows regular_rows(const CsvTable& table, std::string_view date_column) {
  const std::size_t column = table.column(date_column);
  if (table.rows() == 0) throw InputError({.what = "the table has no rows", .file = table.file});
  const std::vector<Time> times = read_times(table, column);
  require_ascending(table, column, times);

  RegularRows rows{.axis = {.first = times.front(), .step_minutes = smallest_step(times)}};
  std::vector<Problem> problems;
  for (std::size_t row = 0; row < times.size(); ++row) {
    const auto position = rows.axis.index_of(times[row]);
    if (!position) {
      problems.push_back(table.problem_at(column, row, "the dates are not a whole number of steps apart"));
      problems.back().expected =
          fmt::format("a multiple of {} minutes after {}, the first row", rows.axis.step_minutes, to_string(times[0]));
      continue;
    }
    if (!rows.position.empty() && *position > rows.position.back() + 1) {
      rows.gaps.push_back({rows.axis.at(rows.position.back() + 1), rows.axis.at(*position - 1)});
    }
    rows.position.push_back(*position);
  }
  throw_if_any(std::move(problems));

  rows.axis.size = rows.position.back() + 1;
  if (rows.axis.size > kMostSteps) {
    throw InputError({.what = "the time axis would be too long",
                      .file = table.file,
                      .variable = table.names[column],
                      .expected = fmt::format("at most {} steps", kMostSteps),
                      .got = fmt::format("{} steps of {} minutes", rows.axis.size, rows.axis.step_minutes),
                      .hint = "Look for a wrong year or two times close together."});
  }
  return rows;
}

std::vector<double> on_axis(const RegularRows& rows, std::span<const double> values) {
  if (values.size() != rows.position.size()) {
    throw InternalError(fmt::format("{} values were given for {} rows", values.size(), rows.position.size()));
  }
  std::vector<double> series(static_cast<std::size_t>(rows.axis.size), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t row = 0; row < values.size(); ++row) series[rows.position[row]] = values[row];
  return series;
}

}  // namespace freshet
