#include "freshet/data/datasets/caravan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/data/attribute_tables.hpp"
#include "freshet/data/datasets/data_root.hpp"
#include "freshet/data/datasets/series_files.hpp"
#include "freshet/io/folder.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

using std::filesystem::path;

/// How a quantity of the standard is stored and what it becomes. The name may be followed by _mean, _min, _max or a product.
struct Quantity {
  std::string_view prefix;
  std::string_view unit;
  double factor = 1;
};

constexpr std::array kQuantities = {
    Quantity{"streamflow", "mm/day"},
    Quantity{"total_precipitation_sum", "mm/day"},
    Quantity{"potential_evaporation_sum", "mm/day"},
    Quantity{"snow_depth_water_equivalent", "mm"},
    Quantity{"surface_net_solar_radiation", "W/m2"},
    Quantity{"surface_net_thermal_radiation", "W/m2"},
    Quantity{"surface_pressure", "Pa", 1000},  // kPa on disk
    Quantity{"temperature_2m", "degC"},
    Quantity{"dewpoint_temperature_2m", "degC"},
    Quantity{"u_component_of_wind_10m", "m/s"},
    Quantity{"v_component_of_wind_10m", "m/s"},
    Quantity{"volumetric_soil_water_layer_1", "m3/m3"},
    Quantity{"volumetric_soil_water_layer_2", "m3/m3"},
    Quantity{"volumetric_soil_water_layer_3", "m3/m3"},
    Quantity{"volumetric_soil_water_layer_4", "m3/m3"},
};
constexpr std::array<std::string_view, 6> kSuffixes = {"", "_mean", "_min", "_max", "_ERA5_LAND", "_FAO_PENMAN_MONTEITH"};
constexpr std::array<std::string_view, 5> kNamedByProductLater = {"potential_evaporation_sum", "aridity", "moisture_index",
                                                                  "pet_mean", "seasonality"};
constexpr std::array<std::string_view, 3> kTables = {"caravan", "hydroatlas", "other"};

const Quantity* find_quantity(std::string_view name) {
  for (const Quantity& quantity : kQuantities) {
    if (!name.starts_with(quantity.prefix)) continue;
    const std::string_view suffix = name.substr(quantity.prefix.size());
    if (std::ranges::find(kSuffixes, suffix) != kSuffixes.end()) return &quantity;
  }
  return nullptr;
}

void convert(Column& column) {
  const Quantity* quantity = find_quantity(column.name);
  column.unit = quantity ? quantity->unit : "";
  if (!quantity || quantity->factor == 1) return;
  for (float& value : column.values) value = static_cast<float>(static_cast<double>(value) * quantity->factor);
}

std::string subset_of(std::string_view basin) {
  return std::string(basin.substr(0, basin.find('_')));
}

class Caravan final : public Dataset {
 public:
  explicit Caravan(const path& data_dir) : root_(find_data_root(data_dir, {"timeseries/netcdf", "timeseries/csv"}, "caravan")) {
    add_files("csv", ".csv");
    add_files("netcdf", ".nc");
    if (!files_.empty()) return;
    throw InputError({.what = "the `caravan` data set has no series",
                      .file = (root_ / "timeseries").string(),
                      .expected = "files netcdf/<subset>/<subset>_<gauge>.nc or csv/<subset>/<subset>_<gauge>.csv",
                      .got = misplaced_.empty() ? "" : fmt::format("{}", misplaced_.begin()->second.string()),
                      .hint = "The subset is the text before the first underscore; its folder must have that name."});
  }

  std::vector<std::string> basins() const override {
    std::vector<std::string> ids;
    for (const auto& [basin, file] : files_) ids.push_back(basin);
    return ids;
  }

  std::vector<path> sources(const std::string& basin) const override {
    std::vector<path> result = {file_of(basin)};
    const path other = table_file(subset_of(basin), "other");
    if (std::filesystem::exists(other)) result.push_back(other);
    return result;
  }

  BasinSeries read(const std::string& basin) const override {
    return naming_basin(basin, [&] {
      const path& file = file_of(basin);
      RawSeries raw = file.extension() == ".nc" ? read_netcdf_series(file) : read_csv_series(file);
      BasinSeries series = on_daily_axis(basin, std::move(raw), file);
      for (Column& column : series.columns) convert(column);
      series.area_km2 = gauge(basin).area_km2;
      if (!std::isnan(series.area_km2)) series.area_source = table_file(subset_of(basin), "other").filename().string();
      return series;
    });
  }

  AttributeTable attributes() const override {
    std::vector<SourcedAttributes> subsets;
    for (const path& folder : read_folder(root_ / "attributes")) {
      const std::string subset = folder.filename().string();
      std::vector<SourcedAttributes> tables;
      for (const std::string_view table : kTables) {
        const path file = table_file(subset, table);
        if (std::filesystem::exists(file)) tables.push_back(read_attribute_table(file));
      }
      if (!tables.empty()) subsets.push_back({folder, join_attribute_tables(tables, BasinJoin::kEvery)});
    }
    return join_attribute_tables(subsets, BasinJoin::kAny);
  }

  Gauge gauge(const std::string& basin) const override {
    const SourcedAttributes& other = other_table(subset_of(basin));
    const auto row = std::ranges::lower_bound(other.table.basins, basin);
    if (row == other.table.basins.end() || *row != basin) return {};
    const auto index = static_cast<std::size_t>(row - other.table.basins.begin());
    return {.name = text(other, index, "gauge_name"),
            .latitude = number(other, index, "gauge_lat"),
            .longitude = number(other, index, "gauge_lon"),
            .area_km2 = number(other, index, "area")};
  }

  std::string reader_key() const override { return "caravan 1; folder " + root_.string(); }
  std::vector<std::string> target_names() const override { return {"streamflow"}; }
  std::vector<std::string> precipitation_names() const override { return {"total_precipitation_sum"}; }
  std::string alias(const std::string& column) const override { return caravan_alias(column).value_or(""); }

 private:
  void add_files(const char* form, std::string_view extension) {
    for (const path& folder : read_folder(root_ / "timeseries" / form)) {
      for (const path& file : read_folder(folder)) {
        if (file.extension() != extension) continue;
        const std::string basin = file.stem().string();
        const bool in_place = basin.find('_') != std::string::npos && subset_of(basin) == folder.filename().string();
        (in_place ? files_ : misplaced_)[basin] = file;
      }
    }
  }

  const path& file_of(const std::string& basin) const {
    const auto found = files_.find(basin);
    if (found != files_.end()) return found->second;
    const auto misplaced = misplaced_.find(basin);
    const auto near = nearest(basin, basins());
    throw InputError({.what = "the basin has no series",
                      .file = (root_ / "timeseries").string(),
                      .basin = basin,
                      .expected = fmt::format("netcdf/{0}/{1}.nc or csv/{0}/{1}.csv", subset_of(basin), basin),
                      .got = misplaced == misplaced_.end() ? "" : misplaced->second.string(),
                      .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
  }

  path table_file(const std::string& subset, std::string_view table) const {
    return root_ / "attributes" / subset / fmt::format("attributes_{}_{}.csv", table, subset);
  }

  /// The `other` table of a subset, read once; empty if there is none.
  const SourcedAttributes& other_table(const std::string& subset) const {
    const std::lock_guard lock(mutex_);
    const auto found = other_tables_.find(subset);
    if (found != other_tables_.end()) return found->second;
    const path file = table_file(subset, "other");
    SourcedAttributes table{.file = file};
    if (std::filesystem::exists(file)) table = read_attribute_table(file);
    return other_tables_.emplace(subset, std::move(table)).first->second;
  }

  static std::string text(const SourcedAttributes& source, std::size_t basin, std::string_view name) {
    const auto column = std::ranges::find(source.table.names, name);
    if (column == source.table.names.end()) return "";
    return source.table.cell(basin, static_cast<std::size_t>(column - source.table.names.begin()));
  }

  static double number(const SourcedAttributes& source, std::size_t basin, std::string_view name) {
    const std::string cell = text(source, basin, name);
    if (cell.empty()) return std::numeric_limits<double>::quiet_NaN();
    const auto value = parse_number(cell);
    if (value) return *value;
    throw InputError({.what = "the attribute is not a number",
                      .file = source.file.string(),
                      .basin = source.table.basins[basin],
                      .variable = std::string(name),
                      .got = fmt::format("`{}`", cell)});
  }

  path root_;
  std::map<std::string, path> files_;
  std::map<std::string, path> misplaced_;  ///< series files whose folder is not their subset's, for errors
  mutable std::mutex mutex_;
  mutable std::map<std::string, SourcedAttributes> other_tables_;  ///< guarded by mutex_
};

}  // namespace

std::unique_ptr<Dataset> open_caravan(const DatasetOptions& options) {
  return std::make_unique<Caravan>(options.data_dir);
}

std::optional<std::string> caravan_alias(std::string_view name) {
  constexpr std::string_view kProduct = "_ERA5_LAND";
  for (const std::string_view old_name : kNamedByProductLater) {
    if (name == old_name) return std::string(name).append(kProduct);
    if (name.starts_with(old_name) && name.substr(old_name.size()) == kProduct) return std::string(old_name);
  }
  return std::nullopt;
}

}  // namespace freshet
