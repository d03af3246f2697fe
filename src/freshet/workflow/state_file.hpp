#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "freshet/inference/predict.hpp"

namespace freshet {

/// The states of many basins after a run, and the day each goes on: what `predict --state-out` writes. `model_hash` ties the file
/// to the weights, without which a state means nothing.
void write_states(const std::filesystem::path& path, const std::map<std::string, ResumePoint>& states,
                  const std::string& model_hash);

/// InputError for a damaged file or one of another model.
std::map<std::string, ResumePoint> read_states(const std::filesystem::path& path, const std::string& model_hash);

/// A hash of a model's weights.
std::string hash_weights(Model& model);

}  // namespace freshet
