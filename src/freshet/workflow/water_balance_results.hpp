#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "freshet/evaluation/water_balance.hpp"

namespace freshet {

/// Writes water_balance.csv, a row a basin, and says in a sentence what is in it. Without balances there is no file, and the
/// sentence says why where a unit is the reason, else nothing.
std::vector<std::string> write_water_balance(const std::filesystem::path& path, const PredictionSet& set);

/// The runoff ratios of such a file, by basin_key.
struct StoredRatios {
  double observed = 0, simulated = 0;  ///< NaN where not defined
};
std::map<std::string, StoredRatios> read_runoff_ratios(const std::filesystem::path& path);

}  // namespace freshet
