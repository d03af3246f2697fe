#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "freshet/kernels/model.hpp"

namespace freshet::kernels {

/// All models: the built-in ones, then those of plug-ins, in the order they were loaded.
std::vector<const Model*> models();
/// All routings.
std::vector<const Routing*> routings();

/// @throws InputError for a name that no model has
const Model& find_model(std::string_view name);
/// @throws InputError for a name that no routing has
const Routing& find_routing(std::string_view name);

/// Loads a plug-in, a shared library made with freshet_add_model (docs/adding_a_model.md), for the rest of the process.
/// @throws InputError if the file is no plug-in, is of another version, or its model's name is taken
const Model& load_plugin(const std::filesystem::path& path);

}  // namespace freshet::kernels
