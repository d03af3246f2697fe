#pragma once

#include <vector>

#include "freshet/core/time.hpp"

namespace freshet::synth {

/// The columns of camels_hydro.txt, with the definitions of Addor et al. (2017), from the days with observed discharge; NaN where
/// a record does not allow one (no flow, fewer than two water years).
struct FlowAttributes {
  double q_mean = 0;  ///< mm/day
  double runoff_ratio = 0;
  double slope_fdc = 0;       ///< of the natural log of the flow-duration curve from 33 % to 66 %; the table of CAMELS-US differs
  double baseflow_index = 0;  ///< Lyne-Hollick filter, three passes, 0.925; gaps are closed up
  double stream_elas = 0;     ///< elasticity of annual discharge to precipitation (Sankarasubramanian et al. 2001)
  double q5 = 0;              ///< 5 % quantile, low flow, mm/day
  double q95 = 0;
  double high_q_freq = 0;  ///< days/year above 9 times the median
  double high_q_dur = 0;
  double low_q_freq = 0;  ///< days/year below 0.2 times the mean
  double low_q_dur = 0;
  double zero_q_freq = 0;  ///< fraction of days
  double hfd_mean = 0;     ///< days from 1 October until half of the water year's discharge has passed
};

/// @param discharge      observed, mm/day, NaN missing; at least one value
/// @param precipitation  mm/day
FlowAttributes flow_attributes(const std::vector<double>& discharge, const std::vector<double>& precipitation,
                               const TimeAxis& axis);

}  // namespace freshet::synth
