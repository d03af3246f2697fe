#pragma once

#include <string>
#include <vector>

#include "freshet/metrics/comparison.hpp"
#include "freshet/metrics/runoff_ratios.hpp"
#include "freshet/workflow/compare_source.hpp"

namespace freshet {

/// A comparison with all that its tables and its page show.
struct ComparisonData {
  std::vector<CompareSource> models;  ///< the reference first, context last
  CommonBasins basins;
  std::vector<std::vector<ComparedScores>> scores;  ///< [metric][model], values over basins.ids
  std::vector<MetricComparison> metrics;            ///< the main one first
  std::vector<RunoffRatios> ratios;                 ///< [model], over basins.ids
  RunoffRatioComparison balance;                    ///< of `ratios`
  std::vector<std::string> doubts;                  ///< what makes the comparison doubtful
  std::vector<std::string> notes;                   ///< what else there is to know
  ComparisonOptions options;

  /// Whether there are runoff ratios to compare.
  bool has_water_balance() const { return !balance.basins.empty(); }
  /// What is known of a basin's gauge from any of the models.
  Gauge gauge(const std::string& basin) const;
  /// The basins in which a metric is missing for some paired models, with these.
  std::vector<UncommonBasin> without_score(std::size_t metric) const;
};

}  // namespace freshet
