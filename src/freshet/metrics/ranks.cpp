#include "freshet/metrics/ranks.hpp"

#include <algorithm>
#include <numeric>

namespace freshet {
namespace {

/// The positions of the values in ascending order, and where in that order each group of equal values ends.
struct Groups {
  std::vector<std::size_t> order;
  std::vector<std::size_t> ends;
};

Groups groups_of(std::span<const double> values) {
  Groups groups{.order = std::vector<std::size_t>(values.size()), .ends = {}};
  std::iota(groups.order.begin(), groups.order.end(), std::size_t{0});
  std::ranges::sort(groups.order, {}, [values](std::size_t i) { return values[i]; });
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool last = i + 1 == values.size() || values[groups.order[i + 1]] != values[groups.order[i]];
    if (last) groups.ends.push_back(i + 1);
  }
  return groups;
}

}  // namespace

std::vector<double> mid_ranks(std::span<const double> values) {
  const Groups groups = groups_of(values);
  std::vector<double> ranks(values.size());
  std::size_t first = 0;
  for (const std::size_t end : groups.ends) {
    const double shared = 0.5 * static_cast<double>(first + 1 + end);
    for (; first < end; ++first) ranks[groups.order[first]] = shared;
  }
  return ranks;
}

std::vector<std::size_t> tie_sizes(std::span<const double> values) {
  std::vector<std::size_t> sizes;
  std::size_t first = 0;
  for (const std::size_t end : groups_of(values).ends) {
    if (end - first > 1) sizes.push_back(end - first);
    first = end;
  }
  return sizes;
}

}  // namespace freshet
