#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "freshet/metrics/bootstrap.hpp"
#include "freshet/metrics/contingency.hpp"
#include "freshet/metrics/rank_test.hpp"
#include "freshet/metrics/registry.hpp"

namespace freshet {

struct ComparisonOptions {
  BootstrapOptions bootstrap;
  double good = 0.55;  ///< an efficiency of at least so much is good (Jiang et al. 2020)
  ZeroRule zeros = ZeroRule::kWilcoxon;
  std::size_t threads = 1;
};

/// Scores of one model in one metric, NaN where missing.
struct ComparedScores {
  std::vector<double> values;  ///< [basin]
  bool paired = true;          ///< false: context, which is summarized and never tested
};

/// A statistic of the basins with its bootstrap interval; the interval is NaN with fewer than two basins.
struct Estimate {
  double value;
  Interval interval;
};

/// The quantiles of a summary: lowest, 5, 25, 75 and 95 %, highest.
constexpr double kSummaryQuantiles[] = {0, 0.05, 0.25, 0.75, 0.95, 1};

struct ModelSummary {
  std::size_t basins = 0;  ///< in the statistics; for context its own, else those of the comparison
  Estimate median;
  Estimate mean;
  double deviation;                       ///< of a sample (n - 1)
  std::vector<double> quantiles;          ///< [kSummaryQuantiles]
  std::optional<std::size_t> below_zero;  ///< of efficiencies only: no better than the mean of the observations
  std::optional<std::size_t> good;        ///< of efficiencies only: at least ComparisonOptions::good
};

/// A model against another. Gain is how much nearer to the metric's perfect value it is, in the metric's unit: the difference of
/// the two where higher is better (as with NSE), else |other - perfect| - |own - perfect|.
struct PairSummary {
  std::size_t model = 0;
  std::size_t against = 0;
  Estimate median_gain;     ///< median over basins of the gain
  Estimate mean_gain;       ///< mean over basins, which is also the difference of the means
  Estimate gain_of_median;  ///< difference of the two models' medians
  std::size_t wins = 0, losses = 0, ties = 0;
  SignedRankTest test;              ///< of the gains to 12 digits of the largest score, so that rounding breaks no ties
  double holm_p;                    ///< test.p adjusted for all pairs of the metric
  double d_paired;                  ///< see cohens_d_paired
  double d_pooled;                  ///< see cohens_d_pooled
  std::optional<Contingency> good;  ///< of efficiencies only
  double mcnemar_p;                 ///< of `good`; NaN without; not adjusted
};

struct MetricComparison {
  std::string metric;
  std::vector<std::size_t> basins;   ///< indices of those used: in which every paired model has a score
  std::vector<ModelSummary> models;  ///< [model]
  std::vector<PairSummary> pairs;    ///< of paired models, each against every earlier one: against the first come first
};

/// True for metrics that are 1 at best and have no lower limit, such as NSE and KGE.
bool is_efficiency(const Metric& metric);

/// Compares models in one metric on the basins in which all paired ones have a score. Every statistic is over the same basins,
/// every interval over the same draws of them; a context model is summarized over those common basins where it has a score.
/// InternalError if the models' values differ in number.
MetricComparison compare_models(const Metric& metric, std::span<const ComparedScores> models, const ComparisonOptions& options);

}  // namespace freshet
