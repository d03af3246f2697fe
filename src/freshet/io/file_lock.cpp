#include "freshet/io/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

/// For reading and writing: over NFS a lock is one of a range of bytes, which takes permission to write.
int open_lock_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    throw EnvironmentError({.what = fmt::format("cannot make the lock file: {}", std::strerror(errno)), .file = file.string()});
  }
  return descriptor;
}

/// flock's error, 0 for none.
int lock(int descriptor, int operation) {
  while (::flock(descriptor, operation) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

}  // namespace

FileLock FileLock::wait_for(const std::filesystem::path& file) {
  const int descriptor = open_lock_file(file);
  return {descriptor, lock(descriptor, LOCK_EX) == 0};
}

std::optional<FileLock> FileLock::try_for(const std::filesystem::path& file) {
  const int descriptor = open_lock_file(file);
  const int error = lock(descriptor, LOCK_EX | LOCK_NB);
  if (error == EWOULDBLOCK) {
    ::close(descriptor);
    return std::nullopt;
  }
  return FileLock(descriptor, error == 0);
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), exclusive_(other.exclusive_) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace freshet
