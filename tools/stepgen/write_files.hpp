#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace freshet::stepgen {

/// Writes a file; one that has the text already is left alone, so that only what changed is compiled again.
/// @throws EnvironmentError if it cannot be written
void write_if_changed(const std::filesystem::path& path, const std::string& text);

/// Files of a folder, name to text.
void write_files(const std::filesystem::path& folder, const std::map<std::string, std::string>& files);

}  // namespace freshet::stepgen
