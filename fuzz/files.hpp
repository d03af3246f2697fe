#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::fuzz {

/// The contents of all files with an extension in a folder of tests/fixtures and below it, in the order of their paths.
std::vector<std::string> fixtures(const std::string& folder, const std::string& extension);

/// The first lines of a fixture.
std::string first_lines(const std::string& fixture, int lines);

/// The input as a file, for parsers that open one: the same path each time, in a folder that ends with the program.
std::filesystem::path as_file(std::string_view input);

}  // namespace freshet::fuzz
