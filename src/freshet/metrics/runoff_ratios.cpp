#include "freshet/metrics/runoff_ratios.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "freshet/core/error.hpp"
#include "freshet/metrics/correlation.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

bool has_both(const RunoffRatios& model, std::size_t basin) {
  return !std::isnan(model.observed[basin]) && !std::isnan(model.simulated[basin]);
}

/// The basins in which every known paired model has both ratios; without such a model all of the context's.
std::vector<std::size_t> complete_basins(std::span<const RunoffRatios> models) {
  std::size_t basins = 0;
  for (const RunoffRatios& model : models) basins = std::max(basins, model.observed.size());
  for (const RunoffRatios& model : models) {
    if (model.observed.size() != model.simulated.size() || (model.known() && model.observed.size() != basins))
      throw InternalError("runoff ratios: models with ratios of different basins");
  }
  std::vector<std::size_t> complete;
  for (std::size_t b = 0; b < basins; ++b) {
    const auto lacks = [b](const RunoffRatios& model) { return model.paired && model.known() && !has_both(model, b); };
    if (std::ranges::none_of(models, lacks)) complete.push_back(b);
  }
  return complete;
}

Estimate estimate(double value, const std::vector<double>& resampled, const BootstrapOptions& options) {
  return {.value = value, .interval = percentile_interval(resampled, options.confidence)};
}

RunoffRatioSummary summary_of(const std::vector<double>& observed, const std::vector<double>& simulated,
                              const BootstrapOptions& options, std::size_t threads) {
  std::vector<double> difference(observed.size()), apart(observed.size());
  std::ranges::transform(simulated, observed, difference.begin(), std::minus<>());
  std::ranges::transform(difference, apart.begin(), [](double value) { return std::abs(value); });
  const std::vector<double> columns[] = {observed, simulated, difference, apart};
  const auto resampled = resample_centres(columns, options, threads);
  const auto above_one = [](const std::vector<double>& ratios) {
    return static_cast<std::size_t>(std::ranges::count_if(ratios, [](double ratio) { return ratio > 1; }));
  };
  return {.basins = observed.size(),
          .observed = estimate(median_valid(observed), resampled[0].medians, options),
          .simulated = estimate(median_valid(simulated), resampled[1].medians, options),
          .median_difference = estimate(median_valid(difference), resampled[2].medians, options),
          .mean_difference = estimate(mean_valid(difference), resampled[2].means, options),
          .median_absolute_difference = estimate(median_valid(apart), resampled[3].medians, options),
          .pearson_r = pearson_r(observed, simulated),
          .observed_above_one = above_one(observed),
          .simulated_above_one = above_one(simulated)};
}

}  // namespace

RunoffRatioComparison compare_runoff_ratios(std::span<const RunoffRatios> models, const BootstrapOptions& options,
                                            std::size_t threads) {
  RunoffRatioComparison result{.basins = complete_basins(models), .models = {}};
  for (const RunoffRatios& model : models) {
    std::vector<double> observed, simulated;
    for (const std::size_t b : result.basins) {
      if (!model.known() || !has_both(model, b)) continue;
      observed.push_back(model.observed[b]);
      simulated.push_back(model.simulated[b]);
    }
    result.models.push_back(summary_of(observed, simulated, options, threads));
  }
  return result;
}

}  // namespace freshet
