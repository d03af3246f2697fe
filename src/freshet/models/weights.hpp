#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <torch/torch.h>

#include "freshet/io/safetensors.hpp"
#include "freshet/models/model.hpp"

namespace freshet {

RawTensor to_raw(const torch::Tensor& tensor);
torch::Tensor to_tensor(const RawTensor& raw);

/// Adds the model's parameters to the file as "<prefix><name>".
void store_weights(Model& model, const std::string& prefix, TensorFile& file);
/// Copies them back. InputError (file, name, expected and found shape) when they do not fit the model.
void load_weights(Model& model, const std::string& prefix, const TensorFile& file, const std::string& source);

/// Makes every tensor operation of the calling thread run in it alone. Freshet's threads each run whole shards or blocks (and
/// hold a SingleThreadScope); a second pool below them would only fight for the cores, and results would depend on their number.
void use_one_thread_per_tensor_operation();

}  // namespace freshet
