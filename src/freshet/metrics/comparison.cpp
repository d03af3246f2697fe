#include "freshet/metrics/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "freshet/core/error.hpp"
#include "freshet/metrics/effect_size.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The basins in which every paired model has a score.
std::vector<std::size_t> complete_basins(std::span<const ComparedScores> models) {
  std::vector<std::size_t> complete;
  const std::size_t basins = models.empty() ? 0 : models.front().values.size();
  for (const ComparedScores& model : models) {
    if (model.values.size() != basins) throw InternalError("comparison: models with scores of different basins");
  }
  for (std::size_t b = 0; b < basins; ++b) {
    const auto missing = [b](const ComparedScores& model) { return model.paired && std::isnan(model.values[b]); };
    if (std::ranges::none_of(models, missing)) complete.push_back(b);
  }
  return complete;
}

std::vector<double> values_at(const ComparedScores& model, const std::vector<std::size_t>& basins) {
  std::vector<double> values;
  for (const std::size_t b : basins) {
    if (!std::isnan(model.values[b])) values.push_back(model.values[b]);
  }
  return values;
}

/// What is larger the nearer a value is to the perfect one. Where higher is better it is the value itself, so that no rounding
/// makes or breaks a tie.
std::vector<double> merits(const Metric& metric, std::vector<double> values) {
  if (metric.higher_is_better) return values;
  for (double& value : values) value = -std::abs(value - metric.perfect);
  return values;
}

std::vector<double> difference(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> result(a.size());
  std::ranges::transform(a, b, result.begin(), std::minus<>());
  return result;
}

/// Gains without the rounding errors of the subtraction, which would break ties: 0.8 - 0.7 is not 0.6 - 0.5 in binary.
std::vector<double> unbroken_ties(std::vector<double> gains, const std::vector<double>& merits) {
  constexpr double kRounding = 1e-12;
  double largest = 0;
  for (const double merit : merits) largest = std::max(largest, std::abs(merit));
  const double unit = kRounding * largest;
  if (unit > 0) {
    for (double& gain : gains) gain = std::round(gain / unit) * unit;
  }
  return gains;
}

Estimate estimate(double value, const std::vector<double>& resampled, const ComparisonOptions& options) {
  return {.value = value, .interval = percentile_interval(resampled, options.bootstrap.confidence)};
}

ModelSummary summary_of(const Metric& metric, const std::vector<double>& values, const ComparisonOptions& options) {
  const std::vector<double> columns[] = {values};
  const ResampledCentres resampled = resample_centres(columns, options.bootstrap, options.threads).front();
  ModelSummary summary{.basins = values.size(),
                       .median = estimate(median_valid(values), resampled.medians, options),
                       .mean = estimate(mean_valid(values), resampled.means, options),
                       .deviation = deviation_valid(values),
                       .quantiles = {},
                       .below_zero = {},
                       .good = {}};
  for (const double p : kSummaryQuantiles) summary.quantiles.push_back(quantile_valid(values, p));
  if (is_efficiency(metric)) {
    summary.below_zero = std::ranges::count_if(values, [](double x) { return x < 0; });
    summary.good = std::ranges::count_if(values, [&options](double x) { return x >= options.good; });
  }
  return summary;
}

/// All that takes no resampling.
PairSummary pair_of(const Metric& metric, const std::vector<double>& own, const std::vector<double>& other,
                    const ComparisonOptions& options) {
  const std::vector<double> own_merits = merits(metric, own), other_merits = merits(metric, other);
  const std::vector<double> gains = difference(own_merits, other_merits);
  PairSummary pair{};
  pair.wins = static_cast<std::size_t>(std::ranges::count_if(gains, [](double gain) { return gain > 0; }));
  pair.losses = static_cast<std::size_t>(std::ranges::count_if(gains, [](double gain) { return gain < 0; }));
  pair.ties = gains.size() - pair.wins - pair.losses;
  pair.test = signed_rank_test(unbroken_ties(gains, own_merits), options.zeros);
  pair.d_paired = cohens_d_paired(gains);
  pair.d_pooled = cohens_d_pooled(own_merits, other_merits);
  pair.mcnemar_p = kNaN;
  if (is_efficiency(metric)) {
    pair.good = contingency(own, other, options.good);
    pair.mcnemar_p = mcnemar_p(*pair.good);
  }
  return pair;
}

/// The gains' estimates: columns are the merits of all models, then the gains of the pairs.
void add_estimates(std::vector<PairSummary>& pairs, std::vector<std::vector<double>> columns, const ComparisonOptions& options) {
  const std::size_t models = columns.size();
  for (const PairSummary& pair : pairs) columns.push_back(difference(columns[pair.model], columns[pair.against]));
  const auto resampled = resample_centres(columns, options.bootstrap, options.threads);
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    PairSummary& pair = pairs[k];
    const std::vector<double>& gains = columns[models + k];
    pair.median_gain = estimate(median_valid(gains), resampled[models + k].medians, options);
    pair.mean_gain = estimate(mean_valid(gains), resampled[models + k].means, options);
    pair.gain_of_median = estimate(median_valid(columns[pair.model]) - median_valid(columns[pair.against]),
                                   difference(resampled[pair.model].medians, resampled[pair.against].medians), options);
  }
}

}  // namespace

bool is_efficiency(const Metric& metric) {
  return metric.higher_is_better && metric.perfect == 1 && std::isinf(metric.lowest);
}

MetricComparison compare_models(const Metric& metric, std::span<const ComparedScores> models, const ComparisonOptions& options) {
  MetricComparison result{.metric = std::string(metric.name), .basins = complete_basins(models), .models = {}, .pairs = {}};
  std::vector<std::vector<double>> values;
  for (const ComparedScores& model : models) {
    values.push_back(values_at(model, result.basins));
    result.models.push_back(summary_of(metric, values.back(), options));
  }
  for (std::size_t against = 0; against < models.size(); ++against) {
    for (std::size_t model = against + 1; model < models.size(); ++model) {
      if (!models[model].paired || !models[against].paired) continue;
      result.pairs.push_back(pair_of(metric, values[model], values[against], options));
      result.pairs.back().model = model;
      result.pairs.back().against = against;
    }
  }
  std::vector<std::vector<double>> paired_merits;
  for (std::size_t m = 0; m < models.size(); ++m) {
    // A context model has its own basins, and is in no pair.
    paired_merits.push_back(models[m].paired ? merits(metric, values[m]) : std::vector<double>(result.basins.size(), 0));
  }
  add_estimates(result.pairs, std::move(paired_merits), options);
  std::vector<double> p_values;
  for (const PairSummary& pair : result.pairs) p_values.push_back(pair.test.p);
  const std::vector<double> adjusted = holm_adjusted(p_values);
  for (std::size_t k = 0; k < adjusted.size(); ++k) result.pairs[k].holm_p = adjusted[k];
  return result;
}

}  // namespace freshet
