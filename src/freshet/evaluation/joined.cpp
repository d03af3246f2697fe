#include "freshet/evaluation/joined.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "freshet/core/error.hpp"
#include "freshet/core/records.hpp"

namespace freshet {
namespace {

TimeAxis axis_of_all(const std::vector<PredictionSet>& sets) {
  TimeAxis axis = sets.front().axis;
  for (const PredictionSet& set : sets) {
    if (set.axis.step_minutes != axis.step_minutes || !axis.index_of(set.axis.first)) {
      throw InputError({.what = "predictions of different time steps cannot be joined",
                        .expected = fmt::format("steps of {} minutes from {}", axis.step_minutes, to_string(axis.first)),
                        .got = fmt::format("{} minutes from {}", set.axis.step_minutes, to_string(set.axis.first))});
    }
    const Time last = std::max(axis.last(), set.axis.last());
    axis.first = std::min(axis.first, set.axis.first);
    axis.size = (last.minutes - axis.first.minutes) / axis.step_minutes + 1;
  }
  return axis;
}

void check_same_targets(const std::vector<PredictionSet>& sets) {
  for (const PredictionSet& set : sets) {
    if (set.targets == sets.front().targets && set.units == sets.front().units &&
        set.precipitation_unit == sets.front().precipitation_unit)
      continue;
    throw InputError({.what = "predictions of different targets cannot be joined",
                      .expected = fmt::format("{}", fmt::join(sets.front().targets, ", ")),
                      .got = fmt::format("{}", fmt::join(set.targets, ", "))});
  }
}

/// Puts the values that are there into `whole`, from index `offset` on. The index of the first that stands on another; -1: none.
std::int64_t put(const std::vector<float>& part, std::size_t offset, std::size_t size, std::vector<float>& whole) {
  if (part.empty()) return -1;
  whole.resize(size, kMissing);
  std::int64_t twice = -1;
  for (std::size_t t = 0; t < part.size(); ++t) {
    if (std::isnan(part[t])) continue;
    if (!std::isnan(whole[offset + t]) && twice < 0) twice = static_cast<std::int64_t>(offset + t);
    whole[offset + t] = part[t];
  }
  return twice;
}

BasinSeriesPair& basin_of(PredictionSet& joined, const BasinSeriesPair& basin) {
  const auto at = std::ranges::lower_bound(joined.basins, basin.basin, {}, &BasinSeriesPair::basin);
  if (at != joined.basins.end() && at->basin == basin.basin) return *at;
  const std::vector<std::vector<float>> nothing(joined.targets.size());
  return *joined.basins.insert(
      at, {.basin = basin.basin, .gauge = basin.gauge, .observed = nothing, .simulated = nothing, .precipitation = {}});
}

/// The states that all sets have.
std::vector<StateInfo> states_of_all(const std::vector<PredictionSet>& sets) {
  std::vector<StateInfo> states;
  for (const StateInfo& state : sets.front().states) {
    StateInfo whole{.name = state.name, .unit = state.unit};
    const bool in_all = std::ranges::all_of(sets, [&](const PredictionSet& set) {
      const auto own = std::ranges::find(set.states, state.name, &StateInfo::name);
      if (own != set.states.end()) whole.compared = whole.compared || own->compared;
      return own != set.states.end();
    });
    if (in_all) states.push_back(whole);
  }
  return states;
}

void put_states(const PredictionSet& set, const BasinSeriesPair& basin, std::size_t offset, const PredictionSet& joined,
                BasinSeriesPair& whole) {
  whole.states.resize(joined.states.size());
  whole.observed_states.resize(joined.states.size());
  for (std::size_t k = 0; k < joined.states.size(); ++k) {
    const auto own = std::ranges::find(set.states, joined.states[k].name, &StateInfo::name) - set.states.begin();
    const auto at = static_cast<std::size_t>(own), size = static_cast<std::size_t>(joined.axis.size);
    put(basin.states[at], offset, size, whole.states[k]);
    if (at < basin.observed_states.size()) put(basin.observed_states[at], offset, size, whole.observed_states[k]);
  }
}

}  // namespace

PredictionSet join_predictions(const std::vector<PredictionSet>& sets) {
  check_same_targets(sets);
  PredictionSet joined{.axis = axis_of_all(sets),
                       .targets = sets.front().targets,
                       .units = sets.front().units,
                       .basins = {},
                       .notes = sets.front().notes,
                       .states = states_of_all(sets),
                       .precipitation_unit = sets.front().precipitation_unit};
  const auto size = static_cast<std::size_t>(joined.axis.size);
  for (const PredictionSet& set : sets) {
    std::erase_if(joined.notes, [&set](const auto& note) {
      const auto same = set.notes.find(note.first);
      return same == set.notes.end() || same->second != note.second;
    });
    const auto offset = static_cast<std::size_t>(joined.axis.index_of(set.axis.first).value_or(0));
    for (const BasinSeriesPair& basin : set.basins) {
      BasinSeriesPair& whole = basin_of(joined, basin);
      for (std::size_t k = 0; k < set.targets.size(); ++k) {
        put(basin.observed[k], offset, size, whole.observed[k]);
        const std::int64_t twice = put(basin.simulated[k], offset, size, whole.simulated[k]);
        if (twice < 0) continue;
        throw InputError({.what = "a basin's day is predicted twice",
                          .basin = basin.basin,
                          .date = to_string(joined.axis.at(twice)),
                          .variable = set.targets[k]});
      }
      put(basin.precipitation, offset, size, whole.precipitation);
      put_states(set, basin, offset, joined, whole);
    }
  }
  return joined;
}

}  // namespace freshet
