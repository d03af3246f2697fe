#include "freshet/data/virtual/place.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "freshet/data/virtual/smooth.hpp"

namespace freshet::synth {
namespace {

struct Region {
  std::string_view huc, name;
  double share;  ///< of the basins, percent
  double south, north, west, east;
};

/// The hydrologic regions of the contiguous United States, each as a box that lies on land and within its borders.
constexpr std::array<Region, 18> kRegions = {{
    {"01", "New England", 6, 43.9, 45.0, -72.2, -69.9},
    {"02", "Mid-Atlantic", 10, 39.5, 42.5, -77.8, -75.0},
    {"03", "South Atlantic-Gulf", 12, 31.5, 35.5, -86.5, -81.8},
    {"04", "Great Lakes", 5, 42.0, 44.5, -85.9, -84.2},
    {"05", "Ohio", 7, 37.2, 40.5, -86.5, -81.0},
    {"06", "Tennessee", 3, 34.8, 36.4, -87.5, -82.8},
    {"07", "Upper Mississippi", 6, 39.5, 45.5, -94.0, -89.5},
    {"08", "Lower Mississippi", 3, 31.0, 34.8, -92.5, -90.0},
    {"09", "Souris-Red-Rainy", 3, 46.5, 48.7, -98.0, -95.5},
    {"10", "Missouri", 9, 38.5, 47.5, -107.5, -96.0},
    {"11", "Arkansas-White-Red", 5, 33.8, 37.8, -102.0, -93.0},
    {"12", "Texas-Gulf", 5, 29.2, 32.5, -99.5, -95.8},
    {"13", "Rio Grande", 2, 32.5, 37.0, -107.3, -104.5},
    {"14", "Upper Colorado", 4, 37.3, 41.5, -110.8, -106.5},
    {"15", "Lower Colorado", 3, 32.2, 36.5, -114.0, -108.8},
    {"16", "Great Basin", 3, 38.0, 41.5, -118.5, -111.8},
    {"17", "Pacific Northwest", 11, 43.0, 48.5, -123.3, -113.0},
    {"18", "California", 5, 38.6, 41.5, -122.9, -120.2},
}};

const Region& draw_region(RngStream& rng) {
  double total = 0;
  for (const Region& region : kRegions) total += region.share;
  double left = rng.uniform() * total;
  for (const Region& region : kRegions) {
    left -= region.share;
    if (left < 0) return region;
  }
  return kRegions.back();
}

/// Ridges of the Appalachians, the Rocky Mountains and the Cascades with the Sierra Nevada.
double ruggedness_at(double latitude, double longitude) {
  const double appalachians = 0.45 * bump(longitude, -84.0 + 1.25 * (latitude - 34.5), 2.0) * sigmoid((latitude - 33.5) / 0.5);
  const double rockies = bump(longitude, -107.0 - 0.75 * (latitude - 38.5), 3.6) * sigmoid((latitude - 33.0) / 0.7);
  const double cascades = 0.9 * bump(longitude, -121.6 + 0.5 * std::max(0.0, 42.0 - latitude), 1.1);
  return appalachians + rockies + cascades;
}

double elevation_at(double longitude, double ruggedness) {
  const double high_plains = 1500.0 * sigmoid((-101.5 - longitude) / 2.2) * sigmoid((longitude + 121.0) / 0.9);
  return 120.0 + high_plains + 1150.0 * ruggedness;
}

}  // namespace

std::string basin_id(std::size_t index) {
  return fmt::format("99{:06}", index + 1);
}

bool is_basin_id(const std::string& id) {
  return id.size() == 8 && id.starts_with("99");
}

Place draw_place(std::size_t index, RngStream& rng) {
  const Region& region = draw_region(rng);
  Place place{.id = basin_id(index), .huc = std::string(region.huc), .region = std::string(region.name)};
  place.latitude = rounded(region.south + (region.north - region.south) * rng.uniform(), 5);
  place.longitude = rounded(region.west + (region.east - region.west) * rng.uniform(), 5);
  place.ruggedness = ruggedness_at(place.latitude, place.longitude) * std::exp(0.3 * rng.normal());
  place.elevation_m = rounded(elevation_at(place.longitude, place.ruggedness) * std::exp(0.2 * rng.normal()), 2);
  place.maritime = bump(place.longitude, -124.0, 2.2);
  return place;
}

}  // namespace freshet::synth
