#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace freshet {

/// A dense array of float32, float64 or int64 values as bytes, the last index fastest.
struct RawTensor {
  std::string dtype;  ///< "F32", "F64" or "I64"
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;
};

/// Named arrays and short texts in one file, in the safetensors format (8-byte header length, JSON header, raw little-endian
/// data), which Python and other tools read. Freshet adds a checksum of everything to the texts ("freshet.xxh3"), so that a
/// damaged file is noticed and never used.
struct TensorFile {
  std::map<std::string, RawTensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Written atomically. EnvironmentError if it cannot be.
void write_tensor_file(const std::filesystem::path& path, const TensorFile& file);

/// InputError if the file is absent, truncated, damaged or not in the format. A file without Freshet's checksum (another
/// tool's) is accepted after checking all offsets.
TensorFile read_tensor_file(const std::filesystem::path& path);

}  // namespace freshet
