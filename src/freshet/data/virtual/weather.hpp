#pragma once

#include <cstddef>
#include <vector>

#include "freshet/core/rng.hpp"
#include "freshet/core/time.hpp"
#include "freshet/data/virtual/climate.hpp"

namespace freshet::synth {

/// Daily weather in the units and to the two decimals of the CAMELS-US forcing files: what stands here is exactly what a
/// reader of the files gets. All series are [time].
struct Weather {
  std::vector<double> day_length;                  ///< s
  std::vector<double> precipitation;               ///< mm/day
  std::vector<double> radiation;                   ///< W/m2, mean over the daylight hours
  std::vector<double> tmax;                        ///< degC
  std::vector<double> tmin;                        ///< degC
  std::vector<double> vapour_pressure;             ///< Pa, never above saturation at tmin
  std::vector<double> extraterrestrial_radiation;  ///< MJ/m2/day, not rounded

  std::size_t size() const { return precipitation.size(); }
  double temperature(std::size_t t) const { return 0.5 * (tmax[t] + tmin[t]); }
};

/// A stochastic weather generator in the line of Richardson (1981): precipitation occurs by a two-state first-order Markov
/// chain with seasonal probabilities; amounts are gamma distributed with a slow anomaly; temperature is a season, an AR(1)
/// anomaly and a shift between wet and dry days; radiation follows from its daily range (Hargreaves and Samani 1985), vapour
/// pressure from a dew point below tmin. A longer series begins with the shorter one.
Weather generate_weather(const Place& place, const Climate& climate, const TimeAxis& axis, RngStream& rng);

}  // namespace freshet::synth
