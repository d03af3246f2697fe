#include "freshet/models/hybrid/attribute_net.hpp"

#include "freshet/models/neural/dropout.hpp"
#include "freshet/models/neural/network_parts.hpp"

namespace freshet {
namespace {

constexpr double kInitialBound = 0.05;

torch::Tensor dropped(const torch::Tensor& values, const AttributeNet::Dropout& dropout, std::int64_t place) {
  if (dropout.key == nullptr || dropout.probability <= 0) return values;
  const torch::Tensor masks = dropout_mask(place + 1, values.size(0), values.size(1), dropout.probability, *dropout.key);
  return values * masks[place];
}

}  // namespace

AttributeNet::AttributeNet(const Shape& shape, bool relu, std::uint64_t seed, std::int64_t which) : relu_(relu), which_(which) {
  const auto draw = [&](std::int64_t rows, std::int64_t columns, std::int64_t layer) {
    return uniform_weights({rows, columns}, kInitialBound, seed, static_cast<std::uint64_t>(2 * which + layer));
  };
  weight_ = register_parameter("weight", draw(shape.hidden, shape.attributes, 0));
  bias_ = register_parameter("bias", torch::zeros({shape.hidden}));
  output_weight_ = register_parameter("output_weight", draw(shape.outputs, shape.hidden, 1));
  output_bias_ = register_parameter("output_bias", torch::zeros({shape.outputs}));
}

torch::Tensor AttributeNet::forward(const torch::Tensor& attributes, const Dropout& dropout) const {
  const torch::Tensor sum = torch::matmul(dropped(attributes, dropout, 2 * which_), weight_.t()) + bias_;
  const torch::Tensor hidden = dropped(relu_ ? torch::relu(sum) : torch::tanh(sum), dropout, 2 * which_ + 1);
  return torch::tanh(torch::matmul(hidden, output_weight_.t()) + output_bias_);
}

}  // namespace freshet
