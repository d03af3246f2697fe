#pragma once

#include "freshet/inference/predict.hpp"

namespace freshet {

/// One target of a prediction beside its observations, in the form metrics take: [axis.size], NaN is missing.
struct PairedSeries {
  std::vector<double> observed;
  std::vector<double> simulated;
};

PairedSeries paired_series(const PreparedBasin& basin, const BasinPrediction& prediction, std::size_t target,
                           std::size_t targets);

}  // namespace freshet
