#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace freshet {

/// Writes a file so that a reader sees either the old content or the whole new one: the content goes to a temporary name
/// in the same folder, is flushed to disk and renamed. On failure (disk full, no permission) the old file is untouched,
/// the temporary one is removed and EnvironmentError says which file and why. Temporary files of this file that processes left
/// which are no more are removed too.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> content);
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// The same for a library that wants to write to a path itself: `write` gets a temporary path and must leave a complete
/// file there.
void write_file_atomically(const std::filesystem::path& path, const std::function<void(const std::filesystem::path&)>& write);

/// Writes nothing, but throws what writing the file would throw for a folder that is not there or not to be written to.
void check_writable(const std::filesystem::path& path);

/// Removes what writers that were killed left in a folder, not what living processes of this machine write.
void remove_unfinished_files(const std::filesystem::path& folder);

/// The whole content of a file. InputError if it cannot be opened or read.
std::string read_file(const std::filesystem::path& path);

}  // namespace freshet
