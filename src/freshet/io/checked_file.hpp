#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace freshet {

/// Writes a file atomically, with a checksum of the content (XXH3, 8 bytes) behind it.
void write_checked_file(const std::filesystem::path& path, std::span<const std::byte> content);

/// The content of such a file. @throws InputError if the checksum does not match: a byte was changed or lost
std::string read_checked_file(const std::filesystem::path& path);

}  // namespace freshet
