#pragma once

#include <cstdint>

#include "freshet/core/time.hpp"

namespace freshet {

/// Steps [first, end) of a time axis by their indices.
struct StepRange {
  std::int64_t first = 0;
  std::int64_t end = 0;

  std::int64_t size() const { return end - first; }
  bool operator==(const StepRange&) const = default;
};

/// The steps whose labels lie in the period, as if the axis had no ends: the range may lie outside [0, axis.size).
StepRange steps_in(const TimeAxis& axis, const Period& period);

/// The same, of the steps the axis has; empty where it has none of them.
StepRange steps_within(const TimeAxis& axis, const Period& period);

}  // namespace freshet
