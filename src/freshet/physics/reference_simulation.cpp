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

}  // namespace freshet::physics::detail
