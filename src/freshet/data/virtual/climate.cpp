#include "freshet/data/virtual/climate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "freshet/data/virtual/smooth.hpp"
#include "freshet/physics/pet.hpp"

namespace freshet::synth {
namespace {

constexpr double kDaysPerYear = 365.25;

/// The mean, mm/day: humid east, wettest near the Gulf; dry west; wet Pacific coast; more in mountains.
double mean_precipitation(const Place& p) {
  const double east = sigmoid((p.longitude + 98.0) / 2.2);
  const double gulf = 1.6 * east * bump(p.latitude, 31.0, 5.0);
  const double pacific = p.maritime * (1.5 + 6.5 * sigmoid((p.latitude - 41.0) / 1.5));
  return 0.75 + 2.4 * east + gulf + pacific + 1.1 * p.ruggedness;
}

/// Amplitude and peak from four regimes, added as vectors: winter rain in the far west, summer rain on the plains, the monsoon of
/// the south-west, little season in the east.
void set_precipitation_season(const Place& p, RngStream& rng, Climate& climate) {
  struct Regime {
    double amplitude, peak;
  };
  const double south_west = bump(p.latitude, 33.0, 3.5) * bump(p.longitude, -109.0, 4.5);
  const Regime regimes[] = {{0.75 * sigmoid((-115.0 - p.longitude) / 2.0), 5.0},
                            {0.50 * bump(p.longitude, -99.0, 7.0) * sigmoid((p.latitude - 34.0) / 3.0), 165.0},
                            {0.50 * south_west, 220.0},
                            {0.10, 190.0}};
  double x = 0.06 * rng.normal();
  double y = 0.06 * rng.normal();
  for (const Regime& regime : regimes) {
    const double angle = 2.0 * std::numbers::pi * regime.peak / kDaysPerYear;
    x += regime.amplitude * std::cos(angle);
    y += regime.amplitude * std::sin(angle);
  }
  climate.precipitation_season = std::min(0.85, std::hypot(x, y));
  const double peak = std::atan2(y, x) / (2.0 * std::numbers::pi) * kDaysPerYear;
  climate.precipitation_peak = peak < 0 ? peak + kDaysPerYear : peak;
}

void set_temperature(const Place& p, RngStream& rng, Climate& climate) {
  const double interior_west = sigmoid((-100.0 - p.longitude) / 2.0) * (1.0 - p.maritime);
  const double continental = bump(p.longitude, -97.0, 9.0) * sigmoid((p.latitude - 36.0) / 3.0);
  climate.temperature = 26.2 - 0.9 * (p.latitude - 25.0) + 4.0 * interior_west + 5.0 * p.maritime - 4.8 * p.elevation_m / 1000.0 +
                        0.6 * rng.normal();
  climate.temperature_season = 8.0 + 0.28 * (p.latitude - 29.0) + 2.5 * continental - 5.0 * p.maritime + 0.4 * rng.normal();
  climate.temperature_noise = 3.2 + 1.2 * continental + 0.5 * interior_west - 0.7 * p.maritime + 0.2 * rng.normal();
  climate.temperature_memory = 0.70 + 0.12 * rng.uniform();
}

/// Twelve mid-month days of Oudin's formula.
double mean_pet(const Place& p, const Climate& climate) {
  double sum = 0;
  for (int month = 0; month < 12; ++month) {
    const double day = 15.0 + kDaysPerYear / 12.0 * month;
    const double temperature = climate.temperature - climate.temperature_season * season(day, 20.0);
    sum += physics::oudin_pet(physics::solar_day(p.latitude, static_cast<int>(day)).extraterrestrial_radiation, temperature);
  }
  return std::max(0.3, sum / 12.0);
}

}  // namespace

double season(double day_of_year, double peak) {
  return std::cos(2.0 * std::numbers::pi * (day_of_year - peak) / kDaysPerYear);
}

Climate draw_climate(const Place& place, RngStream& rng) {
  Climate climate;
  climate.precipitation = std::clamp(mean_precipitation(place) * std::exp(0.22 * rng.normal()), 0.6, 7.8);
  set_precipitation_season(place, rng, climate);
  set_temperature(place, rng, climate);
  climate.pet = mean_pet(place, climate);
  const double dryness = sigmoid(2.0 * std::log(climate.aridity()));
  climate.wet_fraction = std::clamp(0.16 + 0.075 * climate.precipitation + 0.03 * rng.normal(), 0.14, 0.65);
  climate.wet_persistence = 0.22 + 0.18 * rng.uniform();
  climate.amount_shape = 0.60 + 0.20 * rng.uniform() - 0.04 * dryness;
  climate.slow_wetness = 0.22 + 0.12 * dryness;
  climate.temperature_range = 9.0 + 6.0 * dryness - 2.0 * place.maritime + 0.5 * rng.normal();
  climate.dew_point_depression = (0.6 + 6.0 * dryness * dryness) * std::exp(0.15 * rng.normal());
  return climate;
}

}  // namespace freshet::synth
