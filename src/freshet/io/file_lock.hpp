#pragma once

#include <filesystem>
#include <optional>

namespace freshet {

/// A lock that one process (and one holder in it) has at a time, by a file that stays. It ends with the object, and with the
/// process however that ends. Between machines it holds on file systems whose locks do (`flock`).
class FileLock {
 public:
  /// Waits until nobody else has it. EnvironmentError if the file cannot be made.
  static FileLock wait_for(const std::filesystem::path& file);
  /// Nothing if somebody else has it.
  static std::optional<FileLock> try_for(const std::filesystem::path& file);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

  /// False on a file system without locks: then everybody has it.
  bool is_exclusive() const { return exclusive_; }

 private:
  FileLock(int descriptor, bool exclusive) : descriptor_(descriptor), exclusive_(exclusive) {}
  int descriptor_;
  bool exclusive_;
};

}  // namespace freshet
