#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "freshet/metrics/bootstrap.hpp"
#include "freshet/metrics/comparison.hpp"

namespace freshet {

/// Runoff ratios (sum of runoff / sum of precipitation) of one model, NaN where missing. A model without any has empty vectors.
struct RunoffRatios {
  std::vector<double> observed;   ///< [basin]; of the days that the model is scored on, so not the same for every model
  std::vector<double> simulated;  ///< [basin]
  bool paired = true;             ///< false: context, summarized over the basins it has

  bool known() const { return !observed.empty(); }
};

/// How near a model's runoff ratios are to the observed ones; a difference is simulated less observed.
struct RunoffRatioSummary {
  std::size_t basins = 0;
  Estimate observed;   ///< median
  Estimate simulated;  ///< median
  Estimate median_difference;
  Estimate mean_difference;
  Estimate median_absolute_difference;
  double pearson_r = 0;                                         ///< of simulated and observed ratios over the basins
  std::size_t observed_above_one = 0, simulated_above_one = 0;  ///< basins with more runoff than precipitation
};

struct RunoffRatioComparison {
  std::vector<std::size_t> basins;         ///< indices of those in which every paired model that is known has both ratios
  std::vector<RunoffRatioSummary> models;  ///< [model]; without basins where nothing is known
};

/// Summarizes the ratios of all models over the same basins, with intervals of the same draws. A context model is summarized over
/// those common basins where it has ratios. InternalError if the models' ratios differ in number.
RunoffRatioComparison compare_runoff_ratios(std::span<const RunoffRatios> models, const BootstrapOptions& options,
                                            std::size_t threads);

}  // namespace freshet
