#pragma once

#include "freshet/models/model.hpp"

namespace freshet {

/// The regional LSTM: x_t = [forcing_t, attributes] into an LSTM, dropout on its hidden state, a linear layer to the targets.
///
/// PyTorch's conventions throughout (gate order i, f, g, o; two bias vectors; all weights uniform in +-1/sqrt(H)), so weights
/// can be exchanged with torch.nn.LSTM. initial_forget_bias sets the forget rows of bias_hh alone. Attributes do not
/// change in time, so their product with the weights is formed once per sequence.
/// With replace_missing each missing input is replaced by a learned number and a 0/1 flag per input is appended to x_t.
/// Source: Hochreiter and Schmidhuber (1997); Kratzert et al. (2019), doi:10.5194/hess-23-5089-2019.
class RegionalLstm : public Model {
 public:
  RegionalLstm(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed);

  ModelOutput run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey* dropout) override;
  ModelState initial_state(std::int64_t rows) const override;

 private:
  ModelOptions options_;
  ModelShape shape_;
  torch::Tensor weight_ih_;    ///< [4H, input (+ flags) + attribute]
  torch::Tensor weight_hh_;    ///< [4H, H]
  torch::Tensor bias_ih_;      ///< [4H]
  torch::Tensor bias_hh_;      ///< [4H]
  torch::Tensor head_weight_;  ///< [target, H]
  torch::Tensor head_bias_;    ///< [target]
  torch::Tensor replacement_;  ///< [input], only with replace_missing
};

}  // namespace freshet
