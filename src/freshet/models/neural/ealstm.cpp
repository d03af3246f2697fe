#include "freshet/models/neural/ealstm.hpp"

#include <cmath>

#include "freshet/core/error.hpp"
#include "freshet/models/neural/lstm_sequence.hpp"
#include "freshet/models/neural/network_parts.hpp"

namespace freshet {
namespace {

/// `input`, then what is in the order f, o, g along the dimension, in the order i, f, g, o of lstm_sequence.
torch::Tensor in_sequence_order(const torch::Tensor& input, const torch::Tensor& others, std::int64_t dimension) {
  const auto gates = others.chunk(3, dimension);
  return torch::cat({input, gates[0], gates[2], gates[1]}, dimension);
}

}  // namespace

EaLstm::EaLstm(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) : options_(options), shape_(shape) {
  if (shape.statics == 0) {
    throw InputError(Problem{.what = "the model `ealstm` needs `static_attributes`: they alone set its input gate",
                             .hint = "Without attributes use `model: lstm`."});
  }
  const std::int64_t hidden = options.hidden_size, features = shape.inputs * (shape.replace_missing ? 2 : 1);
  const double bound = 1.0 / std::sqrt(static_cast<double>(hidden));
  const auto input_net = register_module("input_net", std::make_shared<torch::nn::Module>("input_net"));
  const auto lstm = register_module("lstm", std::make_shared<torch::nn::Module>("lstm"));
  const auto head = register_module("head", std::make_shared<torch::nn::Module>("head"));
  static_weight_ = input_net->register_parameter("weight", orthogonal_weights(hidden, shape.statics, seed, 0));
  static_bias_ = input_net->register_parameter("bias", torch::zeros({hidden}));
  weight_ih_ = lstm->register_parameter("weight_ih", orthogonal_weights(features, 3 * hidden, seed, 1));
  weight_hh_ = lstm->register_parameter("weight_hh", torch::eye(hidden).repeat({1, 3}));
  torch::Tensor bias = torch::zeros({3 * hidden});
  if (options.initial_forget_bias) bias.slice(0, 0, hidden).fill_(*options.initial_forget_bias);
  bias_ = lstm->register_parameter("bias", bias);
  head_weight_ = head->register_parameter("weight", uniform_weights({shape.targets, hidden}, bound, seed, 4));
  head_bias_ = head->register_parameter("bias", uniform_weights({shape.targets}, bound, seed, 5));
  if (shape.replace_missing) replacement_ = register_parameter("input_replacement", torch::zeros({shape.inputs}));
}

ModelState EaLstm::initial_state(std::int64_t rows) const {
  return {torch::zeros({rows, options_.hidden_size}), torch::zeros({rows, options_.hidden_size})};
}

ModelOutput EaLstm::run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey* dropout) {
  const torch::Tensor dynamic = shape_.replace_missing ? replace_missing_inputs(input.dynamic, replacement_) : input.dynamic;
  const std::int64_t hidden = options_.hidden_size, rows = dynamic.size(1);
  // The input gate is that of an LSTM whose weights for it are zero and whose offset is its static part. So it takes as long as
  // an LSTM; a kernel of three gates would save less than a quarter.
  const torch::Tensor dynamic_weight = torch::cat({weight_ih_, weight_hh_}, 0).t();
  const torch::Tensor weight = in_sequence_order(torch::zeros({hidden, dynamic_weight.size(1)}), dynamic_weight, 0);
  const torch::Tensor input_gate = torch::matmul(input.statics, static_weight_.t()) + static_bias_;
  const torch::Tensor offset = in_sequence_order(input_gate, bias_.expand({rows, -1}), 1);

  const LstmSequenceOutput lstm = lstm_sequence(dynamic, offset, weight, state.hidden, state.cell);
  const torch::Tensor last = lstm.hidden.slice(0, lstm.hidden.size(0) - last_n);
  return {regression_head(last, head_weight_, head_bias_, options_, dropout), {lstm.h_last, lstm.c_last}};
}

}  // namespace freshet
