#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "freshet/config/fields.hpp"

namespace freshet {

/// The process model inside a network, and what of it is trained.
struct ProcessModelOptions {
  std::string process_model = "exp_hydro";
  std::optional<std::filesystem::path> plugin;
  std::string routing = "none";
  std::vector<std::string> process_discharge;
  std::string parameter_transform = "sigmoid";
};

/// The network. Names as in NeuralHydrology.
struct ModelOptions {
  std::string model = "lstm";
  std::string head = "regression";
  std::int64_t hidden_size = 64;
  std::optional<double> initial_forget_bias;
  double output_dropout = 0;
  std::string output_activation = "linear";
  std::string network = "conv1d";
  std::int64_t network_filters = 8;
  std::int64_t network_kernel = 10;
  std::string network_input_scaling = "training";
  std::int64_t parameter_hidden_size = 32;
  std::int64_t weight_hidden_size = 8;
  double attribute_dropout = 0.1;
  bool attribute_dropout_at_inference = false;
  double attribute_l1 = 0.001;
  ProcessModelOptions process;
};

const FieldTable<ProcessModelOptions>& process_model_fields();
const FieldTable<ModelOptions>& model_fields();

}  // namespace freshet
