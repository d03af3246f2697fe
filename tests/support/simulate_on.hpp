#pragma once

#include <cstddef>
#include <map>
#include <string_view>
#include <type_traits>
#include <vector>

#include "freshet/physics/model.hpp"
#include "support/process_models.hpp"

namespace freshet::testing_support {

/// All that one lane of a simulation takes, on numbers of type S: duals, tensors, numbers that note their branches.
template <class S>
struct LaneValues {
  std::vector<S> parameters;                    ///< [parameter]
  std::vector<std::size_t> dynamic_parameters;  ///< which of them vary from step to step
  std::vector<std::vector<S>> dynamic;          ///< [dynamic parameter][step]
  std::vector<S> routing_parameters;            ///< [routing parameter]
  std::vector<S> initial_states;                ///< [state]; empty: the model's own start
  std::vector<std::vector<S>> forcings;         ///< [forcing][step]
};

/// All that it gives: series in the order of all_series (lane_case.hpp), [series][step], and the states at the end.
template <class S>
struct LaneOutputs {
  std::vector<std::vector<S>> series;
  std::vector<S> final_states;
};

/// q_t = sum_k w_k r_(t-k).
template <class S, class Weights>
std::vector<S> delayed_on(const std::vector<S>& in, const Weights& weights) {
  std::vector<S> out;
  for (std::size_t t = 0; t < in.size(); ++t) {
    S sum = weights[0] * in[t];
    for (std::size_t k = 1; k < weights.size() && k <= t; ++k) sum = sum + weights[k] * in[t - k];
    out.push_back(sum);
  }
  return out;
}

/// A whole simulation written once more, in the plainest way, on any numbers: what the engine's values and derivatives are
/// compared with. @tparam R  a routing of physics/routing.hpp, or void
template <class M, class R, class S>
class SimulationOn {
 public:
  SimulationOn(const LaneValues<S>& lane, physics::Substeps substeps)
      : lane_(lane), substeps_(substeps), steps_(lane.forcings.front().size()) {}

  LaneOutputs<S> run() {
    using namespace physics;
    const Parameters p = parameters(0);
    const Derived<M, S> derived = prepare<M, S>(p, S(1.0));
    for (std::size_t i = 0; i < M::kForcings.size(); ++i) series_[M::kForcings[i].name] = lane_.forcings[i];
    for_each_stage<M>([&]<class Stage>() {
      run_stage<Stage>(p, derived);
      for (const DelayInfo& delay : delays_of<M>()) {
        if (!series_.contains(delay.flux) || series_.contains(delay.name)) continue;
        series_[delay.name] = delayed_on(series_.at(delay.flux), fields<S>(derived).subspan(delay.first, delay.length));
      }
    });
    return outputs();
  }

 private:
  using Parameters = typename M::template Parameters<S>;

  Parameters parameters(std::size_t t) const {
    std::vector<S> values = lane_.parameters;
    for (std::size_t i = 0; i < lane_.dynamic.size(); ++i) values[lane_.dynamic_parameters[i]] = lane_.dynamic[i][t];
    return physics::from_fields<Parameters>(std::span<const S>(values));
  }

  /// Adds a part of a step's mean to the rows of some variables.
  template <class Table, class Fields>
  void add(const Table& table, const Fields& values, std::size_t t, double weight) {
    const std::span<const S> from = physics::fields<S>(values);
    for (std::size_t i = 0; i < from.size(); ++i) {
      std::vector<S>& row = series_[table[i].name];
      const S part = from[i] * S(weight);
      if (row.size() == t) {
        row.push_back(part);
      } else {
        row[t] = row[t] + part;
      }
    }
  }

  template <class Stage>
  void run_stage(const Parameters& p, const physics::Derived<M, S>& derived) {
    using namespace physics;
    auto state = initial_state<Stage>(p, S(1.0));
    if (!lane_.initial_states.empty()) {
      state = from_fields<decltype(state)>(
          std::span<const S>(lane_.initial_states).subspan(final_states_.size(), Stage::kStates.size()));
    }
    const int outer = substeps_.outer, inner = substeps_.inner;
    for (std::size_t t = 0; t < steps_; ++t) {
      const Parameters today = parameters(t);
      typename Stage::template Forcing<S> forcing{};
      for (std::size_t i = 0; i < Stage::kForcings.size(); ++i) fields<S>(forcing)[i] = series_.at(Stage::kForcings[i].name)[t];
      for (int o = 0; o < outer; ++o) {
        const auto step = call_step<Stage>(state, forcing, today, derived, S(1.0 / outer));
        state = step.state;
        add(Stage::kFluxes, step.fluxes, t, 1.0 / outer);
        if constexpr (has_substep<Stage>) {
          for (int k = 0; k < inner; ++k) {
            const auto sub = call_substep<Stage>(state, step.carry, today, derived, S(1.0 / (outer * inner)));
            state = sub.state;
            add(Stage::kSubFluxes, sub.fluxes, t, 1.0 / (outer * inner));
          }
        }
      }
      add(Stage::kStates, state, t, 1.0);
    }
    const std::span<const S> last = fields<S>(state);
    final_states_.insert(final_states_.end(), last.begin(), last.end());
  }

  LaneOutputs<S> outputs() {
    LaneOutputs<S> out;
    const std::vector<S>& runoff = series_.at(M::kRunoff);
    if constexpr (std::is_void_v<R>) {
      out.series.push_back(runoff);
    } else {
      const auto p = physics::from_fields<typename R::template Parameters<S>>(std::span<const S>(lane_.routing_parameters));
      out.series.push_back(delayed_on(runoff, R::ordinates(p, S(1.0))));
    }
    for (const physics::VariableInfo& row : states_of<M>()) out.series.push_back(series_.at(row.name));
    for (const physics::VariableInfo& row : fluxes_of<M>()) out.series.push_back(series_.at(row.name));
    for (const physics::DelayInfo& delay : physics::delays_of<M>()) out.series.push_back(series_.at(delay.name));
    out.final_states = final_states_;
    return out;
  }

  const LaneValues<S>& lane_;
  physics::Substeps substeps_;
  std::size_t steps_;
  std::map<std::string_view, std::vector<S>> series_;
  std::vector<S> final_states_;
};

template <class M, class R, class S>
LaneOutputs<S> simulate_on(const LaneValues<S>& lane, physics::Substeps substeps) {
  return SimulationOn<M, R, S>(lane, substeps).run();
}

}  // namespace freshet::testing_support
