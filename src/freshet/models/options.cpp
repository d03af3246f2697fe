#include "freshet/models/options.hpp"

namespace freshet {

const FieldTable<ModelOptions>& model_fields() {
  using O = ModelOptions;
  const char* g = "Model";
  static const FieldTable<O> table = {
      field(g, "model", &O::model,
            {.doc = "Kind of model (`freshet list models`). cudalstm is NeuralHydrology's name for lstm.",
             .choices = {"lstm", "cudalstm", "ealstm", "process", "hybrid", "common", "lstm_local", "regional_hybrid",
                         "pseudo_regional_hybrid"}}),
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
             .choices = {"linear", "relu", "softplus", "elu"}}),
      field(
          g, "network", &O::network,
          {.doc = "The network of hybrid and common. conv1d: network_filters causal convolutions over network_kernel days, ELU, "
                  "one output; mlp: hidden_size units with ELU on each day; lstm: hidden_size cells.",
           .choices = {"conv1d", "mlp", "lstm"}}),
      field(g, "network_filters", &O::network_filters, {.doc = "Filters of conv1d.", .min = 1, .max = 1024}),
      field(g, "network_kernel", &O::network_kernel, {.doc = "Days of conv1d's kernels.", .min = 1, .max = 1000}),
      field(
          g, "network_input_scaling", &O::network_input_scaling,
          {.doc = "How the network of a hybrid sees its inputs. training: by mean and standard deviation of the training period; "
                  "sequence: each sequence by its own, over all its days, the future ones too; discharge: likewise, then to "
                  "mean and standard deviation of the process model's discharge; window, for models of single basins: each "
                  "training sample by its own, other days by those of the first sample, and so the targets of common and "
                  "lstm_local.",
           .choices = {"training", "sequence", "discharge", "window"}}),
      field(g, "parameter_hidden_size", &O::parameter_hidden_size,
            {.doc = "regional_hybrid: hidden units of the net from attributes to the process model's parameters.", .min = 1}),
      field(g, "weight_hidden_size", &O::weight_hidden_size,
            {.doc = "regional_hybrid: hidden units of each net from attributes to the network's weights.", .min = 1}),
      field(g, "attribute_dropout", &O::attribute_dropout,
            {.doc = "regional_hybrid: probability that an attribute, or a hidden value, is set to zero in the nets that give the "
                    "network's weights; in training only.",
             .min = 0,
             .max = 0.99}),
      field(g, "attribute_dropout_at_inference", &O::attribute_dropout_at_inference,
            {.doc = "regional_hybrid: drop out after training too, with the same draws at every run (Jiang et al. 2020)."}),
      field(g, "attribute_l1", &O::attribute_l1,
            {.doc = "regional_hybrid: this times the sum of magnitudes of these nets' first kernels is added to the loss.",
             .min = 0}),
  };
  return table;
}

const FieldTable<ProcessModelOptions>& process_model_fields() {
  using O = ProcessModelOptions;
  const char* g = "Process model in a network";
  static const FieldTable<O> table = {
      field(g, "process_model", &O::process_model, {.doc = "Process model of process and hybrids (`freshet list models`)."}),
      field(g, "plugin", &O::plugin,
            {.doc = "Shared library with a process model of your own, made with freshet_add_model; none: none."}),
      field(g, "routing", &O::routing,
            {.doc = "Unit hydrograph after the process model; its parameters are trained too.",
             .choices = {"none", "gamma", "triangular"}}),
      field(
          g, "process_discharge", &O::process_discharge,
          {.doc = "Fluxes whose sum is the process model's discharge; empty: its own runoff, routed. The runoff of exp_hydro is "
                  "the published one, evaluated with the storage of the day's end: [subsurface_flow, surface_flow] is what "
                  "leaves the bucket in the day."}),
      field(
          g, "parameter_transform", &O::parameter_transform,
          {.doc = "How trained weights become parameters within their ranges. sigmoid: position in the range, from its middle; "
                  "weight_norm: weight times the range's greater bound, drawn back into the range after each step (Jiang et al. "
                  "2020), from half the bound.",
           .choices = {"sigmoid", "weight_norm"}}),
  };
  return table;
}

}  // namespace freshet
