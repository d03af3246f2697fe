#pragma once

#include "freshet/models/model.hpp"

namespace freshet {

/// A mask [steps, rows, width] of zeros (with the given probability, to 1/65536) and 1/(1 - probability). The value at
/// (t, row, k) depends on the key's seed and step, the row's number in the whole batch, t and k - not on which shard or
/// thread asks.
torch::Tensor dropout_mask(std::int64_t steps, std::int64_t rows, std::int64_t width, double probability, const DropoutKey& key);

}  // namespace freshet
