#include "freshet/kernels/plugin_file.hpp"

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

namespace freshet::kernels {
namespace {

constexpr const char* kNoLibrary = "the file is no shared library";

/// Whether [offset, offset + count * size) lies within a file of `all` bytes.
bool fits(std::uint64_t offset, std::uint64_t count, std::uint64_t size, std::uint64_t all) {
  return offset <= all && (size == 0 || count <= (all - offset) / size);
}

template <class T>
bool read_at(std::ifstream& file, std::uint64_t offset, T& value) {
  file.seekg(static_cast<std::streamoff>(offset));
  return static_cast<bool>(file.read(reinterpret_cast<char*>(&value), sizeof value));
}

}  // namespace

std::string library_fault(const std::filesystem::path& path) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) return "the file cannot be read";
  Elf64_Ehdr header{};
  if (!read_at(file, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_type != ET_DYN) {
    return kNoLibrary;
  }
  const std::string cut = fmt::format("the file is cut off: it has {} bytes, fewer than its headers say", size);
  if (!fits(header.e_phoff, header.e_phnum, header.e_phentsize, size) ||
      !fits(header.e_shoff, header.e_shnum, header.e_shentsize, size)) {
    return cut;
  }
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    if (!read_at(file, header.e_phoff + i * header.e_phentsize, segment)) return cut;
    if (!fits(segment.p_offset, segment.p_filesz, 1, size)) return cut;
  }
  return "";
}

}  // namespace freshet::kernels
