#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/data/datasets/series_files.hpp"
#include "freshet/data/forcing_source.hpp"
#include "freshet/io/netcdf.hpp"

namespace freshet {
namespace {

/// A NetCDF file with series over (time), of one basin, or over (basin, time) in either order.
class NetcdfForcing final : public ForcingSource {
 public:
  explicit NetcdfForcing(const ForcingOptions& options) : file_(options.source) {
    const NetcdfVariable& time = time_coordinate(file_);
    if (time.dimensions.size() != 1) {
      throw InputError({.what = "the time coordinate has not one dimension", .file = path(), .variable = time.name});
    }
    time_dimension_ = time.dimensions.front();
    axis_ = file_.read_time_axis(time.name);
    for (const NetcdfVariable& variable : file_.variables()) {
      if (variable.is_numeric() && variable.name != time.name && is_series(variable)) {
        labels_.push_back({variable.name, text_attribute(variable.attributes, "units").value_or("")});
      }
    }
    all_ = ids(options);
    choose(all_, options, !basin_dimension_.empty());
    latitude_ = numbers({"latitude", "lat", "gauge_lat"});
    elevation_ = numbers({"elevation", "elev_mean"});
    area_ = numbers({"area_km2", "area"});
  }

  SourceBasin basin(std::size_t index) const override {
    const auto row = static_cast<std::size_t>(std::ranges::find(all_, basins()[index]) - all_.begin());
    SourceBasin basin{.id = basins()[index], .file = path(), .axis = axis_, .columns = labels_, .padded = true};
    basin.read = [this, row](std::size_t column) { return series(labels_[column].name, row); };
    const auto of_basin = [&](const std::vector<double>& values, double& to) {
      if (!values.empty()) to = values[std::min(row, values.size() - 1)];
    };
    of_basin(latitude_, basin.latitude);
    of_basin(elevation_, basin.elevation);
    of_basin(area_, basin.area_km2);
    return basin;
  }

 private:
  std::string path() const { return file_.path().string(); }

  /// Over time alone, or over time and one other dimension, the same for all such variables.
  bool is_series(const NetcdfVariable& variable) {
    const auto& dimensions = variable.dimensions;
    if (std::ranges::find(dimensions, time_dimension_) == dimensions.end() || dimensions.size() > 2) return false;
    if (dimensions.size() == 1) return true;
    const std::string& other = dimensions[dimensions[0] == time_dimension_ ? 1 : 0];
    if (basin_dimension_.empty()) basin_dimension_ = other;
    if (other == basin_dimension_) return true;
    throw InputError({.what = "the variables lie over different dimensions besides time",
                      .file = path(),
                      .variable = variable.name,
                      .expected = fmt::format("({}, {})", basin_dimension_, time_dimension_),
                      .got = fmt::format("({})", fmt::join(dimensions, ", "))});
  }

  std::vector<std::string> ids(const ForcingOptions& options) const {
    if (basin_dimension_.empty()) return {options.source.stem().string()};
    for (const std::string& name :
         {std::string("basin_id"), basin_dimension_, std::string("basin"), std::string("gauge_id"), std::string("station_id")}) {
      if (!file_.has_variable(name)) continue;
      const NetcdfVariable& variable = file_.variable(name);
      if (variable.dimensions.empty() || variable.dimensions.front() != basin_dimension_) continue;
      if (!variable.is_numeric()) return file_.read_strings(name);
      std::vector<std::string> ids;
      for (const double id : file_.read_doubles(name)) ids.push_back(fmt::format("{:.0f}", id));
      return ids;
    }
    throw InputError({.what = "the file does not name its basins",
                      .file = path(),
                      .expected = fmt::format("a variable `basin_id` or `{0}` over ({0})", basin_dimension_)});
  }

  /// One number for each basin, or one for all; empty if none of the names is there.
  std::vector<double> numbers(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
      if (!file_.has_variable(name) || !file_.variable(name).is_numeric()) continue;
      const auto& dimensions = file_.variable(name).dimensions;
      if (dimensions.empty() || (dimensions.size() == 1 && dimensions[0] == basin_dimension_)) return file_.read_doubles(name);
    }
    return {};
  }

  std::vector<double> series(const std::string& name, std::size_t row) const {
    const NetcdfVariable& variable = file_.variable(name);
    const auto size = static_cast<std::size_t>(axis_.size);
    const std::lock_guard lock(mutex_);
    std::vector<double>& values = values_[name];
    if (values.empty()) values = file_.read_doubles(name);
    if (variable.dimensions.size() == 1) return values;
    const bool time_first = variable.dimensions.front() == time_dimension_;
    std::vector<double> own(size);
    for (std::size_t t = 0; t < size; ++t) own[t] = values[time_first ? t * all_.size() + row : row * size + t];
    return own;
  }

  NetcdfFile file_;
  TimeAxis axis_;
  std::string time_dimension_, basin_dimension_;
  std::vector<ColumnLabel> labels_;
  std::vector<std::string> all_;
  std::vector<double> latitude_, elevation_, area_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::vector<double>> values_;  ///< guarded by mutex_
};

}  // namespace

std::unique_ptr<ForcingSource> open_netcdf_forcing(const ForcingOptions& options) {
  return std::make_unique<NetcdfForcing>(options);
}

}  // namespace freshet
