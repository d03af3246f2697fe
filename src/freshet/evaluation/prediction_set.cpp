#include "freshet/evaluation/prediction_set.hpp"

#include <algorithm>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/metrics/registry.hpp"
#include "freshet/metrics/score_series.hpp"

namespace freshet {

std::vector<double> ScoreTable::column(const std::string& metric) const {
  const auto at = std::ranges::find(metrics, metric);
  if (at == metrics.end()) throw InternalError("no score column `" + metric + "`");
  std::vector<double> values_of;
  for (const auto& row : values) values_of.push_back(row[static_cast<std::size_t>(at - metrics.begin())]);
  return values_of;
}

ScoreTable score(const PredictionSet& set, std::size_t target, std::size_t threads) {
  ScoreTable table{.basins = {}, .metrics = metric_names(), .values = std::vector<std::vector<double>>(set.basins.size())};
  for (const BasinSeriesPair& basin : set.basins) table.basins.push_back(basin.basin);
  parallel_for(set.basins.size(), threads, [&](std::size_t b) {
    const BasinSeriesPair& basin = set.basins[b];
    ScoreInput input{.axis = set.axis,
                     .observed = {basin.observed[target].begin(), basin.observed[target].end()},
                     .simulated = {basin.simulated[target].begin(), basin.simulated[target].end()}};
    input.observed.resize(static_cast<std::size_t>(set.axis.size), std::numeric_limits<double>::quiet_NaN());
    for (const Score& score : score_series(input)) table.values[b].push_back(score.value);
  });
  return table;
}

}  // namespace freshet
