#include "freshet/data/virtual/observation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace freshet::synth {
namespace {

constexpr double kMm3PerFt3 = 28316846.592;
constexpr double kSecondsPerDay = 86400.0;
constexpr double kMm3PerMmKm2 = 1e12;

/// As gauges are published: three significant digits and no finer than 0.01 ft3/s.
double published(double cfs) {
  if (!(cfs > 0.0)) return 0.0;
  const double digit = std::max(-2.0, std::floor(std::log10(cfs)) - 2.0);
  const double unit = std::pow(10.0, std::abs(digit));
  return digit < 0 ? std::round(cfs * unit) / unit : std::round(cfs / unit) * unit;
}

/// Days whose last week was colder than -3 degC on average.
std::vector<bool> ice_days(const Weather& weather) {
  constexpr std::size_t kWeek = 7;
  std::vector<bool> ice(weather.size(), false);
  double sum = 0;
  for (std::size_t t = 0; t < weather.size(); ++t) {
    sum += weather.temperature(t) - (t >= kWeek ? weather.temperature(t - kWeek) : 0.0);
    ice[t] = t + 1 >= kWeek && sum < -3.0 * static_cast<double>(kWeek);
  }
  return ice;
}

void set_missing(Observation& record, std::size_t t) {
  record.discharge_cfs[t] = std::numeric_limits<double>::quiet_NaN();
  record.flags[t] = Observation::Flag::kMissing;
}

void cut_gaps(Observation& record, RngStream& rng) {
  const std::size_t days = record.flags.size();
  const double most = 0.3 * static_cast<double>(days);
  if (rng.uniform() < 0.1) record.first_day = static_cast<std::size_t>(rng.uniform() * most);
  for (std::size_t t = 0; t < record.first_day; ++t) set_missing(record, t);
  if (rng.uniform() < 0.35) return;
  const double mean_interval = 365.25 / (0.15 + 0.45 * rng.uniform());
  std::size_t missing = record.first_day;
  for (std::size_t t = record.first_day;;) {
    t += static_cast<std::size_t>(-mean_interval * std::log(1.0 - rng.uniform()));
    const auto length = static_cast<std::size_t>(1.0 + 20.0 * std::exp(1.1 * rng.normal()));
    if (t + length >= days || static_cast<double>(missing + length) > most) return;
    for (const std::size_t end = t + length; t < end; ++t) set_missing(record, t);
    missing += length;
  }
}

}  // namespace

std::string_view flag_text(Observation::Flag flag) {
  switch (flag) {
    case Observation::Flag::kApproved:
      return "A";
    case Observation::Flag::kEstimated:
      return "A:e";
    case Observation::Flag::kMissing:
      break;
  }
  return "M";
}

double cfs_to_mm_per_day(double cfs, double area_km2) {
  return cfs * kMm3PerFt3 * kSecondsPerDay / (area_km2 * kMm3PerMmKm2);
}

Observation observe(const std::vector<double>& discharge, const Weather& weather, double area_km2, RngStream& rng) {
  constexpr double kMemory = 0.9;
  const double innovation = std::sqrt(1.0 - kMemory * kMemory);
  const std::vector<bool> ice = ice_days(weather);
  Observation record;
  double error = rng.normal();
  for (std::size_t t = 0; t < discharge.size(); ++t) {
    const double spread = ice[t] ? 0.12 : 0.05;
    const double factor = std::exp(spread * error - 0.5 * spread * spread);
    record.discharge_cfs.push_back(published(factor * discharge[t] / cfs_to_mm_per_day(1.0, area_km2)));
    record.flags.push_back(ice[t] ? Observation::Flag::kEstimated : Observation::Flag::kApproved);
    error = kMemory * error + innovation * rng.normal();
  }
  cut_gaps(record, rng);
  return record;
}

}  // namespace freshet::synth
