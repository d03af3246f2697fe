#include "freshet/io/safetensors.hpp"

#include <bit>
#include <cstring>

#include <fmt/format.h>
#include <xxhash.h>
#include <nlohmann/json.hpp>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

constexpr const char* kChecksumKey = "freshet.xxh3";
constexpr std::size_t kMaxHeader = 100'000'000;

std::size_t element_size(const std::string& dtype) {
  if (dtype == "F32") return 4;
  if (dtype == "F64" || dtype == "I64") return 8;
  return 0;
}

nlohmann::json header_of(const TensorFile& file) {
  nlohmann::json header = nlohmann::json::object();
  header["__metadata__"] = file.metadata;
  std::size_t offset = 0;
  for (const auto& [name, tensor] : file.tensors) {
    header[name] = {{"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + tensor.bytes.size()}}};
    offset += tensor.bytes.size();
  }
  return header;
}

/// Of the header without the checksum itself, and of all data.
std::string checksum(nlohmann::json header, const char* data, std::size_t size) {
  header["__metadata__"].erase(kChecksumKey);
  const std::string text = header.dump();
  const XXH64_hash_t of_header = XXH3_64bits(text.data(), text.size());
  return fmt::format("{:016x}", XXH3_64bits_withSeed(data, size, of_header));
}

[[noreturn]] void damaged(const std::filesystem::path& path, const std::string& what) {
  throw InputError({.what = "the file is damaged: " + what,
                    .file = path.string(),
                    .hint = "Use an earlier checkpoint, or make the file anew."});
}

RawTensor read_tensor(const std::filesystem::path& path, const std::string& name, const nlohmann::json& entry, const char* data,
                      std::size_t size) {
  RawTensor tensor{
      .dtype = entry.at("dtype").get<std::string>(), .shape = entry.at("shape").get<std::vector<std::int64_t>>(), .bytes = {}};
  const auto begin = entry.at("data_offsets").at(0).get<std::size_t>();
  const auto end = entry.at("data_offsets").at(1).get<std::size_t>();
  std::size_t count = 1;
  for (const std::int64_t n : tensor.shape) {
    if (n < 0 || (n > 0 && count > size / static_cast<std::size_t>(n)))
      damaged(path, fmt::format("`{}` has an impossible shape", name));
    count *= static_cast<std::size_t>(n);
  }
  const std::size_t width = element_size(tensor.dtype);
  if (width == 0)
    throw InputError({.what = fmt::format("`{}` has an unknown type", name),
                      .file = path.string(),
                      .expected = "F32, F64 or I64",
                      .got = tensor.dtype});
  if (begin > end || end > size || end - begin != count * width) damaged(path, fmt::format("`{}` lies outside the file", name));
  tensor.bytes.resize(end - begin);
  if (!tensor.bytes.empty()) std::memcpy(tensor.bytes.data(), data + begin, end - begin);
  return tensor;
}

}  // namespace

void write_tensor_file(const std::filesystem::path& path, const TensorFile& file) {
  nlohmann::json header = header_of(file);
  std::string data;
  for (const auto& [name, tensor] : file.tensors)
    data.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  header["__metadata__"][kChecksumKey] = checksum(header, data.data(), data.size());
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  std::string content(8, '\0');
  const std::uint64_t length = text.size();
  std::memcpy(content.data(), &length, 8);
  content += text;
  content += data;
  write_file_atomically(path, content);
}

TensorFile read_tensor_file(const std::filesystem::path& path) {
  const std::string content = read_file(path);
  std::uint64_t length = 0;
  if (content.size() < 8) damaged(path, "it is shorter than a header");
  std::memcpy(&length, content.data(), 8);
  if (length > kMaxHeader || length > content.size() - 8) damaged(path, "its header is cut off");
  const char* data = content.data() + 8 + length;
  const std::size_t size = content.size() - 8 - length;
  TensorFile file;
  try {
    const auto header = nlohmann::json::parse(content.data() + 8, data);
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        file.metadata = entry.get<std::map<std::string, std::string>>();
      } else {
        file.tensors[name] = read_tensor(path, name, entry, data, size);
      }
    }
    const auto stored = file.metadata.find(kChecksumKey);
    if (stored != file.metadata.end() && stored->second != checksum(header, data, size))
      damaged(path, "its checksum does not match");
  } catch (const nlohmann::json::exception& error) {
    damaged(path, error.what());
  }
  file.metadata.erase(kChecksumKey);
  return file;
}

}  // namespace freshet
