#include "freshet/data/virtual/climate_attributes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "freshet/data/virtual/spells.hpp"

namespace freshet::synth {
namespace {

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The season in which the condition holds on most days.
std::string timing(const std::vector<bool>& holds, const TimeAxis& axis) {
  constexpr std::array<const char*, 4> kSeasons = {"djf", "mam", "jja", "son"};
  std::array<int, 4> count{};
  for (std::size_t t = 0; t < holds.size(); ++t) {
    if (holds[t]) ++count[static_cast<std::size_t>(calendar_day(axis.at(static_cast<std::int64_t>(t))).month % 12 / 3)];
  }
  return kSeasons[static_cast<std::size_t>(std::max_element(count.begin(), count.end()) - count.begin())];
}

/// The relative amplitude of precipitation's annual harmonic, times the cosine of its phase against temperature's.
double seasonality(const Weather& weather, double p_mean, const TimeAxis& axis) {
  double p_cos = 0, p_sin = 0, t_cos = 0, t_sin = 0;
  for (std::size_t t = 0; t < weather.size(); ++t) {
    const double angle = 2.0 * std::numbers::pi * day_of_year(axis.at(static_cast<std::int64_t>(t))) / 365.25;
    p_cos += weather.precipitation[t] * std::cos(angle);
    p_sin += weather.precipitation[t] * std::sin(angle);
    t_cos += weather.temperature(t) * std::cos(angle);
    t_sin += weather.temperature(t) * std::sin(angle);
  }
  const double scale = 2.0 / (static_cast<double>(weather.size()) * p_mean);
  return scale * (p_cos * t_cos + p_sin * t_sin) / std::hypot(t_cos, t_sin);
}

}  // namespace

ClimateAttributes climate_attributes(const Weather& weather, const std::vector<double>& pet, const TimeAxis& axis) {
  ClimateAttributes out;
  out.p_mean = mean(weather.precipitation);
  out.pet_mean = mean(pet);
  out.aridity = out.pet_mean / out.p_mean;
  out.p_seasonality = seasonality(weather, out.p_mean, axis);
  // The paper says 0 degC; the published table is reproduced to all digits with 1 degC.
  constexpr double kSnowThreshold = 1.0;
  std::vector<bool> high, low;
  double snow = 0;
  for (std::size_t t = 0; t < weather.size(); ++t) {
    const double p = weather.precipitation[t];
    high.push_back(p >= 5.0 * out.p_mean);
    low.push_back(p < 1.0);
    if (weather.temperature(t) <= kSnowThreshold) snow += p;
  }
  out.frac_snow = snow / (out.p_mean * static_cast<double>(weather.size()));
  out.high_prec_freq = spells(high).days_per_year;
  out.high_prec_dur = spells(high).mean_length;
  out.high_prec_timing = timing(high, axis);
  out.low_prec_freq = spells(low).days_per_year;
  out.low_prec_dur = spells(low).mean_length;
  out.low_prec_timing = timing(low, axis);
  return out;
}

}  // namespace freshet::synth
