#pragma once

#include <filesystem>
#include <string>

#include "freshet/workflow/run_config.hpp"
#include "freshet/workflow/run_inputs.hpp"

namespace freshet {

/// What a result depends on beside the configuration: versions, processor features, seed, the hash of the data.
std::string environment_json(const RunConfig& config, const RunInputs& inputs);

/// The same for a run without a neural model.
std::string environment_json(std::size_t threads, std::int64_t seed, std::uint64_t data_hash);

/// InputError when the hashes of series and attributes recorded in `file` are not those of `inputs`: a resumed run would not be
/// the run that was started.
void check_same_data(const std::filesystem::path& file, const RunInputs& inputs);

/// "0.1.0"
std::string version();

}  // namespace freshet
