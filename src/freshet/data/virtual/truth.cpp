#include "freshet/data/virtual/truth.hpp"

#include <cmath>

#include "freshet/data/virtual/smooth.hpp"
#include "freshet/physics/pet.hpp"

namespace freshet::synth {
namespace {

/// The attributes that shape the parameters, centred and scaled to about -2 to 2.
struct Features {
  double forest, slope, clay, sand, permeability, water, conductivity, area, elevation;
};

Features features(const Place& place, const Land& land) {
  return {.forest = (land.frac_forest - 0.55) / 0.3,
          .slope = std::log(land.slope_mean / 15.0) / 1.2,
          .clay = (land.clay_frac - 20.0) / 9.0,
          .sand = (land.sand_frac - 42.0) / 13.0,
          .permeability = (land.geol_permeability + 14.0) / 1.2,
          .water = (land.max_water_content - 0.5) / 0.12,
          .conductivity = std::log(land.soil_conductivity / 1.6) / 0.5,
          .area = std::log(land.area_gages2 / 350.0) / 1.2,
          .elevation = (place.elevation_m - 700.0) / 700.0};
}

}  // namespace

TrueParameters true_parameters(const Place& place, const Land& land) {
  const Features x = features(place, land);
  TrueParameters p;
  p.hbv.beta = between(1.0, 5.0, 0.1 - 0.8 * x.clay + 0.5 * x.forest - 0.3 * x.clay * x.slope);
  p.hbv.fc = between(70.0, 550.0, -0.2 + 0.9 * x.water + 0.5 * x.forest - 0.4 * x.slope + 0.3 * x.water * x.forest);
  p.hbv.k0 = between(0.15, 0.80, 0.3 + 0.7 * x.slope + 0.4 * x.clay - 0.3 * x.forest);
  p.hbv.k1 = between(0.05, 0.45, 0.2 + 0.6 * x.slope - 0.4 * x.area + 0.4 * std::tanh(x.clay));
  p.hbv.k2 = between(0.003, 0.06, -0.6 + 0.5 * x.slope - 0.6 * x.permeability + 0.2 * x.slope * x.permeability);
  p.hbv.lp = between(0.35, 0.95, 0.3 + 0.7 * x.sand - 0.4 * x.forest);
  p.hbv.perc = between(0.2, 4.0, -0.9 + 0.9 * x.permeability + 0.4 * x.conductivity);
  p.hbv.uzl = between(2.0, 45.0, -0.6 + 0.5 * x.forest + 0.4 * x.conductivity - 0.4 * x.slope);
  p.hbv.tt = between(-1.0, 1.2, 0.6 * x.elevation - 0.4 * x.forest);
  p.hbv.cfmax = between(1.5, 6.0, -0.9 * x.forest + 0.3 * std::tanh(x.slope));
  p.hbv.cfr = between(0.02, 0.08, 0.6 * x.elevation);
  p.hbv.cwh = between(0.03, 0.15, 0.5 * x.forest - 0.3 * x.elevation);
  p.route_a = between(0.2, 2.6, -0.8 + 0.9 * x.area - 0.3 * x.slope);
  p.route_b = between(0.02, 2.0, -1.6 + 1.0 * x.area - 0.5 * x.slope);
  return p;
}

Truth simulate_truth(const Weather& weather, std::size_t spin_up, const TrueParameters& parameters) {
  Truth truth;
  std::vector<double> temperature(weather.size());
  truth.pet.resize(weather.size());
  for (std::size_t t = 0; t < weather.size(); ++t) {
    temperature[t] = weather.temperature(t);
    truth.pet[t] = rounded(physics::oudin_pet(weather.extraterrestrial_radiation[t], temperature[t]), 4);
  }
  const auto weights = physics::gamma_unit_hydrograph(parameters.route_a, parameters.route_b);
  truth.simulation = physics::simulate_reference<TrueModel>(
      std::vector{weather.precipitation, temperature, truth.pet}, physics::fields<double>(parameters.hbv),
      {.unit_hydrograph = std::vector<double>(weights.begin(), weights.end())});
  const std::span<double> initial = physics::fields<double>(truth.initial_state);
  for (std::size_t i = 0; i < initial.size() && spin_up > 0; ++i) {
    initial[i] = truth.simulation.find(TrueModel::kStates[i].name)[spin_up - 1];
  }
  const auto drop_spin_up = [&](std::vector<double>& series) {
    series.erase(series.begin(), series.begin() + static_cast<std::ptrdiff_t>(spin_up));
  };
  for (auto& [name, series] : truth.simulation.series) drop_spin_up(series);
  drop_spin_up(truth.pet);
  return truth;
}

}  // namespace freshet::synth
