#include "freshet/models/neural/network_parts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "freshet/core/rng.hpp"
#include "freshet/models/neural/dropout.hpp"

namespace freshet {

torch::Tensor uniform_weights(std::vector<std::int64_t> shape, double bound, std::uint64_t seed, std::uint64_t which) {
  torch::Tensor tensor = torch::empty(shape, torch::kFloat32);
  RngStream rng(seed, RngUse::kInitialWeights, which);
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) values[i] = static_cast<float>(bound * (2.0 * rng.uniform() - 1.0));
  return tensor;
}

torch::Tensor orthogonal_weights(std::int64_t rows, std::int64_t columns, std::uint64_t seed, std::uint64_t which) {
  RngStream rng(seed, RngUse::kInitialWeights, which);
  std::vector<std::vector<double>> basis;
  while (static_cast<std::int64_t>(basis.size()) < std::min(rows, columns)) {
    std::vector<double> v(static_cast<std::size_t>(std::max(rows, columns)));
    for (double& value : v) value = rng.normal();
    // Twice is enough: what rounding leaves of the earlier vectors after the first pass is gone after the second.
    for (int pass = 0; pass < 2; ++pass) {
      for (const std::vector<double>& b : basis) {
        const double along = std::inner_product(v.begin(), v.end(), b.begin(), 0.0);
        for (std::size_t i = 0; i < v.size(); ++i) v[i] -= along * b[i];
      }
      const double norm = std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
      for (double& value : v) value /= norm;
    }
    basis.push_back(std::move(v));
  }
  const bool in_rows = rows <= columns;
  torch::Tensor tensor = torch::empty({rows, columns}, torch::kFloat32);
  for (std::size_t k = 0; k < basis.size(); ++k) {
    const torch::Tensor line = torch::tensor(basis[k], torch::kFloat64).to(torch::kFloat32);
    tensor.select(in_rows ? 0 : 1, static_cast<std::int64_t>(k)).copy_(line);
  }
  return tensor;
}

torch::Tensor replace_missing_inputs(const torch::Tensor& dynamic, const torch::Tensor& replacement) {
  const torch::Tensor missing = torch::isnan(dynamic);
  return torch::cat({torch::where(missing, replacement, dynamic), missing.to(torch::kFloat32)}, 2);
}

torch::Tensor regression_head(const torch::Tensor& hidden, const torch::Tensor& weight, const torch::Tensor& bias,
                              const ModelOptions& options, const DropoutKey* dropout) {
  torch::Tensor kept = hidden;
  if (dropout != nullptr && options.output_dropout > 0)
    kept = kept * dropout_mask(kept.size(0), kept.size(1), kept.size(2), options.output_dropout, *dropout);
  return output_activation(torch::matmul(kept, weight.t()) + bias, options.output_activation);
}

torch::Tensor output_activation(const torch::Tensor& output, const std::string& name) {
  if (name == "relu") return torch::relu(output);
  if (name == "softplus") return torch::nn::functional::softplus(output);
  if (name == "elu") return torch::elu(output);
  return output;
}

}  // namespace freshet
