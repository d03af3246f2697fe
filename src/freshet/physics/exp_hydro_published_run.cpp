#include "freshet/physics/exp_hydro_published_run.hpp"

#include <cmath>

#include "freshet/physics/exp_hydro_threshold.hpp"

namespace freshet::physics {

std::vector<double> exp_hydro_published_run(std::span<const double> precipitation, std::span<const double> temperature,
                                            std::span<const double> pet, const ExpHydroParameters<double>& parameters) {
  std::vector<double> streamflow(precipitation.size());
  const auto change = [&](double time, const ExpHydroState<double>& state) {
    const auto day = static_cast<std::size_t>(std::nearbyint(time));
    const ExpHydroRates<double> rates = exp_hydro_rates(state, temperature[day], pet[day], parameters);
    const double outflow = rates.subsurface_flow + rates.surface_flow;
    streamflow[day] = outflow;
    const double snowfall = temperature[day] < parameters.tmin ? precipitation[day] : 0.0;
    return ExpHydroState<double>{snowfall - rates.melt,
                                 precipitation[day] - snowfall + rates.melt - rates.evapotranspiration - outflow};
  };
  const auto moved = [](const ExpHydroState<double>& from, const ExpHydroState<double>& by, double days) {
    return ExpHydroState<double>{from.snowpack + days * by.snowpack, from.bucket + days * by.bucket};
  };
  ExpHydroState<double> state;
  for (std::size_t day = 0; day + 1 < streamflow.size(); ++day) {
    const double time = static_cast<double>(day);
    const auto k1 = change(time, state);
    const auto k2 = change(time + 0.5, moved(state, k1, 0.5));
    const auto k3 = change(time + 0.5, moved(state, k2, 0.5));
    const auto k4 = change(time + 1.0, moved(state, k3, 1.0));
    state = {state.snowpack + (k1.snowpack + 2.0 * (k2.snowpack + k3.snowpack) + k4.snowpack) / 6.0,
             state.bucket + (k1.bucket + 2.0 * (k2.bucket + k3.bucket) + k4.bucket) / 6.0};
  }
  return streamflow;
}

}  // namespace freshet::physics
