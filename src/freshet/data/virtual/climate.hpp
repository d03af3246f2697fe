#pragma once

#include "freshet/core/rng.hpp"
#include "freshet/data/virtual/place.hpp"

namespace freshet::synth {

/// Parameters of the weather generator at one place. Seasons are harmonics of the year.
struct Climate {
  double precipitation = 0;         ///< annual mean, mm/day
  double precipitation_season = 0;  ///< amplitude relative to the mean, 0 to 0.85
  double precipitation_peak = 0;    ///< day of year
  double wet_fraction = 0;          ///< of the days
  double wet_persistence = 0;       ///< lag-1 autocorrelation of occurrence
  double amount_shape = 0;          ///< of the gamma distribution of wet-day amounts
  double slow_wetness = 0;          ///< standard deviation of the log of the slow (60 days) anomaly of amounts
  double temperature = 0;           ///< annual mean, degC
  double temperature_season = 0;    ///< amplitude, degC
  double temperature_noise = 0;     ///< standard deviation of daily anomalies, degC
  double temperature_memory = 0;    ///< their lag-1 autocorrelation
  double temperature_range = 0;     ///< mean of tmax - tmin, degC
  double dew_point_depression = 0;  ///< of tmin on dry days, degC
  double pet = 0;                   ///< rough annual mean from the above, mm/day; orders places by dryness

  double aridity() const { return pet / precipitation; }
};

/// The climate of a place: smooth functions of latitude, longitude, elevation and distance to the sea, and a local deviation.
Climate draw_climate(const Place& place, RngStream& rng);

/// cos of the year's angle counted from a day of year.
double season(double day_of_year, double peak);

}  // namespace freshet::synth
