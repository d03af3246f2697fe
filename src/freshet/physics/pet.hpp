#pragma once

namespace freshet::physics {

/// The sun on a horizontal plane at the top of the atmosphere, for one day (FAO Irrigation and Drainage Paper 56, equations
/// 21 to 25 and 34). Latitude in degrees north, -66 to 66; day of year 1 to 366.
struct SolarDay {
  double day_length_s = 0;                ///< from sunrise to sunset, seconds
  double extraterrestrial_radiation = 0;  ///< MJ/m2/day
};

SolarDay solar_day(double latitude_degrees, int day_of_year);

/// Saturation vapour pressure over water, Pa: 610.8 exp(17.27 T / (T + 237.3)), T in degC (FAO-56, equation 11).
double saturation_vapour_pressure(double temperature);

/// Potential evapotranspiration after Oudin et al. (2005), mm/day: Re / 2.45 (T + 5) / 100 where T > -5 degC, else 0.
/// @param extraterrestrial_radiation  Re, MJ/m2/day
/// @param temperature                 daily mean, degC
double oudin_pet(double extraterrestrial_radiation, double temperature);

}  // namespace freshet::physics
