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

/// Potential evapotranspiration after Hamon (1961) in the form of EXP-HYDRO's successors (Jiang et al. 2020), mm/day:
/// 29.8 D e_s / (T + 273.2), e_s = 0.611 exp(17.3 T / (T + 237.3)) kPa.
/// @param day_length_hours  D, from sunrise to sunset; where it is given as a fraction of the day, 24 times that
/// @param temperature       T, daily mean, degC
double hamon_pet(double day_length_hours, double temperature);

/// Potential evapotranspiration after Hargreaves and Samani (1985), mm/day: 0.0023 Ra / 2.45 (T + 17.8) sqrt(Tmax - Tmin); 0
/// where T < -17.8 degC. With Tmax < Tmin, as faulty records have it, 0.
/// @param extraterrestrial_radiation  Ra, MJ/m2/day
/// @param temperature                 T, daily mean, degC
double hargreaves_pet(double extraterrestrial_radiation, double temperature, double tmin, double tmax);

/// What net radiation and Priestley-Taylor need of a day; the columns of CAMELS and what follows from place and date.
struct RadiationDay {
  double tmin = 0, tmax = 0;              ///< degC
  double vapour_pressure = 0;             ///< daily mean, Pa
  double shortwave = 0;                   ///< mean over the daylight, not over 24 hours, W/m2: Daymet's and CAMELS' `srad`
  double day_length_s = 0;                ///< seconds of daylight: `dayl`
  double extraterrestrial_radiation = 0;  ///< MJ/m2/day, see solar_day
  double elevation = 0;                   ///< m
};

/// Net radiation of a reference grass, MJ/m2/day (FAO-56, equations 37 to 40): albedo 0.23, clear-sky radiation
/// (0.75 + 2e-5 elevation) Ra. Without sun (Ra = 0) the sky counts as clear.
double net_radiation(const RadiationDay& day);

/// Slope of the saturation vapour pressure, kPa/degC, at T degC (FAO-56, equation 13).
double vapour_pressure_slope(double temperature);

/// Psychrometric constant, kPa/degC, at an elevation in m (FAO-56, equations 7 and 8).
double psychrometric_constant(double elevation);

/// Potential evapotranspiration after Priestley and Taylor (1972), mm/day:
/// alpha slope / (slope + psychrometric constant) net radiation / 2.45, with the mean of tmin and tmax as temperature and no heat
/// into the ground; 0 where net radiation is negative.
/// @param alpha  1.26 over wet surfaces
double priestley_taylor_pet(const RadiationDay& day, double alpha = 1.26);

}  // namespace freshet::physics
