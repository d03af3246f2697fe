#pragma once

#include <cmath>
#include <cstddef>
#include <string_view>

#include "freshet/core/rng.hpp"

namespace freshet::benchmarks {

/// Made-up weather of day `t` for a forcing of a process model, by its name: four days of ten are wet, with gamma rain; seasonal
/// temperature and PET. Units are the model's.
inline double weather(std::string_view forcing, std::size_t t, RngStream& rng) {
  const double season = std::sin(0.0172 * static_cast<double>(t));
  if (forcing == "temperature") return 8 + 12 * season + 4 * rng.normal();
  if (forcing == "precipitation" || forcing == "inflow") return rng.uniform() < 0.4 ? rng.gamma(0.6, 15.0) : 0.0;
  return 2.5 + 2 * season;
}

}  // namespace freshet::benchmarks
