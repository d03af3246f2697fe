#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "freshet/config/fields.hpp"

namespace freshet {

/// Where the observations of a state lie.
struct StateSource {
  /// A folder with a file `<basin>.csv` each, a path with `{basin}` in it, or one CSV file with a column of basins.
  std::filesystem::path path;
  std::string column;
  double scale = 1;  ///< what observations are multiplied by to have the model's unit
};

/// In YAML: {path: ../swe, column: swe}, with scale if it is wanted.
Expected read_value(const YAML::Node& node, StateSource& value);
YAML::Node write_value(const StateSource& value);
template <>
struct ValueType<StateSource> {
  static constexpr const char* name = "{path, column, scale}";
  static constexpr const char* schema =
      R"({"type":"object","properties":{"path":{"type":"string"},"column":{"type":"string"},"scale":{"type":"number"}},)"
      R"("required":["path","column"],"additionalProperties":false})";
};

/// What a model was never trained on, and is scored against all the same.
struct StateObservationOptions {
  std::map<std::string, StateSource> state_observations;  ///< by state, flux, or sum of some: "snowpack + meltwater"
};
const FieldTable<StateObservationOptions>& state_observation_fields();

/// Makes relative paths absolute, taken from `base`.
void anchor_paths(StateObservationOptions& options, const std::filesystem::path& base);

/// The states a key names: those between plus signs.
std::vector<std::string> state_terms(const std::string& key);

/// A state or flux that could be compared.
struct NamedUnit {
  std::string name, unit;
};
/// InputError for a key that names what the model does not have, with what it has, and for a sum of different units.
void check_state_names(const StateObservationOptions& options, const std::vector<NamedUnit>& known, const std::string& model);

}  // namespace freshet
