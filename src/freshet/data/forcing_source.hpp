#pragma once

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/core/events.hpp"
#include "freshet/core/time.hpp"
#include "freshet/data/forcing_names.hpp"
#include "freshet/data/process_forcing.hpp"

namespace freshet {

/// What a source holds for a basin. Only columns that are asked for are read.
struct SourceBasin {
  std::string id;
  std::string file;  ///< for messages; empty: several
  TimeAxis axis;
  std::vector<ColumnLabel> columns;
  std::function<std::vector<double>(std::size_t column)> read;  ///< [axis.size], NaN is missing; while the source lives
  std::vector<std::size_t> lines;                               ///< [step] of the file; empty where lines mean nothing
  /// Whether steps at the ends without any value are no part of the record, but there because of other series.
  bool padded = false;
  double latitude = std::numeric_limits<double>::quiet_NaN();
  double elevation = std::numeric_limits<double>::quiet_NaN();  ///< m
  double area_km2 = std::numeric_limits<double>::quiet_NaN();
};

/// A place that forcing is read from: a CSV or NetCDF file, or a data set.
class ForcingSource {
 public:
  virtual ~ForcingSource() = default;
  /// The basins that are read.
  const std::vector<std::string>& basins() const { return basins_; }
  /// Of the basins asked for that the source does not have.
  const std::vector<Problem>& absent() const { return absent_; }
  /// Whether the source itself names them; a file of one basin is called as the file.
  bool names_basins() const { return names_basins_; }
  /// By the basin's place in basins(). Several threads may read at once. @throws InputError naming the basin
  virtual SourceBasin basin(std::size_t index) const = 0;

 protected:
  /// Takes the basins asked for, of those there are.
  /// @param names_basins  see above
  /// @throws InputError where there is none of them, or one is asked for twice
  void choose(const std::vector<std::string>& available, const ForcingOptions& options, bool names_basins = true);

 private:
  std::vector<std::string> basins_;
  std::vector<Problem> absent_;
  bool names_basins_ = true;
};

/// @throws InputError for a source that cannot be read, or has none of the basins
std::unique_ptr<ForcingSource> open_forcing_source(const ForcingOptions& options, Observer& observer);
std::unique_ptr<ForcingSource> open_csv_forcing(const ForcingOptions& options);
std::unique_ptr<ForcingSource> open_netcdf_forcing(const ForcingOptions& options);
std::unique_ptr<ForcingSource> open_dataset_forcing(const ForcingOptions& options, Observer& observer);

}  // namespace freshet
