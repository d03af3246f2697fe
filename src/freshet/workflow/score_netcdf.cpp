#include <algorithm>
#include <limits>

#include "freshet/core/error.hpp"
#include "freshet/io/netcdf.hpp"
#include "freshet/workflow/score.hpp"

namespace freshet {
namespace {

/// The name of the file's time coordinate: the one asked for, or the first variable with CF time units.
std::string time_variable(const NetcdfFile& file, const ScoreOptions& options) {
  if (options.date) return *options.date;
  for (const NetcdfVariable& variable : file.variables()) {
    const auto units = text_attribute(variable.attributes, "units");
    if (units && units->find(" since ") != std::string::npos) return variable.name;
  }
  throw InputError({.what = "the file has no time coordinate", .file = options.file.string(), .hint = "Name it with --date."});
}

std::vector<double> series(const NetcdfFile& file, const std::string& name, std::int64_t steps, const ScoreOptions& options) {
  const NetcdfVariable& variable = file.variable(name);
  if (variable.size() != static_cast<std::size_t>(steps)) {
    throw InputError({.what = "the variable is not one series over time",
                      .file = options.file.string(),
                      .variable = name,
                      .expected = std::to_string(steps) + " values",
                      .got = std::to_string(variable.size())});
  }
  return file.read_doubles(name);
}

}  // namespace

ScoreReport score_file(const ScoreOptions& options) {
  const std::string ending = options.file.extension().string();
  if (ending != ".nc" && ending != ".nc4") return score_table(options);
  const NetcdfFile file(options.file);
  ScoreOptions named = options;
  named.date = time_variable(file, options);
  const TimeAxis axis = file.read_time_axis(*named.date);
  return score_table(named, {.axis = axis,
                             .observed = series(file, options.observed, axis.size, options),
                             .simulated = series(file, options.simulated, axis.size, options)});
}

}  // namespace freshet
