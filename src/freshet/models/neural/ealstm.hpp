#pragma once

#include "freshet/models/model.hpp"

namespace freshet {

/// The entity-aware LSTM: attributes alone set the input gate, which stays what it is for all days, and forcing drives the rest:
///   i = sigmoid(W_s x_s + b_s),   f, o, g from x_t W_ih + h_{t-1} W_hh + b,
///   c_t = sigmoid(f) c_{t-1} + i tanh(g),   h_t = sigmoid(o) tanh(c_t);   dropout and a linear layer as in RegionalLstm.
///
/// Weights start as the authors' do: W_ih and W_s orthogonal, W_hh the identity three times, biases zero but for
/// initial_forget_bias. Names, shapes and gate order are NeuralHydrology's (its parameters outside input_net and head stand
/// under `lstm` here; its head.net.0 is head), so weights can be exchanged.
/// Source: Kratzert et al. (2019), doi:10.5194/hess-23-5089-2019.
class EaLstm : public Model {
 public:
  /// InputError without static attributes: there would be nothing to set the input gate.
  EaLstm(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed);

  ModelOutput run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey* dropout) override;
  ModelState initial_state(std::int64_t rows) const override;

 private:
  ModelOptions options_;
  ModelShape shape_;
  torch::Tensor static_weight_;  ///< [H, attribute]
  torch::Tensor static_bias_;    ///< [H]
  torch::Tensor weight_ih_;      ///< [input (+ flags), 3H], gates f, o, g
  torch::Tensor weight_hh_;      ///< [H, 3H]
  torch::Tensor bias_;           ///< [3H]
  torch::Tensor head_weight_;    ///< [target, H]
  torch::Tensor head_bias_;      ///< [target]
  torch::Tensor replacement_;    ///< [input], only with replace_missing
};

}  // namespace freshet
