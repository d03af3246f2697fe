#pragma once

#include <span>

namespace freshet {

/// Biases of the flow-duration curve, in per cent; 0 for a perfect simulation. Observed and simulated flows are sorted each on
/// its own after steps with a missing value in either were dropped. Counts and ranks are rounded half to even. NaN with fewer
/// than two pairs, an empty section, or a zero denominator. Fractions lie in (0, 1); InternalError otherwise.
///
/// Before a logarithm a simulated flow of zero or less and an observed flow of zero become 1e-6; a negative observed flow in the
/// section used gives NaN. Source: Yilmaz et al. (2008), doi:10.1029/2007WR006716.

/// Bias of the high flows: 100 sum (s_k - o_k) / sum o_k over the highest round(fraction n) flows. NaN for short series, whose
/// section is empty. Positive when simulated peaks are too high.
double fhv(std::span<const double> observed, std::span<const double> simulated, double fraction = 0.02);

/// Absolute high-flow bias |FHV|: the "peak flow absolute bias". Its author's older code uses the fraction 0.01.
/// Source: Jiang et al. (2020), doi:10.1029/2020GL088229.
double pfab(std::span<const double> observed, std::span<const double> simulated, double fraction = 0.02);

/// Bias of the slope of the middle section between the ranks l = round(lower n) and u = round(upper n) of the descending flows:
/// 100 [(ln s_l - ln s_u) - (ln o_l - ln o_u)] / (ln o_l - ln o_u + 1e-6). NaN if the observed section is flat.
double fms(std::span<const double> observed, std::span<const double> simulated, double lower = 0.2, double upper = 0.7);

/// Bias of the low flows: with q' = ln q - min ln q over the lowest round(fraction n) flows of each series,
/// -100 (sum s' - sum o') / (sum o' + 1e-6). NaN if those observed flows are all equal (a river dry for that long).
double flv(std::span<const double> observed, std::span<const double> simulated, double fraction = 0.3);

/// The plain per cent bias of the lowest round(fraction n) flows, 100 sum (s_k - o_k) / sum o_k, which hydroDL calls FLV. Not the
/// same as flv: no logarithm, positive when low flows are too high.
double flv_hydrodl(std::span<const double> observed, std::span<const double> simulated, double fraction = 0.3);

}  // namespace freshet
