#pragma once

#include <filesystem>
#include <string>

#include "freshet/workflow/run_config.hpp"

namespace freshet {

/// What a result depends on beside the configuration: versions, processor features, seed, the hash of the data.
std::string environment_json(const RunConfig& config, std::uint64_t data_hash);

/// InputError when the data hash recorded in `file` is not `data_hash`: a resumed run would not be the run that was started.
void check_same_data(const std::filesystem::path& file, std::uint64_t data_hash);

/// "0.1.0"
std::string version();

}  // namespace freshet
