#include "freshet/metrics/score_series.hpp"

#include <cmath>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/metrics/registry.hpp"

namespace freshet {
namespace {

void require_sizes(const ScoreInput& input) {
  if (std::ssize(input.observed) == input.axis.size && std::ssize(input.simulated) == input.axis.size) return;
  throw InternalError(fmt::format("{} observed and {} simulated values were given for a time axis of {} steps",
                                  input.observed.size(), input.simulated.size(), input.axis.size));
}

}  // namespace

PairCounts count_pairs(const ScoreInput& input) {
  require_sizes(input);
  PairCounts counts{.steps = input.axis.size};
  for (std::size_t i = 0; i < input.observed.size(); ++i) {
    const double o = input.observed[i];
    const double s = input.simulated[i];
    if (std::isnan(o)) ++counts.missing_observed;
    if (std::isnan(s)) ++counts.missing_simulated;
    if (!std::isnan(o) && !std::isnan(s)) ++counts.valid_pairs;
    if (o < 0) ++counts.negative_observed;
    if (s < 0) ++counts.negative_simulated;
  }
  return counts;
}

std::vector<Score> score_series(const ScoreInput& input) {
  require_sizes(input);
  std::vector<Score> scores;
  for (const Metric& metric : metrics()) {
    scores.push_back({std::string(metric.name), metric.compute({input.observed, input.simulated, input.axis.step_minutes})});
  }
  return scores;
}

}  // namespace freshet
