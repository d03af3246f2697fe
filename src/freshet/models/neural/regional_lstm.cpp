#include "freshet/models/neural/regional_lstm.hpp"

#include <cmath>

#include "freshet/models/neural/lstm_sequence.hpp"
#include "freshet/models/neural/network_parts.hpp"

namespace freshet {

RegionalLstm::RegionalLstm(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed)
    : options_(options), shape_(shape) {
  const std::int64_t hidden = options.hidden_size;
  const std::int64_t features = shape.inputs * (shape.replace_missing ? 2 : 1) + shape.statics;
  const double bound = 1.0 / std::sqrt(static_cast<double>(hidden));
  const auto lstm = register_module("lstm", std::make_shared<torch::nn::Module>("lstm"));
  const auto head = register_module("head", std::make_shared<torch::nn::Module>("head"));
  weight_ih_ = lstm->register_parameter("weight_ih_l0", uniform_weights({4 * hidden, features}, bound, seed, 0));
  weight_hh_ = lstm->register_parameter("weight_hh_l0", uniform_weights({4 * hidden, hidden}, bound, seed, 1));
  bias_ih_ = lstm->register_parameter("bias_ih_l0", uniform_weights({4 * hidden}, bound, seed, 2));
  torch::Tensor bias_hh = uniform_weights({4 * hidden}, bound, seed, 3);
  if (options.initial_forget_bias) bias_hh.slice(0, hidden, 2 * hidden).fill_(*options.initial_forget_bias);
  bias_hh_ = lstm->register_parameter("bias_hh_l0", bias_hh);
  head_weight_ = head->register_parameter("weight", uniform_weights({shape.targets, hidden}, bound, seed, 4));
  head_bias_ = head->register_parameter("bias", uniform_weights({shape.targets}, bound, seed, 5));
  if (shape.replace_missing) replacement_ = register_parameter("input_replacement", torch::zeros({shape.inputs}));
}

ModelState RegionalLstm::initial_state(std::int64_t rows) const {
  return {torch::zeros({rows, options_.hidden_size}), torch::zeros({rows, options_.hidden_size})};
}

ModelOutput RegionalLstm::run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey* dropout) {
  const torch::Tensor dynamic = shape_.replace_missing ? replace_missing_inputs(input.dynamic, replacement_) : input.dynamic;
  const std::int64_t features = dynamic.size(2);
  const torch::Tensor weight = torch::cat({weight_ih_.slice(1, 0, features), weight_hh_}, 1);
  torch::Tensor offset = (bias_ih_ + bias_hh_).expand({dynamic.size(1), -1});
  if (shape_.statics > 0) offset = offset + torch::matmul(input.statics, weight_ih_.slice(1, features).t());

  const LstmSequenceOutput lstm = lstm_sequence(dynamic, offset.contiguous(), weight, state.hidden, state.cell);
  const torch::Tensor last = lstm.hidden.slice(0, lstm.hidden.size(0) - last_n);
  return {regression_head(last, head_weight_, head_bias_, options_, dropout), {lstm.h_last, lstm.c_last}};
}

}  // namespace freshet
