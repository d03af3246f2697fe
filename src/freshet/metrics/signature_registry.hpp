#pragma once

#include <span>
#include <string_view>

#include "freshet/core/time.hpp"

namespace freshet {

/// What a signature is computed from; NaN is missing. Without precipitation (an empty span) the signatures that need it are NaN.
struct SignatureInput {
  const TimeAxis& axis;
  std::span<const double> discharge;      ///< mm/day, [axis.size]
  std::span<const double> precipitation;  ///< mm/day, [axis.size] or empty
};

/// One row of the table of signatures, under NeuralHydrology's names.
struct Signature {
  std::string_view name;
  std::string_view title;
  std::string_view unit;
  double (*compute)(const SignatureInput& input);
};

/// All signatures with their default settings.
std::span<const Signature> signatures();

}  // namespace freshet
