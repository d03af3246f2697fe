#pragma once

#include <cstddef>
#include <cstdint>

#include "freshet/core/time.hpp"
#include "freshet/data/virtual/attributes.hpp"
#include "freshet/data/virtual/climate_attributes.hpp"
#include "freshet/data/virtual/flow_attributes.hpp"
#include "freshet/data/virtual/observation.hpp"
#include "freshet/data/virtual/truth.hpp"

namespace freshet::synth {

/// What the tables say of a basin.
struct BasinSummary {
  Place place;
  Land land;
  ClimateAttributes climate;
  FlowAttributes flow;
  TrueParameters parameters;
  physics::HbvState<double> initial_state;
};

/// One virtual basin, complete. All series are on `axis`.
struct VirtualBasin {
  BasinSummary summary;
  TimeAxis axis;
  Weather weather;
  Truth truth;
  Observation observation;
};

/// Makes basin `index` of the world `seed`: a function of these two and the axis alone. A longer axis from the same first day
/// has the same land, parameters and weather on the days both share.
VirtualBasin make_virtual_basin(std::uint64_t seed, std::size_t index, const TimeAxis& axis);

}  // namespace freshet::synth
