#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet {

/// What two spellings of a basin's id have in common: spreadsheets and data frames take ids for numbers and drop their leading
/// zeros, so an id of digits alone is its number; any other is itself.
std::string basin_key(std::string_view id);

/// A basin's id in one model, and its row there.
struct BasinRow {
  std::string id;
  std::size_t row = 0;
};

/// One model's basins by their keys.
using BasinRows = std::map<std::string, BasinRow>;

/// A basin that not all models have.
struct UncommonBasin {
  std::string id;
  std::vector<std::size_t> absent_from;  ///< models
};

/// The basins that a set of models shares.
struct CommonBasins {
  std::vector<std::string> ids;                               ///< sorted, in the longest spelling: that with its zeros
  std::vector<std::vector<std::optional<std::size_t>>> rows;  ///< [model][basin]
  std::vector<UncommonBasin> left_out;                        ///< of at least one paired model, or of the list
};

/// Matches the basins of several models by their keys. Common are those that all models in `paired` have; the others' rows are
/// looked up for them. With a list only its basins are looked at.
CommonBasins match_basins(const std::vector<BasinRows>& models, const std::vector<bool>& paired,
                          const std::optional<std::vector<std::string>>& list);

}  // namespace freshet
