#include "freshet/models/options.hpp"

namespace freshet {

const FieldTable<ModelOptions>& model_fields() {
  using O = ModelOptions;
  const char* g = "Model";
  static const FieldTable<O> table = {
      field(g, "model", &O::model,
            {.doc = "Network (`freshet list models`). cudalstm is NeuralHydrology's name for lstm.",
             .choices = {"lstm", "cudalstm", "ealstm"}}),
      field(g, "head", &O::head,
            {.doc = "Output layer; regression: one linear layer on the hidden state.", .choices = {"regression"}}),
      field(g, "hidden_size", &O::hidden_size, {.doc = "Number of LSTM cells.", .min = 1, .max = 4096}),
      field(g, "initial_forget_bias", &O::initial_forget_bias,
            {.doc = "Initial value of the forget gate's hidden bias, e.g. 3, so that the memory is long from the start; none: "
                    "random as all others."}),
      field(g, "output_dropout", &O::output_dropout,
            {.doc = "Probability that a hidden value is set to zero before the output layer; in training only.",
             .min = 0,
             .max = 0.99}),
      field(g, "output_activation", &O::output_activation,
            {.doc = "Function applied to the standardised output, whose zero is the mean of the target: relu cuts there, not at "
                    "zero flow (see clip_targets_to_zero).",
             .choices = {"linear", "relu", "softplus"}}),
  };
  return table;
}

}  // namespace freshet
