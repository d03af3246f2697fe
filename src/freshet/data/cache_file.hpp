#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "freshet/core/time.hpp"
#include "freshet/io/mapped_file.hpp"

namespace freshet {

/// The binary file behind a SeriesStore: a header, a directory of basins, and per basin a block of its columns, float32, each
/// at a multiple of 64 bytes. Numbers are in the machine's own byte order. Header, directory and every block carry an
/// XXH3 checksum, so that nothing cut short or altered is ever taken for data.

/// What the directory says of a basin.
struct CacheRecord {
  std::string basin;
  std::string source_stamp;  ///< stamp_of_files of its sources
  TimeAxis axis;
  std::vector<std::string> names;  ///< of the columns
  std::vector<std::string> units;
  double area_km2 = 0;
  std::string area_source;
  std::uint64_t content_hash = 0;  ///< hash_of_files of its sources
  std::uint64_t block_offset = 0;  ///< from the start of the blocks; set by the writer
  std::uint64_t block_hash = 0;    ///< set by the writer
};

/// A basin to be written: what is known of it, and its columns.
struct CacheEntry {
  CacheRecord record;
  std::vector<std::span<const float>> columns;  ///< [names.size()][axis.size]
};

/// Writes a cache file atomically. `key` says what the file is a cache of. EnvironmentError if it cannot be written.
void write_cache_file(const std::filesystem::path& path, const std::string& key, std::vector<CacheEntry> entries);

/// A cache file, mapped into memory. Spans point into the mapping and live as long as this object.
class CacheFile {
 public:
  /// InputError, saying what is wrong, if the file is cut short, damaged, of another format version or of another key.
  CacheFile(const std::filesystem::path& path, const std::string& key);

  /// By basin.
  const std::map<std::string, CacheRecord>& records() const { return records_; }
  /// True if the basin's block still has the checksum it was written with. Reads the whole block.
  bool is_intact(const CacheRecord& record) const;
  /// A column, [axis.size].
  std::span<const float> column(const CacheRecord& record, std::size_t index) const;

 private:
  MappedFile file_;
  std::span<const std::byte> blocks_;
  std::map<std::string, CacheRecord> records_;
};

}  // namespace freshet
