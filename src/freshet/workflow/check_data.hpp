#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "freshet/data/data_check.hpp"

namespace freshet {

struct CheckRequest {
  std::filesystem::path source;        ///< a configuration file, or a data set's folder
  std::string dataset;                 ///< for a folder; empty: tried in turn
  std::vector<std::string> forcings;   ///< for a camels_us folder
  std::vector<std::string> overrides;  ///< for a configuration
};

/// Checks what a run with the configuration would open (or the whole folder), with content hashes compared to the cache's.
DataCheckReport check_run_data(const CheckRequest& request, Observer& observer);

}  // namespace freshet
