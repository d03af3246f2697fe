#include "freshet/models/hybrid/causal_convolution.hpp"

namespace freshet {

torch::Tensor causal_convolution(const torch::Tensor& series, const torch::Tensor& kernel, const torch::Tensor& bias,
                                 const RowGroups& rows) {
  std::vector<torch::Tensor> parts;
  for (std::int64_t g = 0; g < rows.size(); ++g) {
    const RowGroup& group = rows.groups[static_cast<std::size_t>(g)];
    parts.push_back(torch::conv1d(series.slice(0, group.first, group.end), kernel[g], bias[g]));
  }
  return torch::cat(parts, 0);
}

}  // namespace freshet
