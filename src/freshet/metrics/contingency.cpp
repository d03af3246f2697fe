#include "freshet/metrics/contingency.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "freshet/core/error.hpp"

namespace freshet {

Contingency contingency(std::span<const double> first, std::span<const double> second, double threshold) {
  if (first.size() != second.size()) throw InternalError("contingency: scores of different basins");
  Contingency table;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const bool good_first = first[i] >= threshold, good_second = second[i] >= threshold;
    ++(good_first ? (good_second ? table.both : table.only_first) : (good_second ? table.only_second : table.neither));
  }
  return table;
}

double mcnemar_p(const Contingency& table) {
  const auto n = static_cast<double>(table.only_first + table.only_second);
  const std::size_t fewer = std::min(table.only_first, table.only_second);
  // In logarithms, as 2^n of thousands of basins is beyond a double.
  double tail = 0;
  for (std::size_t i = 0; i <= fewer; ++i) {
    const auto k = static_cast<double>(i);
    tail += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) - n * std::numbers::ln2);
  }
  return std::min(1.0, 2 * tail);
}

}  // namespace freshet
