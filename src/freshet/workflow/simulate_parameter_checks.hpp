#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/kernels/model.hpp"
#include "freshet/workflow/simulate_parameters.hpp"

namespace freshet {

/// What the two forms of parameter files share.

inline constexpr std::size_t kParameterProblemsShown = 20;

template <class Rows>
std::vector<std::string> names_of(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.name);
  return names;
}

/// "50 to 1000 mm".
std::string range_of(const physics::ParameterInfo& row);
/// "Did you mean `x`?", or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& names);

/// What is wrong with a value of a parameter; `problem` has its place.
/// @param any  whether every finite number will do
std::optional<Problem> check_parameter(const physics::ParameterInfo& row, double value, bool any, Problem problem);
/// The same for a state to start from.
std::optional<Problem> check_state(const kernels::Model& model, std::size_t state, double value, Problem problem);

/// What a setting can be, for messages; whether it can have the value.
inline constexpr const char* kSettingExpected = "a whole number from 1 to 86400";
bool is_setting(double value);
/// Sub-steps a day of each setting of the model: as given, else the model's own. Empty if none is given.
/// @throws InputError for a name that no setting has, and for a value that it cannot have
std::vector<int> settings_of(const kernels::Model& model, const std::map<std::string, std::int64_t>& given);

/// The routing one of whose parameters is among the names; null if there is none.
const kernels::Routing* routing_with(const std::set<std::string>& names);
/// Null for `none`. @throws InputError for a name that no routing has
const kernels::Routing* routing_named(const std::string& name);

/// The CSV form of read_parameter_file.
ParameterFile read_parameter_table(const std::filesystem::path& path, const kernels::Model& model,
                                   const ParameterFileOptions& options);

}  // namespace freshet
