#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "freshet/core/rng.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/kernels/simulation.hpp"
#include "support/lane_case.hpp"
#include "support/simulate_on.hpp"

namespace freshet::testing_support {

/// What a simulation to be differentiated is like.
struct GradientSetup {
  std::size_t lanes = 21, steps = 60, basins = 4;
  bool dynamic = false;      ///< all parameters that may vary from step to step do
  bool given_start = false;  ///< initial states are inputs
  std::vector<int> substeps_per_day;
};

/// The inputs of a case in one precision; the rows of LaneInputs.
template <class T>
struct CaseRows {
  std::vector<T> parameters, routing_parameters, initial_states;
  std::vector<std::vector<T>> dynamic;
  std::vector<std::vector<T>> seeds;  ///< [series of all_series]
  std::vector<T> final_seeds;
};

/// Random lanes of a model inside its parameters' ranges, and random seeds for all it gives. Potential evapotranspiration is
/// never zero: without it stores stay exactly at their bounds, where derivatives are one-sided and rounding chooses the side.
/// models/process/gradient_case.hpp is another, of `freshet check-gradients`: it knows a model by its tables alone. Kept apart,
/// so that the program's witness and the tests' are wrong only one by one.
/// @tparam R  a routing, or void
template <class M, class R = void>
class GradientCase {
 public:
  GradientCase(std::uint64_t seed, const GradientSetup& setup);

  const kernels::Model& model() const { return model_; }
  const kernels::Routing* routing() const { return routing_; }
  const GradientSetup& setup() const { return setup_; }
  std::size_t lanes() const { return setup_.lanes; }
  std::size_t steps() const { return setup_.steps; }
  const std::vector<std::size_t>& dynamic_parameters() const { return dynamic_parameters_; }
  const std::vector<kernels::Series>& series() const { return series_; }
  const std::vector<std::int32_t>& basins() const { return basins_; }
  const CaseRows<double>& rows() const { return rows_; }
  CaseRows<double>& rows() { return rows_; }

  /// The seeds of one lane: [series][step].
  double seed(std::size_t series, std::size_t step, std::size_t lane) const { return rows_.seeds[series][step * lanes() + lane]; }

  template <class S>
  LaneValues<S> lane(std::size_t l) const;

  template <class T>
  CaseRows<T> rows_in() const;
  template <class T>
  kernels::ForcingTable<T> forcing_table() const;

  /// Runs forward and back. @param main_only  seeds of the discharge alone, none of the states at the end
  template <class T>
  kernels::Gradients<T> gradients(kernels::Backend backend, bool main_only = false, std::size_t keep_every = 1,
                                  std::size_t threads = 1) const;
  /// Runs forward: all series.
  template <class T>
  kernels::SimulationResult<T> values(kernels::Backend backend) const;

  kernels::SimulationOptions options(kernels::Backend backend, std::size_t keep_every, std::size_t threads) const {
    return {.model = &model_,
            .routing = routing_,
            .steps = setup_.steps,
            .substeps_per_day = setup_.substeps_per_day,
            .backend = backend,
            .wanted = series_,
            .keep_every = keep_every,
            .threads = threads};
  }
  template <class T>
  kernels::LaneInputs<T> inputs(const kernels::ForcingTable<T>& forcing, const CaseRows<T>& rows) const;

 private:
  std::vector<double> random_row(RngStream& rng, std::span<const physics::ParameterInfo> table) const;
  void add_initial_states(RngStream& rng);

  const kernels::Model& model_;
  const kernels::Routing* routing_ = nullptr;
  GradientSetup setup_;
  std::vector<kernels::Series> series_;
  std::vector<std::size_t> dynamic_parameters_;
  std::vector<std::vector<std::vector<double>>> forcing_;  ///< [basin][forcing][step]
  std::vector<std::int32_t> basins_;
  CaseRows<double> rows_;
};

/// A value inside a parameter's range.
inline double inside(RngStream& rng, const physics::ParameterInfo& row) {
  const double position = 0.05 + 0.9 * rng.uniform();
  return row.scale == physics::ParameterScale::kLog ? row.lower * std::pow(row.upper / row.lower, position)
                                                    : row.lower + position * (row.upper - row.lower);
}

template <class M, class R>
GradientCase<M, R>::GradientCase(std::uint64_t seed, const GradientSetup& setup)
    : model_(kernels::find_model(M::kName)), setup_(setup), series_(all_series(model_)) {
  RngStream rng(seed, RngUse::kSynthetic);
  for (std::size_t b = 0; b < setup.basins; ++b) {
    auto forcing = random_forcing<M>(rng, setup.steps);
    for (std::size_t i = 0; i < forcing.size(); ++i) {
      if (M::kForcings[i].name != "pet") continue;
      for (double& value : forcing[i]) value = std::max(value, 0.3);
    }
    forcing_.push_back(std::move(forcing));
  }
  const auto add_rows = [&](std::span<const physics::ParameterInfo> table, std::vector<double>& rows) {
    for (const physics::ParameterInfo& row : table) {
      for (std::size_t l = 0; l < lanes(); ++l) rows.push_back(inside(rng, row));
    }
  };
  for (std::size_t l = 0; l < lanes(); ++l) basins_.push_back(static_cast<std::int32_t>(rng.below(setup.basins)));
  add_rows(M::kParameters, rows_.parameters);
  if constexpr (!std::is_void_v<R>) {
    routing_ = &kernels::find_routing(R::kName);
    add_rows(R::kParameters, rows_.routing_parameters);
  }
  for (std::size_t i = 0; setup.dynamic && i < M::kParameters.size(); ++i) {
    if (model_.must_be_static(i)) continue;
    dynamic_parameters_.push_back(i);
    rows_.dynamic.emplace_back();
    for (std::size_t k = 0; k < steps() * lanes(); ++k) rows_.dynamic.back().push_back(inside(rng, M::kParameters[i]));
  }
  if (setup.given_start) add_initial_states(rng);
  const auto random_seeds = [&](std::size_t size) {
    std::vector<double> seeds(size);
    for (double& value : seeds) value = 2.0 * rng.uniform() - 1.0;
    return seeds;
  };
  for (std::size_t i = 0; i < series_.size(); ++i) rows_.seeds.push_back(random_seeds(steps() * lanes()));
  rows_.final_seeds = random_seeds(model_.states().size() * lanes());
}

/// Storages from 1 to 50 mm, other states from -5 to 0; of models with sub-steps, whose layers have bounds, near their own start.
template <class M, class R>
void GradientCase<M, R>::add_initial_states(RngStream& rng) {
  const std::vector<physics::VariableInfo> table = states_of<M>();
  rows_.initial_states.resize(table.size() * lanes());
  for (std::size_t l = 0; l < lanes(); ++l) {
    std::vector<double> own;
    const auto p =
        physics::from_fields<typename M::template Parameters<double>>(std::span<const double>(lane<double>(l).parameters));
    for_each_stage<M>([&]<class Stage>() {
      const auto state = physics::initial_state<Stage>(p, 1.0);
      const auto values = physics::fields<double>(state);
      own.insert(own.end(), values.begin(), values.end());
    });
    for (std::size_t i = 0; i < table.size(); ++i) {
      double value = table[i].role == physics::WaterRole::kStored ? 1 + 49 * rng.uniform() : -5 * rng.uniform();
      if (!model_.substeps().empty() && own[i] > 0) value = own[i] * (0.9 + 0.2 * rng.uniform());
      rows_.initial_states[i * lanes() + l] = value;
    }
  }
}

template <class M, class R>
template <class S>
LaneValues<S> GradientCase<M, R>::lane(std::size_t l) const {
  const auto column = [&](const std::vector<double>& rows) {
    std::vector<S> values;
    for (std::size_t k = l; k < rows.size(); k += lanes()) values.push_back(S(rows[k]));
    return values;
  };
  LaneValues<S> out;
  out.parameters = column(rows_.parameters);
  out.routing_parameters = column(rows_.routing_parameters);
  out.initial_states = column(rows_.initial_states);
  out.dynamic_parameters = dynamic_parameters_;
  for (const auto& rows : rows_.dynamic) out.dynamic.push_back(column(rows));
  for (const auto& series : forcing_[static_cast<std::size_t>(basins_[l])]) {
    std::vector<S>& values = out.forcings.emplace_back();
    for (const double value : series) values.push_back(S(value));
  }
  return out;
}

template <class M, class R>
template <class T>
CaseRows<T> GradientCase<M, R>::rows_in() const {
  const auto convert = [](const std::vector<double>& from) { return std::vector<T>(from.begin(), from.end()); };
  CaseRows<T> out;
  out.parameters = convert(rows_.parameters);
  out.routing_parameters = convert(rows_.routing_parameters);
  out.initial_states = convert(rows_.initial_states);
  for (const auto& rows : rows_.dynamic) out.dynamic.push_back(convert(rows));
  for (const auto& seeds : rows_.seeds) out.seeds.push_back(convert(seeds));
  out.final_seeds = convert(rows_.final_seeds);
  return out;
}

template <class M, class R>
template <class T>
kernels::ForcingTable<T> GradientCase<M, R>::forcing_table() const {
  kernels::ForcingTable<T> table(forcing_.size(), steps(), M::kForcings.size());
  for (std::size_t b = 0; b < forcing_.size(); ++b) {
    for (std::size_t v = 0; v < M::kForcings.size(); ++v) table.set(b, v, forcing_[b][v]);
  }
  return table;
}

template <class M, class R>
template <class T>
kernels::LaneInputs<T> GradientCase<M, R>::inputs(const kernels::ForcingTable<T>& forcing, const CaseRows<T>& rows) const {
  kernels::LaneInputs<T> in{.forcing = &forcing, .basins = basins_, .parameters = rows.parameters};
  in.routing_parameters = rows.routing_parameters;
  in.initial_states = rows.initial_states;
  for (std::size_t i = 0; i < rows.dynamic.size(); ++i) in.dynamic.push_back({dynamic_parameters_[i], rows.dynamic[i]});
  return in;
}

template <class M, class R>
template <class T>
kernels::SimulationResult<T> GradientCase<M, R>::values(kernels::Backend backend) const {
  const kernels::ForcingTable<T> forcing = forcing_table<T>();
  const CaseRows<T> rows = rows_in<T>();
  kernels::Simulation<T> simulation(options(backend, 0, 1));
  return simulation.run(inputs(forcing, rows));
}

template <class M, class R>
template <class T>
kernels::Gradients<T> GradientCase<M, R>::gradients(kernels::Backend backend, bool main_only, std::size_t keep_every,
                                                    std::size_t threads) const {
  const kernels::ForcingTable<T> forcing = forcing_table<T>();
  const CaseRows<T> rows = rows_in<T>();
  kernels::Simulation<T> simulation(options(backend, keep_every, threads));
  simulation.run(inputs(forcing, rows));
  std::vector<std::span<const T>> seeds;
  const std::size_t count = main_only ? 1 : series_.size();
  for (std::size_t i = 0; i < count; ++i) seeds.emplace_back(rows.seeds[i]);
  const std::span<const T> final_seeds = main_only ? std::span<const T>() : std::span<const T>(rows.final_seeds);
  return simulation.adjoint(std::span(series_).first(count), seeds, final_seeds, !main_only);
}

}  // namespace freshet::testing_support
