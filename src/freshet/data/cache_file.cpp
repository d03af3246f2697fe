#include "freshet/data/cache_file.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <type_traits>

#include <fmt/format.h>
#include <xxhash.h>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

constexpr std::uint64_t kAlignment = 64;
constexpr char kMagic[8] = {'F', 'R', 'S', 'H', 'E', 'T', 'S', 'C'};
constexpr std::uint32_t kFormatVersion = 1;
constexpr std::uint32_t kByteOrder = 0x01020304;

struct FileHeader {
  char magic[8];
  std::uint32_t byte_order;
  std::uint32_t format_version;
  std::uint64_t file_size;
  std::uint64_t directory_size;
  std::uint64_t directory_hash;
  std::uint64_t unused[2];
  std::uint64_t header_hash;  ///< of everything before it
};
static_assert(sizeof(FileHeader) == kAlignment && std::is_trivially_copyable_v<FileHeader>);

std::uint64_t align(std::uint64_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}
std::uint64_t column_stride(const TimeAxis& axis) {
  return align(static_cast<std::uint64_t>(axis.size) * sizeof(float));
}
std::uint64_t block_size(const CacheRecord& record) {
  return record.names.size() * column_stride(record.axis);
}
std::uint64_t hash_of_header(const FileHeader& header) {
  return XXH3_64bits(&header, offsetof(FileHeader, header_hash));
}

/// Appends numbers and texts to a buffer, as DirectoryReader takes them off again.
class DirectoryWriter {
 public:
  template <class T>
  void number(T value) {
    static_assert(std::is_arithmetic_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(const std::string& value) {
    number(static_cast<std::uint64_t>(value.size()));
    bytes_ += value;
  }
  void record(const CacheRecord& record) {
    text(record.basin);
    text(record.source_stamp);
    number(record.axis.first.minutes);
    number(record.axis.step_minutes);
    number(record.axis.size);
    number(static_cast<std::uint64_t>(record.names.size()));
    for (std::size_t i = 0; i < record.names.size(); ++i) {
      text(record.names[i]);
      text(record.units[i]);
    }
    number(record.area_km2);
    text(record.area_source);
    number(record.content_hash);
    number(record.block_offset);
    number(record.block_hash);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Takes numbers and texts off the front of a buffer. Once something does not fit, ok() is false and values mean nothing.
class DirectoryReader {
 public:
  explicit DirectoryReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }

  template <class T>
  T number() {
    T value{};
    if (take(sizeof value)) std::memcpy(&value, taken_.data(), sizeof value);
    return value;
  }
  std::string text() {
    const auto size = number<std::uint64_t>();
    if (!take(size)) return {};
    return {reinterpret_cast<const char*>(taken_.data()), taken_.size()};
  }
  CacheRecord record() {
    CacheRecord record;
    record.basin = text();
    record.source_stamp = text();
    record.axis.first.minutes = number<std::int64_t>();
    record.axis.step_minutes = number<std::int64_t>();
    record.axis.size = number<std::int64_t>();
    const auto columns = number<std::uint64_t>();
    for (std::uint64_t i = 0; i < columns && ok_; ++i) {
      record.names.push_back(text());
      record.units.push_back(text());
    }
    record.area_km2 = number<double>();
    record.area_source = text();
    record.content_hash = number<std::uint64_t>();
    record.block_offset = number<std::uint64_t>();
    record.block_hash = number<std::uint64_t>();
    return record;
  }

 private:
  bool take(std::uint64_t size) {
    ok_ = ok_ && size <= bytes_.size();
    taken_ = ok_ ? bytes_.first(size) : std::span<const std::byte>();
    if (ok_) bytes_ = bytes_.subspan(size);
    return ok_;
  }

  std::span<const std::byte> bytes_;
  std::span<const std::byte> taken_;
  bool ok_ = true;
};

/// Hands the bytes of a block, padding included, to `sink(data, size)` in order.
template <class Sink>
void for_each_piece(const CacheEntry& entry, Sink&& sink) {
  constexpr char kZeros[kAlignment] = {};
  const std::uint64_t stride = column_stride(entry.record.axis);
  for (const std::span<const float> column : entry.columns) {
    sink(reinterpret_cast<const char*>(column.data()), column.size_bytes());
    sink(kZeros, stride - column.size_bytes());
  }
}

std::uint64_t hash_of_block(const CacheEntry& entry) {
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(), &XXH3_freeState);
  XXH3_64bits_reset(state.get());
  for_each_piece(entry, [&](const char* data, std::uint64_t size) { XXH3_64bits_update(state.get(), data, size); });
  return XXH3_64bits_digest(state.get());
}

void check_entry(const CacheEntry& entry) {
  bool fits = entry.columns.size() == entry.record.names.size() && entry.columns.size() == entry.record.units.size();
  for (const std::span<const float> column : entry.columns) fits = fits && std::ssize(column) == entry.record.axis.size;
  if (!fits) throw InternalError(fmt::format("columns of basin {} do not fit their description", entry.record.basin));
}

/// `target` is what an error names.
void write_bytes(const std::filesystem::path& target, const std::filesystem::path& path, const FileHeader& header,
                 const std::string& directory, const std::vector<CacheEntry>& entries) {
  errno = 0;
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(&header), sizeof header);
  out.write(directory.data(), static_cast<std::streamsize>(directory.size()));
  for (const CacheEntry& entry : entries) {
    for_each_piece(entry, [&](const char* data, std::uint64_t size) { out.write(data, static_cast<std::streamsize>(size)); });
  }
  out.close();
  if (!out) {
    throw EnvironmentError(
        {.what = fmt::format("cannot write the file: {}", errno != 0 ? std::strerror(errno) : "unknown reason"),
         .file = target.string()});
  }
}

/// The directory's part of the file, once header and checksums were found right.
std::span<const std::byte> checked_directory(std::span<const std::byte> bytes, const std::filesystem::path& path) {
  const auto fail = [&path](std::string what) { throw InputError({.what = std::move(what), .file = path.string()}); };
  FileHeader header{};
  if (bytes.size() < sizeof header) fail("the cache file is cut short");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0) fail("the file is not a cache of series");
  if (header.byte_order != kByteOrder) fail("the cache file was written on a machine with another byte order");
  if (header.format_version != kFormatVersion) fail("the cache file has another format version");
  if (header.header_hash != hash_of_header(header)) fail("the header of the cache file is damaged");
  if (header.file_size != bytes.size()) fail("the cache file does not have the size it was written with");
  if (header.directory_size > bytes.size() - sizeof header) fail("the header of the cache file is damaged");
  const auto directory = bytes.subspan(sizeof header, header.directory_size);
  if (XXH3_64bits(directory.data(), directory.size()) != header.directory_hash)
    fail("the directory of the cache file is damaged");
  return directory;
}

/// True if the record's block lies within the blocks.
bool is_within(const CacheRecord& record, std::uint64_t blocks_size) {
  constexpr std::int64_t kMostSteps = std::int64_t{1} << 40;
  if (record.axis.size < 0 || record.axis.size > kMostSteps || record.axis.step_minutes <= 0) return false;
  const std::uint64_t stride = column_stride(record.axis);
  if (stride > 0 && record.names.size() > blocks_size / stride) return false;
  return record.block_offset % kAlignment == 0 && record.block_offset <= blocks_size &&
         block_size(record) <= blocks_size - record.block_offset;
}

}  // namespace

void write_cache_file(const std::filesystem::path& path, const std::string& key, std::vector<CacheEntry> entries) {
  DirectoryWriter writer;
  writer.text(key);
  writer.number(static_cast<std::uint64_t>(entries.size()));
  std::uint64_t blocks_size = 0;
  for (CacheEntry& entry : entries) {
    check_entry(entry);
    entry.record.block_offset = blocks_size;
    entry.record.block_hash = hash_of_block(entry);
    blocks_size += block_size(entry.record);
    writer.record(entry.record);
  }
  std::string directory = writer.bytes();
  directory.resize(align(directory.size()), '\0');

  FileHeader header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.byte_order = kByteOrder;
  header.format_version = kFormatVersion;
  header.file_size = sizeof header + directory.size() + blocks_size;
  header.directory_size = directory.size();
  header.directory_hash = XXH3_64bits(directory.data(), directory.size());
  header.header_hash = hash_of_header(header);
  write_file_atomically(
      path, [&](const std::filesystem::path& temporary) { write_bytes(path, temporary, header, directory, entries); });
}

CacheFile::CacheFile(const std::filesystem::path& path, const std::string& key) : file_(path) {
  const std::span<const std::byte> directory = checked_directory(file_.bytes(), path);
  blocks_ = file_.bytes().subspan(sizeof(FileHeader) + directory.size());
  DirectoryReader reader(directory);
  if (reader.text() != key) throw InputError({.what = "the cache file is of other data", .file = path.string()});
  const auto count = reader.number<std::uint64_t>();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    CacheRecord record = reader.record();
    if (!reader.ok() || !is_within(record, blocks_.size())) break;
    std::string basin = record.basin;
    records_.emplace(std::move(basin), std::move(record));
  }
  if (!reader.ok() || records_.size() != count) {
    throw InputError({.what = "the directory of the cache file is damaged", .file = path.string()});
  }
}

bool CacheFile::is_intact(const CacheRecord& record) const {
  return XXH3_64bits(blocks_.data() + record.block_offset, block_size(record)) == record.block_hash;
}

std::span<const float> CacheFile::column(const CacheRecord& record, std::size_t index) const {
  const std::byte* const begin = blocks_.data() + record.block_offset + index * column_stride(record.axis);
  return {reinterpret_cast<const float*>(begin), static_cast<std::size_t>(record.axis.size)};
}

}  // namespace freshet
