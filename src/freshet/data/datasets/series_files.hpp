#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "freshet/core/time.hpp"
#include "freshet/data/dataset.hpp"
#include "freshet/io/netcdf.hpp"

namespace freshet {

/// One basin's series as a file holds them: strictly ascending times, not necessarily regular.
struct RawSeries {
  std::vector<Time> times;
  std::vector<Column> columns;  ///< each as long as times; NaN is missing; the unit is the file's, "" if it has none
};

/// The time coordinate of a per-basin NetCDF file: `date`, or `time` if there is no `date`. InputError if there is neither.
const NetcdfVariable& time_coordinate(const NetcdfFile& file);

/// The variables of a per-basin NetCDF file that are series: numbers over the time coordinate's dimension alone. Scalars and
/// texts are left out. InputError for numbers over other or further dimensions.
std::vector<std::string> series_names(const NetcdfFile& file);

/// Reads all series of a per-basin NetCDF file, decoded by the CF conventions.
/// Errors: InputError for dates that repeat or go back, and for infinite values.
RawSeries read_netcdf_series(const std::filesystem::path& file);

/// Reads all columns of a per-basin CSV file with a column `date`; empty fields, NA and NaN are missing. Units are "".
/// Errors: InputError with line, date and variable for impossible, repeated or descending dates and cells that are not numbers.
RawSeries read_csv_series(const std::filesystem::path& file);

/// The columns of such a file but `date`.
std::vector<std::string> csv_series_names(const std::filesystem::path& file);

/// Runs `read`; InputErrors it throws are passed on with the basin in them.
BasinSeries naming_basin(const std::string& basin, const std::function<BasinSeries()>& read);

/// Puts series onto an axis of whole days from the first to the last date; days the file has no row for are NaN.
/// Errors: InputError for times that are not at midnight UTC, or no times at all.
BasinSeries on_daily_axis(const std::string& basin, RawSeries series, const std::filesystem::path& file);

/// Puts series that are regular, of any step, onto their axis. A single time counts as a day.
/// Errors: InputError naming the first date that is out of step, or no times at all.
BasinSeries on_regular_axis(const std::string& basin, RawSeries series, const std::filesystem::path& file);

}  // namespace freshet
