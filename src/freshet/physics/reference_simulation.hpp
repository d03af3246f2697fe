#pragma once

#include <cmath>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/physics/model.hpp"
#include "freshet/physics/routing.hpp"

namespace freshet::physics {

/// How a reference simulation runs.
struct ReferenceOptions {
  double step_days = 1.0;  ///< 0 < step_days <= 1
  Substeps substeps;
  std::vector<double> initial;          ///< [state], over all stages; empty: the model's own start
  std::vector<double> unit_hydrograph;  ///< weights of routing; empty: discharge is the runoff
};

/// Series by name, [time]: forcings, states (mm, at the end of the step), fluxes (mm/day, means over the step), delayed
/// series, and `discharge`, the routed runoff.
class ReferenceSimulation {
 public:
  /// InternalError for a name that is not there.
  const std::vector<double>& find(std::string_view name) const {
    const auto found = series.find(name);
    if (found == series.end()) throw InternalError("the simulation has no series `" + std::string(name) + "`");
    return found->second;
  }

  std::map<std::string, std::vector<double>, std::less<>> series;
};

namespace detail {

/// Throws InputError for a value of the forcing that has no meaning for the model.
void check_reference_forcing(const VariableInfo& variable, std::span<const double> values, std::size_t size);

/// Throws InputError for a time step out of range.
void check_reference_step(double step_days);

/// The series of a table's variables, zero throughout. Looked up once: by name in every step they would cost more than the step.
using Columns = std::vector<double*>;
Columns add_columns(ReferenceSimulation& out, std::span<const VariableInfo> table, std::size_t size);

template <class Fields>
void record(const Columns& columns, const Fields& values, std::size_t t, double weight) {
  const auto from = fields<double>(values);
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i][t] += weight * from[i];
}

/// Runs one stage over the whole series.
template <class M, class Stage>
void run_stage(ReferenceSimulation& out, std::size_t size, const typename M::template Parameters<double>& p,
               const Derived<M, double>& derived, typename Stage::template State<double> state, const ReferenceOptions& options) {
  const Columns states = add_columns(out, Stage::kStates, size), fluxes = add_columns(out, Stage::kFluxes, size);
  Columns sub_fluxes;
  if constexpr (has_substep<Stage>) sub_fluxes = add_columns(out, Stage::kSubFluxes, size);
  std::vector<const double*> forcings;
  for (const VariableInfo& row : Stage::kForcings) forcings.push_back(out.find(row.name).data());
  const int outer = options.substeps.outer, inner = options.substeps.inner;
  const double dt = options.step_days / outer;
  for (std::size_t t = 0; t < size; ++t) {
    typename Stage::template Forcing<double> forcing{};
    for (std::size_t i = 0; i < forcings.size(); ++i) fields<double>(forcing)[i] = forcings[i][t];
    for (int i = 0; i < outer; ++i) {
      const auto step = call_step<Stage>(state, forcing, p, derived, dt);
      state = step.state;
      record(fluxes, step.fluxes, t, 1.0 / outer);
      if constexpr (has_substep<Stage>) {
        for (int j = 0; j < inner; ++j) {
          const auto sub = call_substep<Stage>(state, step.carry, p, derived, dt / inner);
          state = sub.state;
          record(sub_fluxes, sub.fluxes, t, 1.0 / (outer * inner));
        }
      }
    }
    record(states, state, t, 1.0);
  }
}

}  // namespace detail

/// Runs a model in double precision, one step after the other: the plain reference every faster engine is held to.
/// @param forcing     [forcing of M::kForcings][time], no missing values
/// @param parameters  [parameter of M::kParameters]
/// @throws InputError for series of different lengths, a missing or meaningless value, and a time step out of range
template <class M>
ReferenceSimulation simulate_reference(std::span<const std::vector<double>> forcing, std::span<const double> parameters,
                                       const ReferenceOptions& options = {}) {
  detail::check_reference_step(options.step_days);
  ReferenceSimulation out;
  const std::size_t size = forcing.front().size();
  for (std::size_t i = 0; i < M::kForcings.size(); ++i) {
    detail::check_reference_forcing(M::kForcings[i], forcing[i], size);
    out.series[std::string(M::kForcings[i].name)] = forcing[i];
  }
  const auto p = from_fields<typename M::template Parameters<double>>(parameters);
  const Derived<M, double> derived = prepare<M, double>(p, options.step_days);
  std::size_t first_state = 0;
  const auto run = [&]<class Stage>() {
    auto state = initial_state<Stage>(p, 0.0);
    if (!options.initial.empty()) {
      state = from_fields<decltype(state)>(std::span(options.initial).subspan(first_state, Stage::kStates.size()));
    }
    first_state += Stage::kStates.size();
    detail::run_stage<M, Stage>(out, size, p, derived, state, options);
    for (const DelayInfo& delay : delays_of<M>()) {
      const auto source = out.series.find(delay.flux);
      if (source == out.series.end() || out.series.contains(delay.name)) continue;
      out.series[std::string(delay.name)] = route(source->second, fields<double>(derived).subspan(delay.first, delay.length));
    }
  };
  [&]<class... Stage>(std::type_identity<std::tuple<Stage...>>) {
    (run.template operator()<Stage>(), ...);
  }(std::type_identity<Stages<M>>{});
  const std::vector<double>& runoff = out.find(M::kRunoff);
  out.series["discharge"] = options.unit_hydrograph.empty() ? runoff : route(runoff, options.unit_hydrograph);
  return out;
}

}  // namespace freshet::physics
