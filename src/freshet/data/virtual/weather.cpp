#include "freshet/data/virtual/weather.hpp"

#include <algorithm>
#include <cmath>

#include "freshet/data/virtual/smooth.hpp"
#include "freshet/physics/pet.hpp"

namespace freshet::synth {
namespace {

constexpr double kColdestDay = 20.0;
constexpr double kWarmestDay = 203.0;

/// A standard normal AR(1) process, started from its stationary distribution.
class Ar1 {
 public:
  Ar1(double memory, RngStream& rng) : memory_(memory), innovation_(std::sqrt(1.0 - memory * memory)), value_(rng.normal()) {}
  double next(RngStream& rng) { return value_ = memory_ * value_ + innovation_ * rng.normal(); }

 private:
  double memory_, innovation_, value_;
};

class Rain {
 public:
  Rain(const Climate& climate, RngStream& rng)
      : climate_(climate), slow_(std::exp(-1.0 / 60.0), rng), wet_(rng.uniform() < climate.wet_fraction) {}

  /// The share of wet days in this season. Its swing is weaker than that of the total; the amounts have the rest.
  double wet_probability(double day) const {
    return std::clamp(climate_.wet_fraction * std::pow(seasonal_factor(day), 0.6), 0.01, 0.9);
  }

  double next(double day, RngStream& rng) {
    const double probability = wet_probability(day);
    const double persistence = climate_.wet_persistence;
    wet_ = rng.uniform() < probability * (1.0 - persistence) + (wet_ ? persistence : 0.0);
    const double anomaly = climate_.slow_wetness * slow_.next(rng) - 0.5 * climate_.slow_wetness * climate_.slow_wetness;
    if (!wet_) return 0.0;
    const double mean = climate_.precipitation * seasonal_factor(day) / probability * std::exp(anomaly);
    return rng.gamma(climate_.amount_shape, mean / climate_.amount_shape);
  }

 private:
  double seasonal_factor(double day) const {
    return 1.0 + climate_.precipitation_season * season(day, climate_.precipitation_peak);
  }

  const Climate& climate_;
  Ar1 slow_;
  bool wet_;
};

class Air {
 public:
  Air(const Climate& climate, RngStream& rng) : climate_(climate), anomaly_(climate.temperature_memory, rng) {}

  /// Mean temperature. Wet days are milder in winter and cooler in summer; over all days the shift cancels.
  double next_temperature(double day, bool wet, double wet_probability, RngStream& rng) {
    const double noise = climate_.temperature_noise * (1.0 + 0.25 * season(day, kColdestDay));
    const double wet_shift = -0.4 - 1.4 * season(day, kWarmestDay);
    return climate_.temperature - climate_.temperature_season * season(day, kColdestDay) + noise * anomaly_.next(rng) +
           wet_shift * ((wet ? 1.0 : 0.0) - wet_probability);
  }

  double next_range(bool wet, RngStream& rng) const {
    return std::max(1.0, climate_.temperature_range * (wet ? 0.75 : 1.08) * std::exp(0.22 * rng.normal()));
  }

  double next_depression(bool wet, RngStream& rng) const {
    return std::max(0.1, climate_.dew_point_depression * (wet ? 0.3 : 1.1) * std::exp(0.35 * rng.normal()));
  }

 private:
  const Climate& climate_;
  Ar1 anomaly_;
};

/// The share of extraterrestrial radiation that reaches the ground (Hargreaves and Samani 1985, with FAO-56's 0.16), less on
/// wet days, at most that of a clear sky.
double transmissivity(double temperature_range, bool wet, double elevation_m) {
  const double clear_sky = 0.75 + 2e-5 * elevation_m;
  return std::min(clear_sky, 0.16 * std::sqrt(temperature_range) * (wet ? 0.75 : 1.05));
}

}  // namespace

Weather generate_weather(const Place& place, const Climate& climate, const TimeAxis& axis, RngStream& rng) {
  Weather weather;
  Rain rain(climate, rng);
  Air air(climate, rng);
  for (std::int64_t t = 0; t < axis.size; ++t) {
    const int day = day_of_year(axis.at(t));
    const physics::SolarDay sun = physics::solar_day(place.latitude, day);
    const double precipitation = rain.next(day, rng);
    const bool wet = precipitation > 0;
    const double temperature = air.next_temperature(day, wet, rain.wet_probability(day), rng);
    const double range = air.next_range(wet, rng);
    const double tmin = rounded(temperature - 0.5 * range, 2);
    const double tmax = rounded(temperature + 0.5 * range, 2);
    const double energy = transmissivity(range, wet, place.elevation_m) * sun.extraterrestrial_radiation * 1e6;  // J/m2
    weather.day_length.push_back(rounded(sun.day_length_s, 2));
    weather.precipitation.push_back(rounded(precipitation, 2));
    weather.radiation.push_back(rounded(energy / sun.day_length_s, 2));
    weather.tmax.push_back(tmax);
    weather.tmin.push_back(tmin);
    weather.vapour_pressure.push_back(rounded(physics::saturation_vapour_pressure(tmin - air.next_depression(wet, rng)), 2));
    weather.extraterrestrial_radiation.push_back(sun.extraterrestrial_radiation);
  }
  return weather;
}

}  // namespace freshet::synth
