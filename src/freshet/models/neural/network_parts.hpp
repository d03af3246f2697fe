#pragma once

#include <string>
#include <vector>

#include "freshet/models/model.hpp"

namespace freshet {

/// What the networks share: initial weights, stand-ins for missing inputs, and the way from hidden states to targets.

/// Uniform in +-bound; a pure function of the seed and of which of the network's tensors it is.
torch::Tensor uniform_weights(std::vector<std::int64_t> shape, double bound, std::uint64_t seed, std::uint64_t which);

/// [rows, columns] with orthonormal rows, or columns where there are fewer of these, evenly distributed over all such matrices
/// (Saxe et al. 2014): vectors of normal numbers, orthogonalised one after another in double precision. A pure function of its
/// arguments.
torch::Tensor orthogonal_weights(std::int64_t rows, std::int64_t columns, std::uint64_t seed, std::uint64_t which);

/// Missing (NaN) inputs replaced by `replacement` [input], and a 0/1 flag per input appended: [T, B, 2 input].
torch::Tensor replace_missing_inputs(const torch::Tensor& dynamic, const torch::Tensor& replacement);

/// Dropout (unless `dropout` is null), a linear layer and the activation of the options.
/// @param hidden  [N, B, H]
/// @return [N, B, target]
torch::Tensor regression_head(const torch::Tensor& hidden, const torch::Tensor& weight, const torch::Tensor& bias,
                              const ModelOptions& options, const DropoutKey* dropout);

/// The activation of that name (ModelOptions::output_activation).
torch::Tensor output_activation(const torch::Tensor& output, const std::string& name);

}  // namespace freshet
