#include "freshet/io/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet {

MappedFile::MappedFile(const std::filesystem::path& path) {
  const auto fail = [&path](std::string_view what) {
    throw InputError({.what = fmt::format("{}: {}", what, std::strerror(errno)), .file = path.string()});
  };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail("cannot open the file");
  struct stat status {};
  const bool known = ::fstat(fd, &status) == 0;
  const std::size_t size = known ? static_cast<std::size_t>(status.st_size) : 0;
  // An empty file cannot be mapped, and needs not be.
  void* const address = size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0) : nullptr;
  const int error = errno;
  ::close(fd);
  errno = error;
  if (!known || address == MAP_FAILED) fail("cannot map the file into memory");
  bytes_ = {static_cast<const std::byte*>(address), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace freshet
