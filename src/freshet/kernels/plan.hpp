#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "freshet/kernels/cpu/common_kernels.hpp"
#include "freshet/kernels/forcing_table.hpp"
#include "freshet/kernels/model.hpp"

namespace freshet::kernels {

/// A series that a simulation makes.
struct Series {
  enum class Kind { kState, kFlux, kDelayed, kDischarge };
  Kind kind = Kind::kDischarge;
  std::size_t index = 0;  ///< among the model's states, fluxes or delays

  bool operator==(const Series&) const = default;
};

/// A model's states, fluxes and delayed series, and `discharge`: the routed runoff, without routing the runoff itself.
/// @throws InputError for another name
Series find_series(const Model& model, std::string_view name);
std::string_view series_name(const Model& model, Series series);

/// What to run. The model and the routing must outlive it.
struct SimulationOptions {
  const Model* model = nullptr;
  const Routing* routing = nullptr;  ///< null: discharge is the runoff
  std::size_t steps = 0;
  double dt = 1.0;                    ///< length of a time step, days, 0 < dt <= 1
  std::vector<int> substeps_per_day;  ///< [setting of the model]; empty: its defaults
  Backend backend = Backend::kBest;
  std::vector<Series> wanted;  ///< series to keep, [step][lane] each
  /// For a simulation that will be differentiated: the state is kept every so many steps, and made again in between. 0: not
  /// kept. Gradients are the same, bit for bit, for every choice; 1 is fastest while it fits into cache.
  std::size_t keep_every = 0;
  std::size_t threads = 1;
};

/// A parameter with a value for each step.
template <class T>
struct DynamicParameter {
  std::size_t parameter = 0;
  std::span<const T> values;  ///< [step][lane]
};

/// The lanes: what runs side by side. Each lane is one parameter set on one basin.
template <class T>
struct LaneInputs {
  const ForcingTable<T>* forcing = nullptr;  ///< its variables are the model's forcings
  std::span<const std::int32_t> basins;      ///< [lane] in the table
  std::span<const std::int64_t> starts;      ///< [lane] first step in the table; empty: 0
  std::span<const T> parameters;             ///< [parameter][lane]
  std::vector<DynamicParameter<T>> dynamic;  ///< these take the place of their rows in `parameters`
  std::span<const T> routing_parameters;     ///< [routing parameter][lane]
  std::span<const T> initial_states;         ///< [state][lane]; empty: where the model starts by itself
  /// What flowed into each delay, and last into routing, before the first step: [length - 1 rows, oldest first] for each, [lane].
  /// Empty: nothing.
  std::span<const T> histories;

  std::size_t lanes() const { return basins.size(); }
};

/// Rows of histories that a model with a routing has.
std::size_t history_rows(const Model& model, const Routing* routing);

/// Checks options and inputs against each other. @throws InputError
template <class T>
void check(const SimulationOptions& options, const LaneInputs<T>& inputs);

}  // namespace freshet::kernels
