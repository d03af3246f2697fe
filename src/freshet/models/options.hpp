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
  ProcessModelOptions process;
};

const FieldTable<ProcessModelOptions>& process_model_fields();
const FieldTable<ModelOptions>& model_fields();

}  // namespace freshet
