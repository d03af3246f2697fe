#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace freshet {

/// A file mapped read-only into memory. Only for files that are replaced whole and never cut short in place, such as those
/// of write_file_atomically: reading past the end of a file that shrank would end the program.
class MappedFile {
 public:
  /// InputError if the file cannot be opened or mapped.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace freshet
