#include "freshet/data/virtual/basin.hpp"

namespace freshet::synth {
namespace {

/// Random streams of one basin, so that a change in one part leaves the others' draws alone.
enum class Part : std::uint32_t { kLand = 0, kWeather = 1, kObservation = 2 };

RngStream stream(std::uint64_t seed, std::size_t index, Part part) {
  return RngStream(seed, RngUse::kSynthetic, index, static_cast<std::uint32_t>(part));
}

void drop_front(Weather& weather, std::size_t days) {
  for (std::vector<double>* series : {&weather.day_length, &weather.precipitation, &weather.radiation, &weather.tmax,
                                      &weather.tmin, &weather.vapour_pressure, &weather.extraterrestrial_radiation}) {
    series->erase(series->begin(), series->begin() + static_cast<std::ptrdiff_t>(days));
  }
}

}  // namespace

VirtualBasin make_virtual_basin(std::uint64_t seed, std::size_t index, const TimeAxis& axis) {
  constexpr std::int64_t kSpinUp = 3 * 365;
  VirtualBasin basin{.axis = axis};
  RngStream land_rng = stream(seed, index, Part::kLand);
  RngStream weather_rng = stream(seed, index, Part::kWeather);
  RngStream observation_rng = stream(seed, index, Part::kObservation);

  BasinSummary& summary = basin.summary;
  summary.place = draw_place(index, land_rng);
  const Climate climate = draw_climate(summary.place, land_rng);
  summary.land = draw_land(summary.place, climate, land_rng);
  summary.parameters = true_parameters(summary.place, summary.land);

  const TimeAxis with_spin_up{axis.at(-kSpinUp), axis.step_minutes, axis.size + kSpinUp};
  basin.weather = generate_weather(summary.place, climate, with_spin_up, weather_rng);
  basin.truth = simulate_truth(basin.weather, kSpinUp, summary.parameters);
  drop_front(basin.weather, kSpinUp);
  basin.observation = observe(basin.truth.simulation.find("discharge"), basin.weather, summary.land.area_gages2, observation_rng);

  summary.initial_state = basin.truth.initial_state;
  summary.climate = climate_attributes(basin.weather, basin.truth.pet, axis);
  std::vector<double> observed = basin.observation.discharge_cfs;
  for (double& value : observed) value = cfs_to_mm_per_day(value, summary.land.area_gages2);
  summary.flow = flow_attributes(observed, basin.weather.precipitation, axis);
  return basin;
}

}  // namespace freshet::synth
