#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "freshet/kernels/simulation.hpp"
#include "freshet/models/process/table_simulation.hpp"

namespace freshet::witness {

enum class InputKind { kParameter, kDailyParameter, kRoutingParameter, kInitialState, kForcing };

/// One input of all lanes of a case.
struct CaseInput {
  InputKind kind = InputKind::kParameter;
  std::size_t index = 0;  ///< of the parameter, state, forcing
  std::string name;
  std::vector<double> values;  ///< [row][lane]; a row a step, or one
};

/// Random lanes of any model, each on a basin of its own with random weather, and random seeds for all it gives.
struct GradientCase {
  const kernels::Model* model = nullptr;
  const kernels::Routing* routing = nullptr;
  std::size_t lanes = 0, steps = 0;
  std::vector<CaseInput> inputs;
  std::vector<kernels::Series> series;     ///< the discharge, then all states, fluxes and delayed series
  std::vector<std::vector<double>> seeds;  ///< [series] [step][lane]
  std::vector<double> final_seeds;         ///< [state][lane]

  std::size_t rows(const CaseInput& input) const { return input.values.size() / lanes; }
};

struct CaseOptions {
  std::size_t lanes = 8, steps = 60;
  std::uint64_t seed = 0;
  bool daily = false;        ///< every parameter that may has a value for each day
  bool given_start = false;  ///< initial states are inputs: those that a hundred days of random weather leave
};

GradientCase make_case(const kernels::Model& model, const kernels::Routing* routing, const CaseOptions& options);

/// What the engine gives for a case: the weighted sum of each lane, of all series or of the discharge alone, and the sum of the
/// sizes of its terms.
struct WeightedSums {
  std::vector<double> sum, size;  ///< [lane]
};
WeightedSums engine_sums(const GradientCase& c);

/// The engine's gradients of the weighted sum, in the shape of the inputs: [input] [row][lane]. To forcings only without
/// `discharge_alone`, else empty.
template <class T>
std::vector<std::vector<double>> engine_gradients(const GradientCase& c, bool discharge_alone);

/// A lane's inputs on other numbers; `make(input, row)` makes one.
template <class S, class Make>
LaneValues<S> lane_values(const GradientCase& c, const Make& make) {
  LaneValues<S> out;
  out.parameters.resize(c.model->parameters().size());
  for (const CaseInput& input : c.inputs) {
    std::vector<S> values;
    for (std::size_t row = 0; row < c.rows(input); ++row) values.push_back(make(input, row));
    switch (input.kind) {
      case InputKind::kParameter:
      case InputKind::kDailyParameter:
        out.parameters[input.index] = std::move(values);
        break;
      case InputKind::kRoutingParameter:
        out.routing_parameters.push_back(values[0]);
        break;
      case InputKind::kInitialState:
        out.initial_states.push_back(values[0]);
        break;
      case InputKind::kForcing:
        out.forcings.push_back(std::move(values));
        break;
    }
  }
  return out;
}

/// The series of a simulation on tables in the order of GradientCase::series.
template <class S>
std::vector<const std::vector<S>*> series_of(const LaneOutputs<S>& out) {
  std::vector<const std::vector<S>*> all = {&out.discharge};
  for (const auto* group : {&out.states, &out.fluxes, &out.delayed}) {
    for (const std::vector<S>& series : *group) all.push_back(&series);
  }
  return all;
}

template <class S>
LaneOutputs<S> simulate_tables(const GradientCase& c, const LaneValues<S>& lane) {
  return TableSimulation<S>(*c.model, c.routing, lane, c.model->divide(1.0, {})).run_all();
}

}  // namespace freshet::witness
