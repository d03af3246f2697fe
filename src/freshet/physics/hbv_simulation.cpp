#include "freshet/physics/hbv_simulation.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet::physics {
namespace {

void check_series(std::string_view name, std::span<const double> values, std::size_t size, double lowest) {
  if (values.size() != size) {
    throw InputError({.what = "the forcing series differ in length",
                      .variable = std::string(name),
                      .expected = fmt::format("{} steps", size),
                      .got = std::to_string(values.size())});
  }
  for (std::size_t t = 0; t < size; ++t) {
    if (std::isfinite(values[t]) && values[t] >= lowest) continue;
    throw InputError({.what = fmt::format("step {} of the forcing has no meaning for the model", t),
                      .variable = std::string(name),
                      .expected = std::isfinite(lowest) ? "a number >= 0" : "a finite number",
                      .got = fmt::format("{}", values[t])});
  }
}

void check(const HbvForcingSeries& forcing, const HbvSimulationOptions& options) {
  const std::size_t size = forcing.precipitation.size();
  check_series("precipitation", forcing.precipitation, size, 0.0);
  check_series("temperature", forcing.temperature, size, -std::numeric_limits<double>::infinity());
  check_series("pet", forcing.pet, size, 0.0);
  if (!(options.step_days > 0.0 && options.step_days <= 1.0)) {
    throw InputError({.what = "the time step is out of range",
                      .variable = "step_days",
                      .expected = "more than 0, at most 1",
                      .got = fmt::format("{}", options.step_days)});
  }
}

template <HbvVariant kVariant>
void run(const HbvForcingSeries& forcing, const HbvParameters<double>& parameters, const HbvSimulationOptions& options,
         HbvSimulation& out) {
  HbvState<double> state = options.initial;
  for (std::size_t t = 0; t < forcing.precipitation.size(); ++t) {
    const HbvForcing<double> today{forcing.precipitation[t], forcing.temperature[t], forcing.pet[t]};
    const HbvStep<double> step = Hbv<kVariant>::step(state, today, parameters, options.step_days);
    state = step.state;
    for (std::size_t i = 0; i < out.states.size(); ++i) out.states[i][t] = state.*HbvState<double>::members()[i];
    for (std::size_t i = 0; i < out.fluxes.size(); ++i) out.fluxes[i][t] = step.fluxes.*HbvFluxes<double>::members()[i];
  }
}

}  // namespace

const std::vector<double>& HbvSimulation::find(std::string_view name) const {
  if (name == "discharge") return discharge;
  for (std::size_t i = 0; i < kHbvStates.size(); ++i) {
    if (kHbvStates[i].name == name) return states[i];
  }
  for (std::size_t i = 0; i < kHbvFluxes.size(); ++i) {
    if (kHbvFluxes[i].name == name) return fluxes[i];
  }
  throw InternalError(fmt::format("HBV has no state or flux `{}`", name));
}

HbvSimulation simulate_hbv(const HbvForcingSeries& forcing, const HbvParameters<double>& parameters,
                           std::span<const double> unit_hydrograph, const HbvSimulationOptions& options) {
  check(forcing, options);
  const std::vector<double> blank(forcing.precipitation.size());
  HbvSimulation out{
      .states = std::vector(kHbvStates.size(), blank), .fluxes = std::vector(kHbvFluxes.size(), blank), .discharge = {}};
  switch (options.variant) {
    case HbvVariant::kBasic:
      run<HbvVariant::kBasic>(forcing, parameters, options, out);
      break;
    case HbvVariant::kEtShape:
      run<HbvVariant::kEtShape>(forcing, parameters, options, out);
      break;
    case HbvVariant::kCapillary:
      run<HbvVariant::kCapillary>(forcing, parameters, options, out);
      break;
  }
  const std::vector<double>& runoff = out.find("runoff");
  out.discharge = unit_hydrograph.empty() ? runoff : route(runoff, unit_hydrograph);
  return out;
}

}  // namespace freshet::physics
