#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "freshet/core/events.hpp"
#include "freshet/data/dataset.hpp"

namespace freshet {

/// One variable of one basin, living in the store's mapped file or in memory.
struct ColumnView {
  std::string name;
  std::string unit;
  std::span<const float> values;  ///< [axis.size]
  std::string alias{};            ///< the variable's name in other versions of the data set, or empty (Dataset::alias)
};

struct BasinView {
  std::string basin;
  TimeAxis axis;
  std::vector<ColumnView> columns;
  double area_km2 = 0;
  std::string area_source;
  std::uint64_t content_hash = 0;  ///< XXH3 of the bytes of all source files, in order

  const ColumnView* find(const std::string& name) const {
    for (const ColumnView& column : columns) {
      if (column.name == name) return &column;
    }
    for (const ColumnView& column : columns) {
      if (!column.alias.empty() && column.alias == name) return &column;
    }
    return nullptr;
  }
};

struct StoreOptions {
  std::filesystem::path cache_dir;  ///< where the cache file lives; empty: parse every time, keep in memory
  std::size_t threads = 1;
  bool verify_hashes = false;  ///< re-read every source and compare its hash with the cache's
};

/// The series of the basins of a run: parsed from the data set's files, or mapped from a binary cache when the paths, sizes and
/// modification times of all sources are unchanged (basins that changed are parsed anew and the cache is rewritten). A
/// cache file that is truncated or damaged is reported through the observer and rebuilt, never trusted.
class SeriesStore {
 public:
  static std::shared_ptr<const SeriesStore> open(const Dataset& dataset, const std::vector<std::string>& basins,
                                                 const StoreOptions& options, Observer& observer);
  virtual ~SeriesStore() = default;
  /// In the order asked for.
  virtual const std::vector<BasinView>& basins() const = 0;
  /// Of all basins' content hashes and ids: what data a run saw.
  virtual std::uint64_t data_hash() const = 0;
};

}  // namespace freshet
