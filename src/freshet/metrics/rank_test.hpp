#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace freshet {

/// What a signed-rank test does with differences of exactly zero.
enum class ZeroRule {
  kWilcoxon,  ///< they are dropped before ranking (Wilcoxon 1945)
  kPratt,     ///< they are ranked with the others, and their ranks dropped (Pratt 1959)
};

/// Up to so many differences without ties the exact distribution is used.
constexpr std::size_t kLargestExactTest = 50;

struct SignedRankTest {
  enum class Method {
    kNone,    ///< there is no difference that is not zero: p is 1, or NaN without any difference
    kExact,   ///< the distribution over all 2^n signs
    kNormal,  ///< the normal approximation, corrected for ties and for continuity
  };
  std::size_t pairs = 0;  ///< differences, zeros included
  std::size_t zeros = 0;
  double rank_sum_positive = 0;  ///< W+, the sum of the ranks of positive differences
  double rank_sum_negative = 0;  ///< W-
  double z = 0;                  ///< NaN unless the method is kNormal; positive if positive differences have the larger ranks
  double p = 0;                  ///< two-sided
  Method method = Method::kNone;
};

std::string_view to_string(SignedRankTest::Method method);

/// Tests whether the differences of pairs are symmetric about zero. Absolute differences are ranked, equal ones share the mean of
/// their ranks. Exact without ties and zeros-to-be-ranked up to kLargestExactTest differences, by the recursion over the ranks
/// (each rank is in W+ or not); else by the normal distribution with
///
///   mean     = (n (n + 1) - m (m + 1)) / 4
///   variance = (n (n + 1) (2 n + 1) - m (m + 1) (2 m + 1)) / 24 - sum over ties (t^3 - t) / 48
///   z        = (|W+ - mean| - 1/2) / sqrt(variance), not below 0
///
/// where n counts the ranked differences, m the zeros among them, and t the equal ones of each group.
/// @param differences  none is NaN
/// Source: Wilcoxon (1945); Pratt (1959); Hollander, Wolfe and Chicken (2014), section 3.1.
SignedRankTest signed_rank_test(std::span<const double> differences, ZeroRule rule);

/// P values adjusted by Holm's (1979) step-down rule, which bounds the chance of any false rejection among all of them: the k-th
/// smallest of m is multiplied by m - k + 1, and none is below a smaller one's, or above 1. NaN stays NaN and does not count.
std::vector<double> holm_adjusted(std::span<const double> p_values);

}  // namespace freshet
