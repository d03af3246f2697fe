#include "freshet/inference/paired.hpp"

#include <limits>

namespace freshet {

PairedSeries paired_series(const PreparedBasin& basin, const BasinPrediction& prediction, std::size_t target,
                           std::size_t targets) {
  const auto size = static_cast<std::size_t>(prediction.axis.size);
  PairedSeries pair{std::vector<double>(size, std::numeric_limits<double>::quiet_NaN()), std::vector<double>(size)};
  const auto offset = static_cast<std::size_t>(*basin.axis.index_of(prediction.axis.first));
  const bool observed = target < basin.observed.size() && !basin.observed[target].empty();
  for (std::size_t t = 0; t < size; ++t) {
    pair.simulated[t] = prediction.simulated[t * targets + target];
    if (observed) pair.observed[t] = basin.observed[target][offset + t];
  }
  return pair;
}

}  // namespace freshet
