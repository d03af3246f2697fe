#include "freshet/physics/pet.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace freshet::physics {

SolarDay solar_day(double latitude_degrees, int day_of_year) {
  constexpr double kPi = std::numbers::pi;
  constexpr double kSolarConstant = 0.0820;  // MJ/m2/min
  const double angle = 2.0 * kPi * day_of_year / 365.0;
  const double latitude = latitude_degrees * kPi / 180.0;
  const double declination = 0.409 * std::sin(angle - 1.39);
  const double inverse_distance = 1.0 + 0.033 * std::cos(angle);
  const double sunset = std::acos(std::clamp(-std::tan(latitude) * std::tan(declination), -1.0, 1.0));
  const double radiation =
      1440.0 / kPi * kSolarConstant * inverse_distance *
      (sunset * std::sin(latitude) * std::sin(declination) + std::cos(latitude) * std::cos(declination) * std::sin(sunset));
  return {86400.0 / kPi * sunset, radiation};
}

double saturation_vapour_pressure(double temperature) {
  return 610.8 * std::exp(17.27 * temperature / (temperature + 237.3));
}

double oudin_pet(double extraterrestrial_radiation, double temperature) {
  constexpr double kLatentHeat = 2.45;  // MJ/kg
  return std::max(0.0, extraterrestrial_radiation / kLatentHeat * (temperature + 5.0) / 100.0);
}

}  // namespace freshet::physics
