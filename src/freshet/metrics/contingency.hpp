#pragma once

#include <cstddef>
#include <span>

namespace freshet {

/// In how many basins two models are good: the 2 x 2 table of a threshold.
struct Contingency {
  std::size_t both = 0;
  std::size_t only_first = 0;
  std::size_t only_second = 0;
  std::size_t neither = 0;
};

/// Good is a score of at least `threshold`. Both have the scores of the same basins, none NaN; InternalError if the lengths
/// differ.
Contingency contingency(std::span<const double> first, std::span<const double> second, double threshold);

/// McNemar's exact two-sided p: with b and c basins where only one model is good, the chance that a fair coin thrown b + c times
/// falls at least as unevenly, min(1, 2 sum_(k <= min(b, c)) C(b + c, k) / 2^(b + c)). 1 if b + c is 0.
/// Source: McNemar (1947), with the exact binomial distribution.
double mcnemar_p(const Contingency& table);

}  // namespace freshet
