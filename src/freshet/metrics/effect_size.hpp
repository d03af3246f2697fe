#pragma once

#include <span>

namespace freshet {

/// Cohen's d of pairs: d_z = mean(a - b) / s(a - b), s with n - 1. Positive if the differences are.
/// NaN with fewer than two differences; 0 if all are zero, infinite if they are all the same otherwise.
/// Source: Cohen (1988), "Statistical power analysis for the behavioral sciences", section 2.3.5.
double cohens_d_paired(std::span<const double> differences);

/// Cohen's d of two samples: d = (mean a - mean b) / s with s = sqrt(((n_a - 1) v_a + (n_b - 1) v_b) / (n_a + n_b - 2)).
/// The variances v are those of the populations (sums of squares divided by n), as in the code of Kratzert et al. (2019),
/// doi:10.5194/hess-23-5089-2019, who give its absolute value; with variances of samples d is smaller by sqrt((n - 1) / n).
/// NaN with fewer than two values in a sample; 0 or infinite without any spread.
double cohens_d_pooled(std::span<const double> a, std::span<const double> b);

}  // namespace freshet
