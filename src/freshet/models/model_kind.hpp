#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "freshet/models/options.hpp"

namespace freshet {

class Model;

struct ModelShape {
  std::int64_t inputs = 0;
  std::int64_t statics = 0;
  std::int64_t targets = 0;
  bool replace_missing = false;  ///< learn a stand-in for missing inputs, and see a flag for each
  std::int64_t sets = 1;         ///< training basins, for models of single basins
};

struct ModelKind {
  std::string name;
  std::string description;
  std::shared_ptr<Model> (*create)(const ModelOptions&, const ModelShape&, std::uint64_t seed);
  bool process = false;    ///< has a process model inside: sees its forcing, predicts mm/day
  bool network = true;     ///< sees dynamic_inputs
  bool per_basin = false;  ///< one set of weights for each training basin: cannot be run on others
};

/// All kinds of models (models/registry.cpp).
const std::vector<ModelKind>& model_kinds();
/// @throws InternalError for a name that is none
const ModelKind& find_model_kind(const std::string& name);

}  // namespace freshet
