#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// Hydrological signatures: numbers that describe one discharge series. `axis` gives the time of every value; a missing value
/// is NaN and takes no part. Flows and precipitation are in mm/day (any common unit will do). A series without values, or a zero
/// denominator, gives NaN. InternalError if a series has not axis.size values.
///
/// Yearly signatures use complete years from 1 January (calendar) or 1 October (water year): the year begins not before the
/// record and the record goes on past its end, so that the year a record ends with is left out. Years without any value are
/// skipped. Source, unless said otherwise: Addor et al. (2018), doi:10.1029/2018WR022606, and the conventions of
/// NeuralHydrology.

/// Days per calendar year with flow above `factor` times the median of the whole record; mean over complete years.
/// Source: Clausen and Biggs (2000), doi:10.1016/S0022-1694(00)00306-1.
double high_flow_frequency(const TimeAxis& axis, std::span<const double> discharge, double factor = 9);

/// Days per calendar year with flow below `factor` times the mean of the whole record; mean over complete years.
/// Source: Olden and Poff (2003), doi:10.1002/rra.700.
double low_flow_frequency(const TimeAxis& axis, std::span<const double> discharge, double factor = 0.2);

/// Mean length in days of the unbroken runs above the threshold of high_flow_frequency; a missing value ends a run. NaN
/// without runs.
double high_flow_duration(const TimeAxis& axis, std::span<const double> discharge, double factor = 9);

/// The same for runs below the threshold of low_flow_frequency.
double low_flow_duration(const TimeAxis& axis, std::span<const double> discharge, double factor = 0.2);

/// Share of values that are exactly zero.
double zero_flow_frequency(std::span<const double> discharge);

/// Mean half-flow date: days from 1 October to the first step at which the sum since then is more than half of the water year's;
/// mean over complete water years, those without discharge skipped. Source: Court (1962), doi:10.1029/JZ067i011p04335.
double half_flow_date(const TimeAxis& axis, std::span<const double> discharge);

/// How baseflow is separated.
struct BaseflowFilter {
  double alpha = 0.98;  ///< 0.98 (NeuralHydrology) or 0.925 (CAMELS)
  int passes = 3;       ///< forward, backward, forward, ...; 3 for daily and 9 for hourly series
  int warm_up = 30;     ///< steps mirrored at both ends of every unbroken run
};

/// Discharge that stems from storage, as long as `discharge`: f_t = alpha f_{t-1} + (1 + alpha)/2 (q_t - q_{t-1}), f_0 = q_0,
/// and base = q - f where f > 0, else q; each pass filters the base of the pass before. Every run of more than `warm_up`
/// values is filtered on its own; NaN elsewhere. InternalError if `passes` is not odd or `warm_up` negative.
/// Source: Lyne and Hollick (1979); Ladson et al. (2013), doi:10.7158/13241583.2013.11465417.
std::vector<double> baseflow(std::span<const double> discharge, const BaseflowFilter& filter = {});

/// Sum of baseflow over sum of discharge, both over the values that have a baseflow.
double baseflow_index(std::span<const double> discharge, const BaseflowFilter& filter = {});

/// Slope of the flow-duration curve, (ln q_l - ln q_u) / (upper - lower), of the descending flows of rank round(lower n) and
/// round(upper n), 1e-8 added to both. NaN for a negative flow there. Source: Sawicz et al. (2011),
/// doi:10.5194/hess-15-2895-2011.
double slope_of_flow_duration_curve(std::span<const double> discharge, double lower = 0.33, double upper = 0.66);

/// Elasticity of streamflow to precipitation: median over complete water years of (Q_y - Q)/(P_y - P) P/Q, with means over the
/// steps where precipitation is known and discharge is known and not negative. Years with exactly the mean precipitation are
/// skipped.
/// Source: Sankarasubramanian et al. (2001), doi:10.1029/2000WR900330.
double stream_elasticity(const TimeAxis& axis, std::span<const double> discharge, std::span<const double> precipitation);

/// Mean discharge over mean precipitation, over the steps where both are known.
double runoff_ratio(std::span<const double> discharge, std::span<const double> precipitation);

}  // namespace freshet
