#include "freshet/data/virtual/attributes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "freshet/data/virtual/smooth.hpp"

namespace freshet::synth {
namespace {

void draw_topography(const Place& place, RngStream& rng, Land& land) {
  land.slope_mean = rounded(std::clamp((5.0 + 90.0 * place.ruggedness) * std::exp(0.6 * rng.normal()), 0.8, 250.0), 5);
  land.area_gages2 = rounded(std::clamp(350.0 * std::exp(1.15 * rng.normal()), 5.0, 14000.0), 2);
  land.area_geospa_fabric = rounded(land.area_gages2 * std::exp(0.02 * rng.normal()), 2);
}

/// The International Geosphere-Biosphere Programme's classes, by how much forest, how evergreen, how wet, how much farmed.
std::string_view land_cover(double forest, double evergreen, double wetness, double farming) {
  if (forest > 0.65) {
    return evergreen > 0.55 ? "Evergreen Needleleaf Forest" : evergreen < 0.3 ? "Deciduous Broadleaf Forest" : "Mixed Forests";
  }
  if (forest > 0.4) return "Woody Savannas";
  if (farming > 0.35) return "Croplands";
  if (wetness < 0.35) return "Open Shrublands";
  return wetness > 0.8 ? "cropland/natural vegetation mosaic" : "Grasslands";
}

void draw_vegetation(const Place& place, const Climate& climate, RngStream& rng, Land& land) {
  const double wetness = 1.0 / climate.aridity();
  const double farming = bump(place.longitude, -94.0, 6.0) * bump(place.latitude, 43.0, 6.0);
  const double prairie = bump(place.longitude, -100.0, 5.0);
  const double tree_line = std::max(0.0, place.elevation_m / 1000.0 - 3.0);
  const double forest = sigmoid(3.0 * (wetness - 0.8) + 1.0 * place.ruggedness - 3.5 * farming - 2.0 * prairie - 3.0 * tree_line +
                                0.7 * rng.normal());
  const double evergreen = sigmoid(-1.2 + 3.5 * sigmoid((-103.0 - place.longitude) / 2.0) +
                                   0.8 * bump(place.latitude, 32.0, 3.0) + 0.4 * rng.normal());
  const double lai_max = std::clamp(
      0.3 + 3.9 * std::pow(forest, 0.9) + 1.0 * farming + 0.4 * std::min(wetness, 1.0) + 0.15 * rng.normal(), 0.35, 5.6);
  const double gvf_max = std::clamp(0.10 + 0.84 * (1.0 - std::exp(-0.55 * lai_max)) + 0.02 * rng.normal(), 0.15, 0.92);
  const double frost = sigmoid((8.0 - (climate.temperature - 0.6 * climate.temperature_season)) / 4.0);
  land.frac_forest = rounded(forest, 4);
  land.lai_max = rounded(lai_max, 6);
  land.lai_diff = rounded(lai_max * (0.88 - 0.4 * evergreen) * (0.6 + 0.4 * frost), 6);
  land.gvf_max = rounded(gvf_max, 6);
  land.gvf_diff = rounded(gvf_max * (0.1 + 0.5 * frost * (1.0 - 0.5 * evergreen)), 6);
  land.dom_land_cover = land_cover(forest, evergreen, wetness, farming);
  land.dom_land_cover_frac = rounded(0.4 + 0.6 * std::abs(2.0 * forest - 1.0) * (0.7 + 0.3 * rng.uniform()), 6);
  land.root_depth_50 = rounded(0.12 + 0.10 * forest + 0.02 * rng.uniform(), 6);
  land.root_depth_99 = rounded(1.5 + 0.7 * forest * (0.6 + 0.8 * evergreen) + 0.1 * rng.uniform(), 6);
}

/// Texture, then porosity and conductivity from it (Cosby et al. 1984, table 5).
void draw_soil(const Place& place, const Climate& climate, RngStream& rng, Land& land) {
  const double warmth = (climate.temperature - 10.0) / 6.0;
  const double sand = std::exp(0.35 + 0.25 * place.ruggedness + 0.45 * rng.normal());
  const double silt = std::exp(0.25 + 0.3 * bump(place.longitude, -91.0, 6.0) + 0.3 * rng.normal());
  const double clay = std::exp(-0.45 + 0.35 * warmth - 0.3 * place.ruggedness + 0.35 * rng.normal());
  const double organic = std::max(0.0, 4.0 * rng.normal() - 7.0);
  const double share = (100.0 - organic) / (sand + silt + clay);
  land.sand_frac = rounded(sand * share, 4);
  land.silt_frac = rounded(silt * share, 4);
  land.clay_frac = rounded(clay * share, 4);
  land.organic_frac = rounded(organic, 4);
  land.water_frac = rounded(std::max(0.0, 2.0 * rng.normal() - 3.5), 4);
  land.other_frac = rounded(std::max(0.0, 15.0 * place.ruggedness + 6.0 * rng.normal() - 6.0), 4);
  land.soil_porosity = rounded((50.5 - 0.142 * land.sand_frac - 0.037 * land.clay_frac) / 100.0, 6);
  land.soil_conductivity = rounded(2.54 * std::pow(10.0, -0.6 + 0.0126 * land.sand_frac - 0.0064 * land.clay_frac), 6);
  land.soil_depth_statsgo = rounded(between(0.4, 1.5, 1.8 - 2.2 * place.ruggedness + 1.2 * rng.normal()), 6);
  land.soil_depth_pelletier =
      rounded(std::clamp(std::exp(between(-0.5, 3.9, 0.8 - 3.5 * place.ruggedness + 1.2 * rng.normal())), 0.3, 50.0), 6);
  land.max_water_content = rounded(land.soil_porosity * land.soil_depth_statsgo * (0.9 + 0.1 * rng.uniform()), 6);
}

struct Rock {
  std::string_view name;
  double permeability;  ///< log10 m2
  double porosity;
  double lowland, old_mountains, young_mountains;  ///< how frequent, relative
};

constexpr std::array<Rock, 7> kRocks = {{
    {"Siliciclastic sedimentary rocks", -14.8, 0.15, 3.0, 2.5, 1.5},
    {"Unconsolidated sediments", -12.9, 0.22, 3.5, 0.3, 0.6},
    {"Carbonate sedimentary rocks", -12.1, 0.08, 1.8, 1.2, 0.4},
    {"Mixed sedimentary rocks", -14.6, 0.16, 0.8, 0.3, 0.4},
    {"Metamorphics", -14.2, 0.03, 0.3, 3.0, 1.2},
    {"Acid plutonic rocks", -14.1, 0.02, 0.1, 1.0, 1.8},
    {"Basic volcanic rocks", -12.6, 0.09, 0.1, 0.2, 2.0},
}};

std::size_t draw_rock(const Place& place, RngStream& rng) {
  const double mountain = sigmoid(6.0 * (place.ruggedness - 0.35));
  const double young = sigmoid((-100.0 - place.longitude) / 2.0);
  std::array<double, kRocks.size()> weights;
  double total = 0;
  for (std::size_t i = 0; i < kRocks.size(); ++i) {
    weights[i] = (1.0 - mountain) * kRocks[i].lowland +
                 mountain * (young * kRocks[i].young_mountains + (1.0 - young) * kRocks[i].old_mountains);
    total += weights[i];
  }
  double left = rng.uniform() * total;
  for (std::size_t i = 0; i + 1 < kRocks.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return kRocks.size() - 1;
}

void draw_geology(const Place& place, RngStream& rng, Land& land) {
  constexpr std::size_t kCarbonate = 2;
  const std::size_t first = draw_rock(place, rng);
  const std::size_t second = draw_rock(place, rng);
  const double share = second == first ? 1.0 : rounded(0.52 + 0.46 * rng.uniform(), 6);
  const Rock& a = kRocks[first];
  const Rock& b = kRocks[second];
  land.geol_1st_class = a.name;
  land.glim_1st_class_frac = share;
  land.geol_2nd_class = second == first ? std::string_view() : b.name;
  land.glim_2nd_class_frac = rounded(1.0 - share, 6);
  land.carbonate_rocks_frac = (first == kCarbonate ? share : 0.0) + (second == kCarbonate ? land.glim_2nd_class_frac : 0.0);
  land.geol_porosity = rounded(share * a.porosity + (1.0 - share) * b.porosity, 4);
  land.geol_permeability = rounded(share * a.permeability + (1.0 - share) * b.permeability + 0.35 * rng.normal(), 4);
}

}  // namespace

Land draw_land(const Place& place, const Climate& climate, RngStream& rng) {
  Land land;
  draw_topography(place, rng, land);
  draw_vegetation(place, climate, rng, land);
  draw_soil(place, climate, rng, land);
  draw_geology(place, rng, land);
  return land;
}

}  // namespace freshet::synth
