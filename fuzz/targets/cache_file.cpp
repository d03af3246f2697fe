#include <array>

#include "files.hpp"
#include "freshet/data/cache_file.hpp"
#include "freshet/io/atomic_file.hpp"
#include "target.hpp"

namespace freshet::fuzz {

std::vector<std::string> seeds() {
  const std::array<float, 3> values = {1, 2, 3};
  CacheEntry entry;
  entry.record = {.basin = "01", .source_stamp = "stamp", .axis = {make_day(2000, 1, 1), kMinutesPerDay, 3}};
  entry.record.names = {"prcp", "q"};
  entry.record.units = {"mm/day", "mm/day"};
  entry.columns = {values, values};
  CacheEntry other = entry;
  other.record.basin = "02";
  const auto path = as_file("");
  write_cache_file(path, "key", {entry, other});
  return {read_file(path)};
}

void attack(std::string_view input) {
  const CacheFile file(as_file(input), "key");
  float sum = 0;
  for (const auto& [basin, record] : file.records()) {
    if (!file.is_intact(record)) continue;
    for (std::size_t i = 0; i < record.names.size(); ++i) {
      for (const float value : file.column(record, i)) sum += value;
    }
  }
  const volatile float kept = sum;  // so that the reads are not optimised away
  static_cast<void>(kept);
}

}  // namespace freshet::fuzz
