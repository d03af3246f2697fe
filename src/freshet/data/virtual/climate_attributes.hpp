#pragma once

#include <string>
#include <vector>

#include "freshet/core/time.hpp"
#include "freshet/data/virtual/weather.hpp"

namespace freshet::synth {

/// The columns of camels_clim.txt, with the definitions of Addor et al. (2017), over the whole record.
struct ClimateAttributes {
  double p_mean = 0;             ///< mm/day
  double pet_mean = 0;           ///< mm/day
  double p_seasonality = 0;      ///< > 0: precipitation peaks in summer (Woods 2009, equation 14)
  double frac_snow = 0;          ///< of precipitation, on days with mean temperature up to 1 degC
  double aridity = 0;            ///< pet_mean / p_mean
  double high_prec_freq = 0;     ///< days/year with at least 5 times the mean
  double high_prec_dur = 0;      ///< days
  std::string high_prec_timing;  ///< djf, mam, jja or son
  double low_prec_freq = 0;      ///< days/year with less than 1 mm
  double low_prec_dur = 0;
  std::string low_prec_timing;
};

ClimateAttributes climate_attributes(const Weather& weather, const std::vector<double>& pet, const TimeAxis& axis);

}  // namespace freshet::synth
