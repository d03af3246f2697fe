#include "freshet/io/checked_file.hpp"

#include <cstdint>
#include <cstring>
#include <vector>

#include <xxhash.h>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"

namespace freshet {

void write_checked_file(const std::filesystem::path& path, std::span<const std::byte> content) {
  const std::uint64_t hash = XXH3_64bits(content.data(), content.size());
  std::vector<std::byte> bytes(content.size() + sizeof hash);
  if (!content.empty()) std::memcpy(bytes.data(), content.data(), content.size());
  std::memcpy(bytes.data() + content.size(), &hash, sizeof hash);
  write_file_atomically(path, bytes);
}

std::string read_checked_file(const std::filesystem::path& path) {
  std::string content = read_file(path);
  std::uint64_t hash = 0;
  const bool is_whole = content.size() >= sizeof hash;
  if (is_whole) {
    std::memcpy(&hash, content.data() + content.size() - sizeof hash, sizeof hash);
    content.resize(content.size() - sizeof hash);
  }
  if (!is_whole || hash != XXH3_64bits(content.data(), content.size()))
    throw InputError({.what = "the file is damaged: its checksum does not match", .file = path.string()});
  return content;
}

}  // namespace freshet
