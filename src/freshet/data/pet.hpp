#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// What potential evapotranspiration can be derived from: daily series on one axis, empty where they are not at hand, nothing
/// missing in them.
struct PetInputs {
  TimeAxis axis;
  std::span<const double> temperature;                          ///< daily mean, degC
  std::span<const double> tmin, tmax;                           ///< degC
  std::span<const double> day_length;                           ///< seconds; empty: from latitude and date
  std::span<const double> srad;                                 ///< mean over the daylight, W/m2
  std::span<const double> vapour_pressure;                      ///< Pa
  double latitude = std::numeric_limits<double>::quiet_NaN();   ///< degrees north
  double elevation = std::numeric_limits<double>::quiet_NaN();  ///< m
};

/// What a method needs, by the names of forcing_quantities(), and `latitude`, `elevation`. Of the names joined by "|" the first
/// that is at hand is taken.
struct PetFormula {
  std::string_view name;
  std::string_view description;
  std::vector<std::string_view> needs;
};

/// oudin, hamon, hargreaves, priestley_taylor (physics/pet.hpp has the equations).
const std::vector<PetFormula>& pet_formulas();

/// [axis.size] mm/day, by a formula whose needs are there.
std::vector<double> derive_pet(std::string_view formula, const PetInputs& inputs);

}  // namespace freshet
