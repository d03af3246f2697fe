#include "freshet/data/state_observations.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/io/csv.hpp"

namespace freshet {
namespace {

constexpr std::size_t kProblemsShown = 10;
constexpr const char* kBasinMark = "{basin}";
constexpr std::array kDates = {"date", "time"};
constexpr std::array kBasins = {"basin", "basin_id", "gauge_id"};

std::string without_leading_zeros(const std::string& id) {
  const std::size_t first = id.find_first_not_of('0');
  return first == std::string::npos ? id : id.substr(first);
}

/// The first of the names that the table has.
template <std::size_t N>
std::size_t column_of(const CsvTable& table, const std::array<const char*, N>& names) {
  for (const char* name : names) {
    const auto at = std::ranges::find(table.names, name);
    if (at != table.names.end()) return static_cast<std::size_t>(at - table.names.begin());
  }
  return table.column(names.front());  // throws
}

/// Some rows of a table, laid on the axis.
std::vector<float> on_axis(const CsvTable& table, const std::vector<std::size_t>& rows, const std::vector<double>& numbers,
                           const StateSource& source, const TimeAxis& axis) {
  const std::size_t dates = column_of(table, kDates);
  std::vector<float> values(static_cast<std::size_t>(axis.size), std::numeric_limits<float>::quiet_NaN());
  std::vector<bool> seen(values.size());
  std::vector<Problem> problems;
  const auto refuse = [&](std::size_t row, const char* what) -> Problem& {
    problems.push_back(table.problem_at(dates, row, what));
    return problems.back();
  };
  for (const std::size_t row : rows) {
    if (problems.size() == kProblemsShown) break;
    const auto time = parse_time(table.cells[dates][row]);
    if (!time) {
      refuse(row, "the cell is not a date").expected = "YYYY-MM-DD, YYYY-MM-DD HH:MM or DD/MM/YYYY";
      continue;
    }
    const auto at = axis.index_of(*time);
    if (!at) {
      refuse(row, "the time lies between two steps of the model").expected =
          fmt::format("steps of {} minutes from {}", axis.step_minutes, to_string(axis.first));
      continue;
    }
    if (*at < 0 || *at >= axis.size) continue;
    const auto step = static_cast<std::size_t>(*at);
    if (seen[step]) refuse(row, "the date stands in two rows").hint = "Leave one of them.";
    seen[step] = true;
    values[step] = static_cast<float>(numbers[row] * source.scale);
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return values;
}

Problem nothing_found(const std::string& state, const StateSource& source, std::string what) {
  return {.what = fmt::format("`state_observations`, `{}`: {}", state, what), .file = source.path.string()};
}

/// The file of a basin; empty if there is none.
std::filesystem::path file_of(const StateSource& source, const std::string& basin) {
  for (const std::string& name : {basin, without_leading_zeros(basin)}) {
    std::string path = source.path.string();
    const std::size_t mark = path.find(kBasinMark);
    if (mark == std::string::npos) {
      path = (source.path / (name + ".csv")).string();
    } else {
      path.replace(mark, std::string(kBasinMark).size(), name);
    }
    if (std::filesystem::is_regular_file(path)) return path;
  }
  return {};
}

std::vector<std::vector<float>> read_files(const std::string& state, const StateSource& source,
                                           const std::vector<std::string>& basins, const TimeAxis& axis, std::size_t threads) {
  std::vector<std::vector<float>> values(basins.size());
  std::vector<std::vector<Problem>> problems(basins.size());
  std::vector<std::filesystem::path> files;
  for (const std::string& basin : basins) files.push_back(file_of(source, basin));
  if (std::ranges::all_of(files, [](const auto& file) { return file.empty(); })) {
    Problem problem = nothing_found(state, source, "no basin has a file there");
    const std::string name = without_leading_zeros(basins.front());
    problem.expected = fmt::format("for instance {}", source.path.string().find(kBasinMark) == std::string::npos
                                                          ? (source.path / (name + ".csv")).string()
                                                          : fmt::format("{} in place of {}", name, kBasinMark));
    throw InputError(std::move(problem));
  }
  parallel_for(basins.size(), threads, [&](std::size_t b) {
    if (files[b].empty()) return;
    try {
      const CsvTable table = read_csv(files[b]);
      std::vector<std::size_t> rows(table.rows());
      for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;
      values[b] = on_axis(table, rows, table.numbers(source.column), source, axis);
    } catch (const InputError& error) {
      problems[b] = error.problems();
    }
  });
  std::vector<Problem> all;
  for (auto& own : problems) all.insert(all.end(), own.begin(), own.end());
  if (all.size() > kProblemsShown) all.resize(kProblemsShown);
  if (!all.empty()) throw InputError(std::move(all));
  return values;
}

std::vector<std::vector<float>> read_table(const std::string& state, const StateSource& source,
                                           const std::vector<std::string>& basins, const TimeAxis& axis) {
  const CsvTable table = read_csv(source.path);
  const std::vector<double> numbers = table.numbers(source.column);
  const std::vector<std::string>& ids = table.cells[column_of(table, kBasins)];
  std::map<std::string, std::vector<std::size_t>> rows;
  for (std::size_t row = 0; row < ids.size(); ++row) rows[without_leading_zeros(ids[row])].push_back(row);
  std::vector<std::vector<float>> values(basins.size());
  bool any = false;
  for (std::size_t b = 0; b < basins.size(); ++b) {
    const auto own = rows.find(without_leading_zeros(basins[b]));
    if (own == rows.end()) continue;
    values[b] = on_axis(table, own->second, numbers, source, axis);
    any = true;
  }
  if (!any) throw InputError(nothing_found(state, source, "no basin has a row in the file"));
  return values;
}

}  // namespace

std::vector<StateObservations> read_state_observations(const StateObservationOptions& options,
                                                       const std::vector<std::string>& basins, const TimeAxis& axis,
                                                       std::size_t threads) {
  std::vector<StateObservations> all;
  for (const auto& [state, source] : options.state_observations) {
    const bool is_pattern = source.path.string().find(kBasinMark) != std::string::npos;
    if (!is_pattern && !std::filesystem::exists(source.path))
      throw InputError(nothing_found(state, source, "there is no such folder or file"));
    const bool by_files = is_pattern || std::filesystem::is_directory(source.path);
    all.push_back(
        {.state = state,
         .source = fmt::format("{}, column {}", source.path.string(), source.column),
         .basins = basins,
         .values = by_files ? read_files(state, source, basins, axis, threads) : read_table(state, source, basins, axis)});
  }
  return all;
}

StateObservations over(const StateObservations& observations, const TimeAxis& from, const TimeAxis& to) {
  StateObservations part = observations;
  const std::int64_t first = from.index_of(to.first).value_or(-1);
  if (from.step_minutes != to.step_minutes || first < 0 || first + to.size > from.size)
    throw InternalError("the part of the observations does not lie in them");
  for (std::vector<float>& values : part.values) {
    if (!values.empty()) values = {values.begin() + first, values.begin() + first + to.size};
  }
  return part;
}

}  // namespace freshet
