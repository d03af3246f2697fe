#pragma once

#include "freshet/models/model.hpp"

namespace freshet {

/// Two dense layers from attributes to numbers in (-1, 1): tanh(W2 a(W1 x + b1) + b2), a one of tanh and relu
/// (Jiang et al. 2020, the parameterisation pipeline). Kernels uniform in +-0.05, biases zero: the numbers start near zero.
class AttributeNet : public torch::nn::Module {
 public:
  struct Shape {
    std::int64_t attributes = 0, hidden = 0, outputs = 0;
  };
  /// How much of the attributes and of the hidden layer is set to zero.
  struct Dropout {
    double probability = 0;
    const DropoutKey* key = nullptr;  ///< null: none
  };
  /// @param which  number of the net among those of a model: weights and dropout draw by it
  AttributeNet(const Shape& shape, bool relu, std::uint64_t seed, std::int64_t which);

  /// @param attributes  [B, attribute] @return [B, output]
  torch::Tensor forward(const torch::Tensor& attributes, const Dropout& dropout) const;
  /// Sum of the first kernel's magnitudes.
  torch::Tensor first_kernel_l1() const { return weight_.abs().sum(); }

 private:
  bool relu_;
  std::int64_t which_;
  torch::Tensor weight_, bias_, output_weight_, output_bias_;
};

}  // namespace freshet
