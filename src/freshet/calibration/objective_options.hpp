#pragma once

#include <string>
#include <vector>

#include "freshet/config/fields.hpp"

namespace freshet::calibration {

/// What a calibration makes small.
struct ObjectiveOptions {
  std::vector<std::string> metrics = {"nse"};
  std::vector<double> weights;  ///< [metric]; empty: all the same
  std::string flow_transform = "none";
};

const FieldTable<ObjectiveOptions>& objective_fields();

/// Unknown metrics, weights that do not pair with them.
void check_objective_options(const ObjectiveOptions& options, const ConfigSource& source, std::vector<Problem>& problems);

}  // namespace freshet::calibration
