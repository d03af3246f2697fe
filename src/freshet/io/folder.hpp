#pragma once

#include <filesystem>
#include <vector>

namespace freshet {

/// What is in a folder, sorted by name; nothing if there is no such folder. EnvironmentError if it cannot be read: a folder
/// without permission must not look like an empty one.
std::vector<std::filesystem::path> read_folder(const std::filesystem::path& folder);

}  // namespace freshet
