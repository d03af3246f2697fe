#pragma once

#include <optional>
#include <string>

#include "freshet/config/fields.hpp"

namespace freshet {

/// The network. Names as in NeuralHydrology.
struct ModelOptions {
  std::string model = "lstm";
  std::string head = "regression";
  std::int64_t hidden_size = 64;
  std::optional<double> initial_forget_bias;
  double output_dropout = 0;
  std::string output_activation = "linear";
};

const FieldTable<ModelOptions>& model_fields();

}  // namespace freshet
