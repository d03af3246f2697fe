#include <stdexcept>

#include "files.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/safetensors.hpp"
#include "target.hpp"

namespace freshet::fuzz {

std::vector<std::string> seeds() {
  TensorFile file;
  file.tensors["weight"] = {"F32", {2, 3}, std::vector<std::byte>(24)};
  file.tensors["step"] = {"I64", {}, std::vector<std::byte>(8)};
  file.metadata["format"] = "pt";
  const auto path = as_file("");
  write_tensor_file(path, file);
  // Without a checksum, as other tools write it, so that alterations are not all found at once.
  const std::string header = R"({"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"F64","shape":[1],)"
                             R"("data_offsets":[16,24]},"__metadata__":{"note":"text"}})";
  std::string plain(1, static_cast<char>(header.size()));
  plain.resize(8);
  return {read_file(path), plain + header + std::string(24, 'x')};
}

void attack(std::string_view input) {
  const TensorFile file = read_tensor_file(as_file(input));
  for (const auto& [name, tensor] : file.tensors) {
    std::size_t bytes = tensor.dtype == "F32" ? 4 : 8;
    for (const std::int64_t extent : tensor.shape) bytes *= static_cast<std::size_t>(extent);
    if (bytes != tensor.bytes.size()) throw std::logic_error("the bytes of " + name + " do not fit its shape");
  }
}

}  // namespace freshet::fuzz
