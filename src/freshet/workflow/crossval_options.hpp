#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "freshet/config/fields.hpp"

namespace freshet {

/// How `freshet crossval` cuts basins and days into folds. `freshet train` reads the keys and does nothing with them.
struct CrossvalOptions {
  std::string fold_by = "random";
  std::optional<std::int64_t> folds;
  std::int64_t fold_seed = 0;
  std::optional<std::string> region_attribute;
  std::optional<std::filesystem::path> region_file;
  std::int64_t time_blocks = 5;
  std::int64_t time_gap_days = 0;
  std::int64_t fold_validation_basins = 0;

  bool by_region() const { return fold_by == "region" || fold_by == "region_and_time"; }
  bool by_basins() const { return fold_by != "time"; }  ///< some basins are held out of training
  bool by_time() const { return fold_by != "random" && fold_by != "region"; }
};

const FieldTable<CrossvalOptions>& crossval_fields();

}  // namespace freshet
