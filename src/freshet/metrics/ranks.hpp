#pragma once

#include <span>
#include <vector>

namespace freshet {

/// Ranks from 1 in ascending order, equal values sharing the mean of their ranks. No value is NaN.
std::vector<double> mid_ranks(std::span<const double> values);

/// How often each value occurs that occurs more than once, in ascending order of the values.
std::vector<std::size_t> tie_sizes(std::span<const double> values);

}  // namespace freshet
