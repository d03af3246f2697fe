#include "freshet/models/weights.hpp"

#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/core/error.hpp"

namespace freshet {

RawTensor to_raw(const torch::Tensor& tensor) {
  const torch::Tensor dense = tensor.detach().contiguous();
  RawTensor raw{.dtype = dense.dtype() == torch::kFloat64 ? "F64"
                         : dense.dtype() == torch::kInt64 ? "I64"
                                                          : "F32",
                .shape = dense.sizes().vec(),
                .bytes = std::vector<std::byte>(dense.nbytes())};
  if (raw.dtype == "F32" && dense.dtype() != torch::kFloat32) throw InternalError("a tensor of this type cannot be stored");
  std::memcpy(raw.bytes.data(), dense.data_ptr(), raw.bytes.size());
  return raw;
}

torch::Tensor to_tensor(const RawTensor& raw) {
  const auto type = raw.dtype == "F64" ? torch::kFloat64 : raw.dtype == "I64" ? torch::kInt64 : torch::kFloat32;
  torch::Tensor tensor = torch::empty(raw.shape, type);
  std::memcpy(tensor.data_ptr(), raw.bytes.data(), raw.bytes.size());
  return tensor;
}

void store_weights(Model& model, const std::string& prefix, TensorFile& file) {
  for (const auto& item : model.named_parameters()) file.tensors[prefix + item.key()] = to_raw(item.value());
}

void load_weights(Model& model, const std::string& prefix, const TensorFile& file, const std::string& source) {
  const torch::NoGradGuard no_grad;
  for (const auto& item : model.named_parameters()) {
    const auto found = file.tensors.find(prefix + item.key());
    if (found == file.tensors.end()) {
      throw InputError({.what = fmt::format("the file has no weights `{}`", prefix + item.key()),
                        .file = source,
                        .hint = "It belongs to another model."});
    }
    if (found->second.shape != item.value().sizes().vec()) {
      throw InputError({.what = fmt::format("the weights `{}` do not fit the model", item.key()),
                        .file = source,
                        .expected = fmt::format("shape [{}]", fmt::join(item.value().sizes().vec(), ", ")),
                        .got = fmt::format("[{}]", fmt::join(found->second.shape, ", "))});
    }
    item.value().copy_(to_tensor(found->second));
  }
}

void use_one_thread_per_tensor_operation() {
  at::set_num_threads(1);
}

}  // namespace freshet
