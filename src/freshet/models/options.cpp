#include "freshet/models/options.hpp"

namespace freshet {

const FieldTable<ModelOptions>& model_fields() {
  using O = ModelOptions;
  const char* g = "Model";
  static const FieldTable<O> table = {
      field(g, "model", &O::model, {.doc = "Network (`freshet list models`). cudalstm is NeuralHydrology's name of lstm.", .choices = {"lstm", "cudalstm"}}),
      field(g, "head", &O::head, {.doc = "Output layer: one linear layer on the hidden state.", .choices = {"regression"}}),
      field(g, "hidden_size", &O::hidden_size, {.doc = "Cells of the LSTM.", .min = 1, .max = 4096}),
      field(g, "initial_forget_bias", &O::initial_forget_bias, {.doc = "Start value of the forget gate's hidden bias; none: as random as the others."}),
      field(g, "output_dropout", &O::output_dropout, {.doc = "Probability that a hidden value is dropped before the output layer, in training.", .min = 0, .max = 0.99}),
      field(g, "output_activation", &O::output_activation, {.doc = "Applied to the output, in standardised units.", .choices = {"linear", "relu", "softplus"}}),
  };
  return table;
}

}  // namespace freshet
