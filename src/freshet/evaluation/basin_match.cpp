#include "freshet/evaluation/basin_match.hpp"

#include <algorithm>

namespace freshet {
namespace {

/// Every basin to be looked at, by its key, in its longest spelling.
std::map<std::string, std::string> candidates(const std::vector<BasinRows>& models, const std::vector<bool>& paired,
                                              const std::optional<std::vector<std::string>>& list) {
  std::map<std::string, std::string> spelling;
  const auto take = [&spelling](const std::string& key, const std::string& id) {
    std::string& longest = spelling[key];
    if (id.size() > longest.size()) longest = id;
  };
  if (list) {
    for (const std::string& id : *list) take(basin_key(id), id);
  }
  for (std::size_t m = 0; m < models.size(); ++m) {
    for (const auto& [key, row] : models[m]) {
      if (spelling.contains(key) || (!list && paired[m])) take(key, row.id);
    }
  }
  return spelling;
}

}  // namespace

std::string basin_key(std::string_view id) {
  const bool digits = std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || id.empty()) return std::string(id);
  const std::size_t first = id.find_first_not_of('0');
  return std::string(first == std::string_view::npos ? "0" : id.substr(first));
}

CommonBasins match_basins(const std::vector<BasinRows>& models, const std::vector<bool>& paired,
                          const std::optional<std::vector<std::string>>& list) {
  std::vector<std::pair<std::string, std::string>> common;  // spelling, key
  CommonBasins result{.ids = {}, .rows = std::vector<std::vector<std::optional<std::size_t>>>(models.size()), .left_out = {}};
  for (const auto& [key, id] : candidates(models, paired, list)) {
    UncommonBasin uncommon{.id = id, .absent_from = {}};
    for (std::size_t m = 0; m < models.size(); ++m) {
      if (paired[m] && !models[m].contains(key)) uncommon.absent_from.push_back(m);
    }
    if (uncommon.absent_from.empty()) {
      common.emplace_back(id, key);
    } else {
      result.left_out.push_back(std::move(uncommon));
    }
  }
  std::ranges::sort(common);
  std::ranges::sort(result.left_out, {}, &UncommonBasin::id);
  for (const auto& [id, key] : common) {
    result.ids.push_back(id);
    for (std::size_t m = 0; m < models.size(); ++m) {
      const auto found = models[m].find(key);
      result.rows[m].push_back(found == models[m].end() ? std::nullopt : std::optional(found->second.row));
    }
  }
  return result;
}

}  // namespace freshet
