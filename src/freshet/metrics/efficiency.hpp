#pragma once

#include <span>

namespace freshet {

/// Efficiencies: 1 for a perfect simulation, falling without bound. In all of them o is observed, s simulated, steps with a
/// missing value in either are dropped first, and the result is NaN with fewer than two pairs or a zero denominator (a
/// constant observed series). Both series share one unit.

/// NSE = 1 - sum (s - o)^2 / sum (o - o_mean)^2, with the mean of the pairs compared.
/// Source: Nash and Sutcliffe (1970), doi:10.1016/0022-1694(70)90255-6.
double nse(std::span<const double> observed, std::span<const double> simulated);

/// mNSE = 1 - sum |s - o| / sum |o - o_mean|: the modified efficiency with exponent 1, less ruled by high flows.
/// Source: Legates and McCabe (1999), doi:10.1029/1998WR900018.
double modified_nse(std::span<const double> observed, std::span<const double> simulated);

/// NSE of ln(q + epsilon), epsilon = fraction * o_mean: weighs low flows. A negative simulated flow counts as zero flow; a
/// negative observed flow, or a mean of zero or less, gives NaN.
/// Source: Pushpalatha et al. (2012), doi:10.1016/j.jhydrol.2011.11.055.
double log_nse(std::span<const double> observed, std::span<const double> simulated, double fraction = 0.01);

/// NSE of sqrt(q): between NSE and log-NSE. Negative flows as in log_nse. Source: Chiew et al. (1993),
/// doi:10.1016/0022-1694(93)90073-I.
double sqrt_nse(std::span<const double> observed, std::span<const double> simulated);

/// What the Kling-Gupta efficiencies are made of; each is 1 for a perfect simulation.
struct KgeComponents {
  double r;      ///< linear correlation; NaN if either series is constant
  double alpha;  ///< ratio of standard deviations, s over o; NaN if o is constant
  double beta;   ///< ratio of means, s over o; NaN if the mean of o is zero
  double gamma;  ///< ratio of the coefficients of variation, s over o; NaN if either mean or the spread of o is zero
};
KgeComponents kge_components(std::span<const double> observed, std::span<const double> simulated);

/// Factors of the three squared terms.
struct KgeWeights {
  double correlation = 1;
  double variability = 1;
  double bias = 1;
};

/// KGE = 1 - sqrt(w_r (r-1)^2 + w_a (alpha-1)^2 + w_b (beta-1)^2). NaN for a constant simulation, whose correlation is
/// undefined. Source: Gupta et al. (2009), doi:10.1016/j.jhydrol.2009.08.003.
double kge_2009(std::span<const double> observed, std::span<const double> simulated, const KgeWeights& weights = {});

/// The same with gamma for alpha, which frees the variability term from the bias.
/// Source: Kling et al. (2012), doi:10.1016/j.jhydrol.2012.01.011.
double kge_2012(std::span<const double> observed, std::span<const double> simulated, const KgeWeights& weights = {});

}  // namespace freshet
