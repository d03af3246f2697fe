#include "freshet/core/step_range.hpp"

#include <algorithm>

namespace freshet {
namespace {

/// The quotient rounded towards minus infinity; C++ rounds towards zero, which is up for a time before the axis.
std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

StepRange steps_in(const TimeAxis& axis, const Period& period) {
  const std::int64_t before = floor_divide(period.first.minutes - axis.first.minutes - 1, axis.step_minutes);
  const std::int64_t last = floor_divide(period.last.minutes - axis.first.minutes, axis.step_minutes);
  return {before + 1, std::max(before, last) + 1};
}

StepRange steps_within(const TimeAxis& axis, const Period& period) {
  const StepRange all = steps_in(axis, period);
  return {std::clamp<std::int64_t>(all.first, 0, axis.size), std::clamp<std::int64_t>(all.end, 0, axis.size)};
}

}  // namespace freshet
