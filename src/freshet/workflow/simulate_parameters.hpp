#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "freshet/kernels/model.hpp"

namespace freshet {

/// What a process model is run with.
struct ParameterValues {
  std::vector<double> parameters;                ///< [parameter of the model]
  std::vector<double> routing;                   ///< [parameter of the routing]
  std::map<std::size_t, double> initial_states;  ///< by state; the others start as the model does
};

/// Parameters as a file gives them.
struct ParameterFile {
  std::filesystem::path path;
  const kernels::Routing* routing = nullptr;  ///< null: none
  std::vector<int> substeps_per_day;          ///< [setting of the model]
  /// By basin; under "" those of all basins, and then there is no other.
  std::map<std::string, ParameterValues> sets;
  std::vector<std::string> remarks;

  /// @throws InputError for a basin that the file does not have
  const ParameterValues& of(const std::string& basin) const;
};

struct ParameterFileOptions {
  std::string routing;                        ///< takes the place of the file's; empty: the file's
  std::vector<std::string> static_elsewhere;  ///< parameters that the file need not give, since they vary from day to day
  bool allow_out_of_range = false;            ///< takes any finite number
};

/// Reads a YAML file,
///     model: hbv                        # optional, compared
///     parameters: {beta: 2.0, fc: 150, ...}
///     initial_states: {snowpack: 20}    # optional, mm
///     routing: {method: gamma, route_a: 2, route_b: 1.5}   # optional, or none
///     settings: {drainage_steps_per_day: 24}               # optional
/// or a CSV table: a row for each basin, its id in the first column, then a column for each parameter of the model and of a
/// routing, for any state to start from, and for any setting, which is the same for all. Other columns are remarked on, or
/// refused where they look like a misspelt one.
///
/// @throws InputError with all problems: names that are not known (with the nearest), parameters that are missing, values that
/// are no number or out of range
ParameterFile read_parameter_file(const std::filesystem::path& path, const kernels::Model& model,
                                  const ParameterFileOptions& options);

}  // namespace freshet
