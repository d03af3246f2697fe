#pragma once

#include <span>

namespace freshet {

/// Errors and biases: 0 for a perfect simulation. In all of them o is observed, s simulated, steps with a missing value in
/// either are dropped first, and the result is NaN with fewer than two pairs or a zero denominator. Both series share one
/// unit, which is the unit of rmse, ubrmse, mae and bias.

/// Mean of (s - o)^2, unit squared.
double mse(std::span<const double> observed, std::span<const double> simulated);

/// sqrt(mse).
double rmse(std::span<const double> observed, std::span<const double> simulated);

/// Unbiased RMSE: sqrt(mean ((s - s_mean) - (o - o_mean))^2), so that rmse^2 = ubrmse^2 + bias^2.
/// Source: Entekhabi et al. (2010), doi:10.1175/2010JHM1223.1.
double ubrmse(std::span<const double> observed, std::span<const double> simulated);

/// Mean of |s - o|.
double mae(std::span<const double> observed, std::span<const double> simulated);

/// Mean of s - o: positive when the simulation is too high. (Some packages use the opposite sign.)
double bias(std::span<const double> observed, std::span<const double> simulated);

/// 100 sum (s - o) / sum o, in per cent: positive when the simulation is too high.
double pbias(std::span<const double> observed, std::span<const double> simulated);

/// (s_mean - o_mean) / sigma_o, the bias term of the NSE; NaN if o is constant. Source: Gupta et al. (2009).
double beta_nse(std::span<const double> observed, std::span<const double> simulated);

/// (1 - share) RMSE(q) + share RMSE(log10(sqrt(q + 1e-6) + 0.1)): an error that also sees low flows. It mixes units: q is in
/// mm/day. A negative simulated flow counts as zero flow in the second term; a negative observed flow gives NaN.
/// Source: Feng et al. (2022), doi:10.1029/2022WR032404.
double combined_rmse(std::span<const double> observed, std::span<const double> simulated, double share = 0.25);

}  // namespace freshet
