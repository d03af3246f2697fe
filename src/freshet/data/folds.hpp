#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// The basins, sorted, dealt by chance into groups whose sizes differ by one at most. A pure function of the set of basins, the
/// number and the seed. InputError if there are fewer basins than groups: a group without a basin tests nothing.
std::vector<std::vector<std::string>> random_groups(std::vector<std::string> basins, std::int64_t groups, std::uint64_t seed);

/// Basins that are held out together.
struct RegionGroup {
  std::vector<std::string> regions;  ///< sorted, numbers by their size
  std::vector<std::string> basins;   ///< sorted
};

/// One group for each region, in order of the regions; or, with `groups` > 0, whole regions put together into so many groups: the
/// largest region first, each into the group that has the fewest basins so far. InputError if there are fewer than two regions,
/// or fewer than groups.
/// @param regions  basin to region
std::vector<RegionGroup> region_groups(const std::map<std::string, std::string>& regions, std::int64_t groups);

/// The days of the periods, sorted, in so many blocks of about the same length. Cuts are made at whole years from a period's
/// first day if there are at least as many years as blocks, else anywhere between days. InputError if there are fewer days than
/// blocks.
std::vector<std::vector<Period>> time_blocks(const std::vector<Period>& periods, std::int64_t blocks);

/// What is left of the periods without those of `removed` and the `gap_days` days on either side of each.
std::vector<Period> periods_without(const std::vector<Period>& periods, const std::vector<Period>& removed,
                                    std::int64_t gap_days);

/// `count` of the basins drawn by chance, sorted: a pure function of the set, the count, the seed and the fold.
std::vector<std::string> draw_basins(std::vector<std::string> basins, std::int64_t count, std::uint64_t seed, std::uint32_t fold);

}  // namespace freshet
