#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/rng.hpp"
#include "freshet/physics/model.hpp"
#include "freshet/physics/registry.hpp"

namespace freshet::testing_support {

namespace detail {
template <class Tuple>
struct TypesOf;
template <class... M>
struct TypesOf<std::tuple<M...>> {
  using type = ::testing::Types<M...>;
};
}  // namespace detail

/// Every process model of the registry: a new one is enrolled in the checks of all.
using ProcessModels = detail::TypesOf<physics::Models>::type;

struct ModelNames {
  template <class M>
  static std::string GetName(int) {
    return std::string(M::kName);
  }
};

/// Calls `visit.operator()<Stage>()` for each stage of a model.
template <class M, class Visit>
void for_each_stage(Visit&& visit) {
  [&]<class... Stage>(std::type_identity<std::tuple<Stage...>>) {
    (visit.template operator()<Stage>(), ...);
  }(std::type_identity<physics::Stages<M>>{});
}

/// All states, or all fluxes, of a model's stages.
template <class M>
std::vector<physics::VariableInfo> states_of() {
  std::vector<physics::VariableInfo> rows;
  for_each_stage<M>([&]<class Stage>() { rows.insert(rows.end(), std::begin(Stage::kStates), std::end(Stage::kStates)); });
  return rows;
}
template <class M>
std::vector<physics::VariableInfo> fluxes_of() {
  std::vector<physics::VariableInfo> rows;
  for_each_stage<M>([&]<class Stage>() {
    rows.insert(rows.end(), std::begin(Stage::kFluxes), std::end(Stage::kFluxes));
    if constexpr (physics::has_substep<Stage>) {
      rows.insert(rows.end(), std::begin(Stage::kSubFluxes), std::end(Stage::kSubFluxes));
    }
  });
  return rows;
}

/// Parameters in their ranges; one in ten sits on a bound.
template <class M>
std::vector<double> random_parameters(RngStream& rng) {
  std::vector<double> values;
  for (const physics::ParameterInfo& row : M::kParameters) {
    const double u = rng.uniform();
    const double position = u < 0.05 ? 0.0 : u > 0.95 ? 1.0 : rng.uniform();
    values.push_back(row.scale == physics::ParameterScale::kLog ? row.lower * std::pow(row.upper / row.lower, position)
                                                                : row.lower + position * (row.upper - row.lower));
  }
  return values;
}

/// Days of a random climate, frost and drought among them: [forcing of M::kForcings][day].
template <class M>
std::vector<std::vector<double>> random_forcing(RngStream& rng, std::size_t days) {
  std::map<std::string_view, std::vector<double>> weather;
  const double warmth = 20 * rng.uniform() - 5;
  for (std::size_t t = 0; t < days; ++t) {
    weather["precipitation"].push_back(rng.uniform() < 0.4 ? rng.gamma(0.6, 15.0) : 0.0);
    weather["temperature"].push_back(warmth + 12 * std::sin(0.0172 * static_cast<double>(t)) + 4 * rng.normal());
    weather["pet"].push_back(rng.uniform() < 0.1 ? 0.0 : 6 * rng.uniform());
  }
  // What the soil of VIC alone is driven by.
  for (std::size_t t = 0; t < days; ++t) {
    weather["inflow"].push_back(weather["precipitation"][t]);
    for (const char* name : {"evaporation_1", "evaporation_2", "evaporation_3"}) weather[name].push_back(weather["pet"][t] / 4);
  }
  std::vector<std::vector<double>> forcing;
  for (const physics::VariableInfo& row : M::kForcings) forcing.push_back(weather.at(row.name));
  return forcing;
}

/// Storages up to 50 mm, one in five empty; other states from -5 to 0. Of VIC, whose layers have least and greatest contents,
/// the model's own start.
template <class M>
std::vector<double> random_state(RngStream& rng, std::span<const double> parameters) {
  std::vector<double> state;
  if constexpr (!physics::substeps_of<M>().empty()) {
    const auto p = physics::from_fields<typename M::template Parameters<double>>(parameters);
    for_each_stage<M>([&]<class Stage>() {
      const auto start = physics::initial_state<Stage>(p, 0.0);
      const auto values = physics::fields<double>(start);
      state.insert(state.end(), values.begin(), values.end());
    });
    return state;
  }
  for (const physics::VariableInfo& row : states_of<M>()) {
    const double u = rng.uniform();
    state.push_back(row.role != physics::WaterRole::kStored ? -5 * u : u < 0.2 ? 0.0 : 50 * rng.uniform());
  }
  return state;
}

/// Runs a model on numbers of type S: every flux of every step, stage after stage. The rules of simulate_reference without its
/// options.
template <class M, class S>
std::vector<S> run_on(std::span<const std::vector<S>> forcing, const typename M::template Parameters<S>& p) {
  using namespace physics;
  const S dt(1.0);
  const std::size_t size = forcing[0].size();
  std::map<std::string_view, std::vector<S>> series;
  for (std::size_t i = 0; i < M::kForcings.size(); ++i) series[M::kForcings[i].name] = forcing[i];
  const Derived<M, S> derived = prepare<M, S>(p, dt);
  std::vector<S> all;
  for_each_stage<M>([&]<class Stage>() {
    auto state = initial_state<Stage>(p, dt);
    for (std::size_t t = 0; t < size; ++t) {
      typename Stage::template Forcing<S> today{};
      for (std::size_t i = 0; i < Stage::kForcings.size(); ++i) fields<S>(today)[i] = series.at(Stage::kForcings[i].name)[t];
      const auto step = call_step<Stage>(state, today, p, derived, dt);
      state = step.state;
      const std::span<const S> fluxes = fields<S>(step.fluxes);
      all.insert(all.end(), fluxes.begin(), fluxes.end());
      for (std::size_t i = 0; i < fluxes.size(); ++i) series[Stage::kFluxes[i].name].push_back(fluxes[i]);
      if constexpr (has_substep<Stage>) {
        const auto sub = call_substep<Stage>(state, step.carry, p, derived, dt);
        state = sub.state;
        const std::span<const S> sub_fluxes = fields<S>(sub.fluxes);
        all.insert(all.end(), sub_fluxes.begin(), sub_fluxes.end());
      }
    }
    for (const DelayInfo& delay : delays_of<M>()) {
      if (!series.contains(delay.flux) || series.contains(delay.name)) continue;
      const auto weights = fields<S>(derived).subspan(delay.first, delay.length);
      std::vector<S>& delayed = series[delay.name];
      for (std::size_t t = 0; t < size; ++t) {
        S sum(0.0);
        for (std::size_t k = 0; k < weights.size() && k <= t; ++k) sum = sum + weights[k] * series[delay.flux][t - k];
        delayed.push_back(sum);
      }
    }
  });
  return all;
}

}  // namespace freshet::testing_support
