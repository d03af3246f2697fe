#pragma once

#include <filesystem>

#include "freshet/data/prepared.hpp"

namespace freshet {

class Model;

/// Writes the parameters that a model has for its process model in each basin of `data`, as `freshet simulate --parameters` reads
/// them. Models without a process model have none: no file is written.
void write_learned_parameters(const std::filesystem::path& file, const Model& model, const PreparedData& data);

}  // namespace freshet
