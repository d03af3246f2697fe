#include "freshet/physics/reference_simulation.hpp"

#include <fmt/format.h>

namespace freshet::physics::detail {

void check_reference_forcing(const VariableInfo& variable, std::span<const double> values, std::size_t size) {
  if (values.size() != size) {
    throw InputError({.what = "the forcing series differ in length",
                      .variable = std::string(variable.name),
                      .expected = fmt::format("{} steps", size),
                      .got = std::to_string(values.size())});
  }
  for (std::size_t t = 0; t < size; ++t) {
    if (std::isfinite(values[t]) && values[t] >= variable.lowest) continue;
    throw InputError(
        {.what = fmt::format("step {} of the forcing has no meaning for the model", t),
         .variable = std::string(variable.name),
         .expected = std::isfinite(variable.lowest) ? fmt::format("a number >= {}", variable.lowest) : "a finite number",
         .got = fmt::format("{}", values[t])});
  }
}

void check_reference_step(double step_days) {
  if (step_days > 0.0 && step_days <= 1.0) return;
  throw InputError({.what = "the time step is out of range",
                    .variable = "step_days",
                    .expected = "more than 0, at most 1",
                    .got = fmt::format("{}", step_days)});
}

Columns add_columns(ReferenceSimulation& out, std::span<const VariableInfo> table, std::size_t size) {
  Columns columns;
  for (const VariableInfo& row : table) {
    std::vector<double>& series = out.series[std::string(row.name)];
    series.assign(size, 0.0);
    columns.push_back(series.data());
  }
  return columns;
}

}  // namespace freshet::physics::detail
