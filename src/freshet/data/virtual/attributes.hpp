#pragma once

#include <string>

#include "freshet/core/rng.hpp"
#include "freshet/data/virtual/climate.hpp"
#include "freshet/data/virtual/place.hpp"

namespace freshet::synth {

/// The land attributes of a basin under their CAMELS-US names and units, rounded as they are printed. They are drawn from
/// place and climate, so that they are correlated as in nature: forests where it is wet, shallow soils in mountains.
struct Land {
  double slope_mean = 0;          ///< m/km
  double area_gages2 = 0;         ///< km2
  double area_geospa_fabric = 0;  ///< km2

  double frac_forest = 0;
  double lai_max = 0;
  double lai_diff = 0;
  double gvf_max = 0;
  double gvf_diff = 0;
  std::string dom_land_cover;
  double dom_land_cover_frac = 0;
  double root_depth_50 = 0;  ///< m
  double root_depth_99 = 0;  ///< m

  double soil_depth_pelletier = 0;  ///< m
  double soil_depth_statsgo = 0;    ///< m
  double soil_porosity = 0;
  double soil_conductivity = 0;  ///< cm/h
  double max_water_content = 0;  ///< m
  double sand_frac = 0;          ///< %, as the next five
  double silt_frac = 0;
  double clay_frac = 0;
  double water_frac = 0;
  double organic_frac = 0;
  double other_frac = 0;

  std::string geol_1st_class;
  double glim_1st_class_frac = 0;
  std::string geol_2nd_class;  ///< empty if there is one class only
  double glim_2nd_class_frac = 0;
  double carbonate_rocks_frac = 0;
  double geol_porosity = 0;      ///< the column is spelled geol_porostiy in CAMELS-US
  double geol_permeability = 0;  ///< log10 m2
};

Land draw_land(const Place& place, const Climate& climate, RngStream& rng);

}  // namespace freshet::synth
