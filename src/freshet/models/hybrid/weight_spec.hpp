#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/torch.h>

namespace freshet {

/// One trainable tensor that a part of a network needs for each basin (or group of rows).
struct WeightSpec {
  std::string name;
  std::vector<std::int64_t> shape;  ///< without the leading dimension of groups
  double start = 0;                 ///< initial value,
  double bound = 0;                 ///< to which a uniform random number in +-bound is added
};

/// Weights of all specs, in their order, each [group, ...shape].
using GroupWeights = std::vector<torch::Tensor>;

}  // namespace freshet
