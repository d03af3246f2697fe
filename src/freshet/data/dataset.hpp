#pragma once

#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// One daily (or finer) variable of a basin; NaN is missing. The unit is what the values are in now, after the one conversion
/// at the door: mm/day for water fluxes, degC, W/m2, Pa, s.
struct Column {
  std::string name;  ///< the data set's own name, e.g. "prcp(mm/day)"; with "_<product>" when several products are read
  std::string unit;
  std::vector<float> values;  ///< [axis.size]
};

/// Everything a data set holds for one basin, on one time axis: the union of its sources' periods, gaps as NaN.
struct BasinSeries {
  std::string basin;
  TimeAxis axis;
  std::vector<Column> columns;
  double area_km2 = std::numeric_limits<double>::quiet_NaN();  ///< used for unit conversion of discharge
  std::string area_source;                                     ///< e.g. "forcing header, maurer_extended"

  const Column* find(const std::string& name) const {
    for (const Column& column : columns) {
      if (column.name == name) return &column;
    }
    return nullptr;
  }
};

/// Static attributes as they stand in the data set's tables.
struct AttributeTable {
  std::vector<std::string> basins;  ///< sorted
  std::vector<std::string> names;   ///< in file order
  std::vector<std::string> cells;   ///< [basin, name]; "" where empty or NA

  const std::string& cell(std::size_t basin, std::size_t name) const { return cells[basin * names.size() + name]; }
};

struct Gauge {
  std::string name;
  double latitude = std::numeric_limits<double>::quiet_NaN();
  double longitude = std::numeric_limits<double>::quiet_NaN();
  double area_km2 = std::numeric_limits<double>::quiet_NaN();  ///< as in the attribute tables
};

/// A large-sample data set on disk. Reading is const and may happen on several threads at once.
/// Errors are InputError with file, line, basin, date and variable.
class Dataset {
 public:
  virtual ~Dataset() = default;

  /// The ids of all basins that have series, sorted.
  virtual std::vector<std::string> basins() const = 0;
  /// The files read() opens for a basin; the cache is keyed by them. InputError if the basin is not on disk.
  virtual std::vector<std::filesystem::path> sources(const std::string& basin) const = 0;
  /// All variables of a basin, checked and converted. A basin without a discharge file has no discharge column.
  virtual BasinSeries read(const std::string& basin) const = 0;
  /// All attribute tables, joined. Empty if the data set has none.
  virtual AttributeTable attributes() const = 0;
  /// What is known of the gauge; empty fields where nothing is.
  virtual Gauge gauge(const std::string& basin) const = 0;
  /// A text that changes whenever the same files would be read differently (options, reader version): part of the cache key.
  virtual std::string reader_key() const = 0;
  /// Another name the variable is asked for by, from other versions of the data set; empty: none.
  virtual std::string alias(const std::string& column) const {
    static_cast<void>(column);
    return "";
  }
  /// Column names that are discharge, the usual target.
  virtual std::vector<std::string> target_names() const = 0;
  /// Column names that are precipitation, for plots and water-balance checks.
  virtual std::vector<std::string> precipitation_names() const = 0;
};

/// How to open a data set.
struct DatasetOptions {
  std::string name;  ///< registry name: camels_us, caravan, generic
  std::filesystem::path data_dir;
  std::vector<std::string> forcings;   ///< products, for camels_us
  std::string area_source = "header";  ///< camels_us: header | gages2 | geospa_fabric
};

struct DatasetKind {
  std::string name;
  std::string description;
  std::unique_ptr<Dataset> (*open)(const DatasetOptions&);
};

/// All kinds of data sets, in the order `freshet list` shows them (data/datasets/registry.cpp).
const std::vector<DatasetKind>& dataset_kinds();

/// Opens a data set by its registry name. InputError (with the nearest name) for an unknown one or a wrong folder.
std::unique_ptr<Dataset> open_dataset(const DatasetOptions& options);

/// Opens a folder as the first kind whose layout is found there; the name in the options is not used. InputError saying what
/// each kind misses, or what is wrong inside the folder with a data set of the kind it is.
std::unique_ptr<Dataset> recognise_dataset(const DatasetOptions& options);

}  // namespace freshet
