#pragma once

#include <string_view>

namespace freshet::physics {

/// One row of a process model's parameter table.
struct ParameterInfo {
  std::string_view name;    ///< as in configurations and files: the paper's symbol in lower case
  std::string_view symbol;  ///< as in the paper
  std::string_view unit;    ///< "-" without unit
  double lower = 0;         ///< bounds of the usual range, used for scaling and search
  double upper = 0;
  std::string_view meaning;
};

/// One forcing, state or flux of a process model.
struct VariableInfo {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
};

}  // namespace freshet::physics
