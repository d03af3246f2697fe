#include "freshet/physics/pet.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace freshet::physics {
namespace {

constexpr double kLatentHeat = 2.45;  // MJ/kg

}  // namespace

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
  return std::max(0.0, extraterrestrial_radiation / kLatentHeat * (temperature + 5.0) / 100.0);
}

double hamon_pet(double day_length_hours, double temperature) {
  const double saturation = 0.611 * std::exp(17.3 * temperature / (temperature + 237.3));
  return 29.8 * day_length_hours * saturation / (temperature + 273.2);
}

double hargreaves_pet(double extraterrestrial_radiation, double temperature, double tmin, double tmax) {
  return std::max(
      0.0, 0.0023 * extraterrestrial_radiation / kLatentHeat * (temperature + 17.8) * std::sqrt(std::max(tmax - tmin, 0.0)));
}

double net_radiation(const RadiationDay& day) {
  constexpr double kStefanBoltzmann = 4.903e-9;  // MJ/K4/m2/day
  constexpr double kAlbedo = 0.23;
  const double shortwave = day.shortwave * day.day_length_s * 1e-6;
  const double clear_sky = (0.75 + 2e-5 * day.elevation) * day.extraterrestrial_radiation;
  const double clearness = clear_sky > 0.0 ? std::min(shortwave / clear_sky, 1.0) : 1.0;
  const double emitted = kStefanBoltzmann * 0.5 * (std::pow(day.tmax + 273.16, 4) + std::pow(day.tmin + 273.16, 4));
  const double longwave = emitted * (0.34 - 0.14 * std::sqrt(day.vapour_pressure / 1000.0)) * (1.35 * clearness - 0.35);
  return (1.0 - kAlbedo) * shortwave - longwave;
}

double vapour_pressure_slope(double temperature) {
  return 4098.0 * saturation_vapour_pressure(temperature) / 1000.0 / ((temperature + 237.3) * (temperature + 237.3));
}

double psychrometric_constant(double elevation) {
  return 0.665e-3 * 101.3 * std::pow((293.0 - 0.0065 * elevation) / 293.0, 5.26);
}

double priestley_taylor_pet(const RadiationDay& day, double alpha) {
  const double slope = vapour_pressure_slope(0.5 * (day.tmin + day.tmax));
  const double share = slope / (slope + psychrometric_constant(day.elevation));
  return std::max(0.0, alpha * share * net_radiation(day) / kLatentHeat);
}

}  // namespace freshet::physics
