#include "freshet/models/neural/regional_lstm.hpp"

#include <cmath>

#include "freshet/core/rng.hpp"
#include "freshet/models/neural/dropout.hpp"
#include "freshet/models/neural/lstm_sequence.hpp"

namespace freshet {
namespace {

torch::Tensor uniform(std::vector<std::int64_t> shape, double bound, std::uint64_t seed, std::uint64_t which) {
  torch::Tensor tensor = torch::empty(shape, torch::kFloat32);
  RngStream rng(seed, RngUse::kInitialWeights, which);
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) values[i] = static_cast<float>(bound * (2.0 * rng.uniform() - 1.0));
  return tensor;
}

}  // namespace

RegionalLstm::RegionalLstm(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed)
    : options_(options), shape_(shape) {
  const std::int64_t hidden = options.hidden_size;
  const std::int64_t features = shape.inputs * (shape.replace_missing ? 2 : 1) + shape.statics;
  const double bound = 1.0 / std::sqrt(static_cast<double>(hidden));
  const auto lstm = register_module("lstm", std::make_shared<torch::nn::Module>("lstm"));
  const auto head = register_module("head", std::make_shared<torch::nn::Module>("head"));
  weight_ih_ = lstm->register_parameter("weight_ih_l0", uniform({4 * hidden, features}, bound, seed, 0));
  weight_hh_ = lstm->register_parameter("weight_hh_l0", uniform({4 * hidden, hidden}, bound, seed, 1));
  bias_ih_ = lstm->register_parameter("bias_ih_l0", uniform({4 * hidden}, bound, seed, 2));
  torch::Tensor bias_hh = uniform({4 * hidden}, bound, seed, 3);
  if (options.initial_forget_bias) bias_hh.slice(0, hidden, 2 * hidden).fill_(*options.initial_forget_bias);
  bias_hh_ = lstm->register_parameter("bias_hh_l0", bias_hh);
  head_weight_ = head->register_parameter("weight", uniform({shape.targets, hidden}, bound, seed, 4));
  head_bias_ = head->register_parameter("bias", uniform({shape.targets}, bound, seed, 5));
  if (shape.replace_missing) replacement_ = register_parameter("input_replacement", torch::zeros({shape.inputs}));
}

ModelState RegionalLstm::initial_state(std::int64_t rows) const {
  return {torch::zeros({rows, options_.hidden_size}), torch::zeros({rows, options_.hidden_size})};
}

torch::Tensor RegionalLstm::complete_inputs(const torch::Tensor& dynamic) const {
  if (!shape_.replace_missing) return dynamic;
  const torch::Tensor missing = torch::isnan(dynamic);
  return torch::cat({torch::where(missing, replacement_, dynamic), missing.to(torch::kFloat32)}, 2);
}

torch::Tensor RegionalLstm::activate(const torch::Tensor& output) const {
  if (options_.output_activation == "relu") return torch::relu(output);
  if (options_.output_activation == "softplus") return torch::nn::functional::softplus(output);
  return output;
}

ModelOutput RegionalLstm::run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey* dropout) {
  const torch::Tensor dynamic = complete_inputs(input.dynamic);
  const std::int64_t features = dynamic.size(2);
  const torch::Tensor weight = torch::cat({weight_ih_.slice(1, 0, features), weight_hh_}, 1);
  torch::Tensor offset = (bias_ih_ + bias_hh_).expand({dynamic.size(1), -1});
  if (shape_.statics > 0) offset = offset + torch::matmul(input.statics, weight_ih_.slice(1, features).t());

  const LstmSequenceOutput lstm = lstm_sequence(dynamic, offset.contiguous(), weight, state.hidden, state.cell);
  torch::Tensor hidden = lstm.hidden.slice(0, lstm.hidden.size(0) - last_n);
  if (dropout != nullptr && options_.output_dropout > 0) {
    hidden = hidden * dropout_mask(hidden.size(0), hidden.size(1), hidden.size(2), options_.output_dropout, *dropout);
  }
  const torch::Tensor output = torch::matmul(hidden, head_weight_.t()) + head_bias_;
  return {activate(output), {lstm.h_last, lstm.c_last}};
}

}  // namespace freshet
