#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace freshet {

/// A line per file: path, size in bytes, modification time in nanoseconds. Equal stamps are taken for equal contents. InputError
/// if a file is not there.
std::string stamp_of_files(const std::vector<std::filesystem::path>& files);

/// XXH3 (64 bits) of the bytes of all files, one after the other. InputError if a file cannot be read.
std::uint64_t hash_of_files(const std::vector<std::filesystem::path>& files);

}  // namespace freshet
