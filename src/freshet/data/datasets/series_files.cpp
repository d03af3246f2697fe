#include "freshet/data/datasets/series_files.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/core/records.hpp"
#include "freshet/io/cf_time.hpp"
#include "freshet/io/delimited_text.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

/// Reads the rows of a CSV file, checking as it goes.
class CsvSeriesReader {
 public:
  explicit CsvSeriesReader(const std::filesystem::path& file) : text_(DelimitedText::open(file)) {
    const auto date = text_.column("date");
    if (!date) {
      throw InputError({.what = "the file has no date column",
                        .file = text_.file(),
                        .line = 1,
                        .expected = "a column `date`",
                        .got = fmt::format("{}", fmt::join(text_.header(), ", "))});
    }
    date_column_ = *date;
    for (std::size_t i = 0; i < text_.header().size(); ++i) {
      if (i != date_column_) series_.columns.push_back({.name = text_.header()[i]});
    }
  }

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Column& column : series_.columns) all.push_back(column.name);
    return all;
  }

  RawSeries read() {
    while (text_.next()) read_row();
    return std::move(series_);
  }

 private:
  void read_row() {
    const auto& fields = text_.fields();
    const std::string_view date = fields[date_column_];
    append_time(date);
    std::size_t column = 0;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i != date_column_) series_.columns[column++].values.push_back(value_of(fields[i], i, date));
    }
  }

  void append_time(std::string_view date) {
    const auto time = parse_time(date);
    if (!time) {
      throw InputError({.what = "the cell is not a date",
                        .file = text_.file(),
                        .line = text_.line(),
                        .variable = "date",
                        .expected = "YYYY-MM-DD",
                        .got = fmt::format("`{}`", date)});
    }
    if (!series_.times.empty() && *time <= series_.times.back()) fail_order(*time);
    series_.times.push_back(*time);
  }

  [[noreturn]] void fail_order(Time time) const {
    const Time previous = series_.times.back();
    throw InputError({.what = time == previous ? "the date occurs twice"
                                               : fmt::format("the date comes after {}: dates must ascend", to_string(previous)),
                      .file = text_.file(),
                      .line = text_.line(),
                      .date = to_string(time)});
  }

  float value_of(std::string_view cell, std::size_t column, std::string_view date) const {
    if (is_missing_text(cell)) return kMissing;
    const auto number = parse_number(cell);
    if (number && std::abs(*number) <= std::numeric_limits<float>::max()) return static_cast<float>(*number);
    throw InputError({.what = "the cell is not a number",
                      .file = text_.file(),
                      .line = text_.line(),
                      .date = std::string(date),
                      .variable = text_.header()[column],
                      .expected = "a number, or an empty cell for a missing value",
                      .got = fmt::format("`{}`", cell)});
  }

  DelimitedText text_;
  std::size_t date_column_ = 0;
  RawSeries series_;
};

void check_finite(const RawSeries& series, const std::filesystem::path& file) {
  for (const Column& column : series.columns) {
    const auto infinite = std::ranges::find_if(column.values, [](float value) { return std::isinf(value); });
    if (infinite == column.values.end()) continue;
    throw InputError({.what = "the value is not finite",
                      .file = file.string(),
                      .date = to_string(series.times[static_cast<std::size_t>(infinite - column.values.begin())]),
                      .variable = column.name,
                      .expected = "a number, or NaN for a missing value"});
  }
}

void check_not_empty(const RawSeries& series, const std::filesystem::path& file) {
  if (series.times.empty()) throw InputError({.what = "the file has no dates", .file = file.string()});
}

}  // namespace

BasinSeries naming_basin(const std::string& basin, const std::function<BasinSeries()>& read) {
  try {
    return read();
  } catch (const InputError& error) {
    std::vector<Problem> problems = error.problems();
    for (Problem& problem : problems) problem.basin = basin;
    throw InputError(problems);
  }
}

const NetcdfVariable& time_coordinate(const NetcdfFile& file) {
  return file.variable(file.has_variable("time") && !file.has_variable("date") ? "time" : "date");
}

std::vector<std::string> series_names(const NetcdfFile& file) {
  const NetcdfVariable& time = time_coordinate(file);
  std::vector<std::string> names;
  for (const NetcdfVariable& variable : file.variables()) {
    if (variable.name == time.name || !variable.is_numeric() || variable.shape.empty()) continue;
    if (variable.dimensions != time.dimensions) {
      throw InputError({.what = "the variable is not a series",
                        .file = file.path().string(),
                        .variable = variable.name,
                        .expected = fmt::format("the dimension ({})", fmt::join(time.dimensions, ", ")),
                        .got = fmt::format("({})", fmt::join(variable.dimensions, ", "))});
    }
    names.push_back(variable.name);
  }
  return names;
}

RawSeries read_netcdf_series(const std::filesystem::path& path) {
  const NetcdfFile file(path);
  const NetcdfVariable& time = time_coordinate(file);
  RawSeries series{.times = file.read_times(time.name)};
  if (const auto fault = find_order_fault(series.times)) {
    throw InputError(
        {.what = fault->what, .file = path.string(), .date = to_string(series.times[fault->index]), .variable = time.name});
  }
  for (const std::string& name : series_names(file)) {
    const auto unit = text_attribute(file.variable(name).attributes, "units");
    series.columns.push_back({.name = name, .unit = unit.value_or(""), .values = file.read_floats(name)});
  }
  check_finite(series, path);
  return series;
}

RawSeries read_csv_series(const std::filesystem::path& path) {
  return CsvSeriesReader(path).read();
}

std::vector<std::string> csv_series_names(const std::filesystem::path& path) {
  return CsvSeriesReader(path).names();
}

BasinSeries on_daily_axis(const std::string& basin, RawSeries series, const std::filesystem::path& file) {
  check_not_empty(series, file);
  BasinSeries result{.basin = basin};
  const std::int64_t span = series.times.back().minutes - series.times.front().minutes;
  result.axis = {series.times.front(), kMinutesPerDay, span / kMinutesPerDay + 1};
  for (const Time time : series.times) {
    if (time.minutes % kMinutesPerDay == 0) continue;
    throw InputError({.what = "the time is not a day", .file = file.string(), .date = to_string(time), .expected = "daily data"});
  }
  const auto size = static_cast<std::size_t>(result.axis.size);
  for (Column& column : series.columns) {
    if (size != series.times.size()) {
      std::vector<float> values(size, kMissing);
      for (std::size_t i = 0; i < series.times.size(); ++i) {
        values[static_cast<std::size_t>(*result.axis.index_of(series.times[i]))] = column.values[i];
      }
      column.values = std::move(values);
    }
    result.columns.push_back(std::move(column));
  }
  return result;
}

BasinSeries on_regular_axis(const std::string& basin, RawSeries series, const std::filesystem::path& file) {
  check_not_empty(series, file);
  if (const auto fault = find_step_fault(series.times)) {
    throw InputError({.what = fault->what,
                      .file = file.string(),
                      .date = to_string(series.times[fault->index]),
                      .expected = fault->expected,
                      .hint = "Fill the gap with rows of NaN."});
  }
  const std::int64_t step = series.times.size() > 1 ? series.times[1].minutes - series.times[0].minutes : kMinutesPerDay;
  return {.basin = basin,
          .axis = {series.times.front(), step, static_cast<std::int64_t>(series.times.size())},
          .columns = std::move(series.columns)};
}

}  // namespace freshet
