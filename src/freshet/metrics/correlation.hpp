#pragma once

#include <span>

namespace freshet {

/// Linear correlation r = sum (s - s_mean)(o - o_mean) / sqrt(sum (s - s_mean)^2 sum (o - o_mean)^2), in [-1, 1].
/// Steps with a missing value are dropped; NaN with fewer than two pairs or when either series is constant.
/// Source: Pearson (1895).
double pearson_r(std::span<const double> observed, std::span<const double> simulated);

/// Rank correlation: pearson_r of the ranks, equal values sharing the mean of their ranks. Missing values as in pearson_r.
/// Source: Spearman (1904).
double spearman_r(std::span<const double> observed, std::span<const double> simulated);

}  // namespace freshet
