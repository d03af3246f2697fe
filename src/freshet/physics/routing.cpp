#include "freshet/physics/routing.hpp"

#include <algorithm>

namespace freshet::physics {

std::vector<double> route(std::span<const double> runoff, std::span<const double> weights) {
  std::vector<double> routed(runoff.size());
  for (std::size_t t = 0; t < runoff.size(); ++t) {
    const std::size_t reach = std::min(weights.size(), t + 1);
    double sum = 0;
    for (std::size_t k = 0; k < reach; ++k) sum += weights[k] * runoff[t - k];
    routed[t] = sum;
  }
  return routed;
}

}  // namespace freshet::physics
