#pragma once

#include <cstddef>
#include <string>

#include "freshet/core/rng.hpp"

namespace freshet::synth {

/// Where a virtual basin lies: a point on the map of the contiguous United States with smooth, invented mountains.
struct Place {
  std::string id;          ///< 8 digits starting with 99, which no gauge of CAMELS-US has
  std::string huc;         ///< two-digit hydrologic region
  std::string region;      ///< its name
  double latitude = 0;     ///< degrees north
  double longitude = 0;    ///< degrees east
  double elevation_m = 0;  ///< mean of the basin
  double ruggedness = 0;   ///< 0 plain, about 1 mountains
  double maritime = 0;     ///< 0 inland or east, 1 at the Pacific coast
};

/// "99000001" for index 0.
std::string basin_id(std::size_t index);
/// Whether a basin is a virtual one, by its id.
bool is_basin_id(const std::string& id);

/// Draws a hydrologic region by its share of CAMELS-US basins, then a point in it.
Place draw_place(std::size_t index, RngStream& rng);

}  // namespace freshet::synth
