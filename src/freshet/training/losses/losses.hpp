#pragma once

#include <torch/torch.h>

namespace freshet {

/// What a loss sees of one shard. A target that is NaN counts neither in the value nor in the gradient.
struct LossInput {
  torch::Tensor prediction;   ///< [N, B, target], standardised
  torch::Tensor target;       ///< [N, B, target], standardised, NaN is missing
  torch::Tensor target_mean;  ///< [B, target] of the row's basin in training, raw units (mm/day)
  torch::Tensor target_std;   ///< [B, target] likewise
  torch::Tensor center;       ///< [B, target] of the standardisation
  torch::Tensor scale;        ///< [B, target] likewise

  /// Of the rows [first, end), by copy.
  LossInput rows(std::int64_t first, std::int64_t end) const;
};

struct LossTerm {
  torch::Tensor sum;  ///< scalar
  double count = 0;
};

/// Sum of (s - o)^2 over the observed target days, standardised units.
LossTerm squared_error(const LossInput& input);

/// Sum of (s - o)^2 / (sigma_b + 0.1)^2, errors standardised, sigma_b the basin's raw standard deviation in training
/// (NSE* of Kratzert et al. 2019, doi:10.5194/hess-23-5089-2019, eq. 1, as in NeuralHydrology).
LossTerm basin_weighted_squared_error(const LossInput& input);

/// Observed days from which on a window counts in kling_gupta.
constexpr std::int64_t kFewestDaysOfKge = 10;

/// Sum over windows and targets of 1 - KGE (Gupta et al. 2009) of the window's observed days, as sqrt((r-1)^2 + (alpha-1)^2 +
/// (beta-1)^2) in raw units. Windows with fewer than kFewestDaysOfKge observed days or constant observations do not count.
/// Denominators carry a 1e-6 so that gradients stay finite.
LossTerm kling_gupta(const LossInput& input);

/// Sum of (g(s) - g(o))^2 in raw units, g(q) = ln(q + e), e = 1 % of the basin's mean flow plus 1e-3 mm/day. Below zero g goes on
/// as its own mirror image, 2 ln(e) - ln(e - q), so that a negative prediction is drawn back.
LossTerm log_squared_error(const LossInput& input);

/// Observed days from which on a window counts in window_nse.
constexpr std::int64_t kFewestDaysOfWindow = 2;

/// Sum over windows and targets of sum (s - o)^2 / sum (o - mean o)^2, over the window's observed days with the window's own
/// mean: 1 - NSE (Jiang et al. 2020). Windows with fewer than kFewestDaysOfWindow observed days or constant observations do not
/// count.
LossTerm window_nse(const LossInput& input);

}  // namespace freshet
