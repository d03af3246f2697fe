#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "freshet/core/rng.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/kernels/simulation.hpp"
#include "support/process_models.hpp"

namespace freshet::testing_support {

/// Lanes of one model on random basins with random parameters, in double, to be run in any precision.
template <class M>
struct LaneCase {
  LaneCase(std::uint64_t seed, std::size_t basin_count, std::size_t lane_count, std::size_t step_count)
      : model(kernels::find_model(M::kName)), lanes(lane_count), steps(step_count) {
    RngStream rng(seed, RngUse::kSynthetic);
    for (std::size_t b = 0; b < basin_count; ++b) forcing.push_back(random_forcing<M>(rng, step_count));
    for (std::size_t l = 0; l < lane_count; ++l) {
      basins.push_back(static_cast<std::int32_t>(rng.below(basin_count)));
      parameters.push_back(random_parameters<M>(rng));
    }
  }

  template <class T>
  kernels::ForcingTable<T> forcing_table() const {
    kernels::ForcingTable<T> table(forcing.size(), steps, M::kForcings.size());
    for (std::size_t b = 0; b < forcing.size(); ++b) {
      for (std::size_t v = 0; v < M::kForcings.size(); ++v) table.set(b, v, forcing[b][v]);
    }
    return table;
  }
  /// [parameter][lane]
  template <class T>
  std::vector<T> parameter_rows() const {
    std::vector<T> rows(M::kParameters.size() * lanes);
    for (std::size_t p = 0; p < M::kParameters.size(); ++p) {
      for (std::size_t l = 0; l < lanes; ++l) rows[p * lanes + l] = static_cast<T>(parameters[l][p]);
    }
    return rows;
  }

  const kernels::Model& model;
  std::size_t lanes, steps;
  std::vector<std::vector<std::vector<double>>> forcing;  ///< [basin][forcing][step]
  std::vector<std::int32_t> basins;                       ///< [lane]
  std::vector<std::vector<double>> parameters;            ///< [lane][parameter]
};

/// All series of a model: states, fluxes, delayed, discharge.
inline std::vector<kernels::Series> all_series(const kernels::Model& model) {
  using Kind = kernels::Series::Kind;
  std::vector<kernels::Series> all = {{Kind::kDischarge, 0}};
  for (std::size_t i = 0; i < model.states().size(); ++i) all.push_back({Kind::kState, i});
  for (std::size_t i = 0; i < model.fluxes().size(); ++i) all.push_back({Kind::kFlux, i});
  for (std::int32_t i = 0; i < model.table().delay_count; ++i) all.push_back({Kind::kDelayed, static_cast<std::size_t>(i)});
  return all;
}

}  // namespace freshet::testing_support
