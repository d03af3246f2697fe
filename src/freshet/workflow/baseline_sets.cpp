#include "freshet/workflow/baseline_sets.hpp"

#include <cmath>

#include "freshet/evaluation/baselines.hpp"

namespace freshet {

BaselineSets baseline_sets(const PredictionSet& set, const RunInputs& inputs, const RunConfig& config) {
  PredictionSet yesterday = set, season = set;
  const std::vector<Period> training = split_periods(config.data, Split::kTrain);
  for (std::size_t b = 0; b < set.basins.size(); ++b) {
    const BasinView view = inputs.views({set.basins[b].basin}).front();
    const ColumnView* column = view.find(set.targets[0]);
    yesterday.basins[b].simulated[0] = persistence(set.basins[b].observed[0]);
    yesterday.basins[b].simulated[0].resize(static_cast<std::size_t>(set.axis.size), std::nanf(""));
    season.basins[b].simulated[0] =
        climatology(view.axis, column != nullptr ? column->values : std::span<const float>(), training, set.axis);
    for (std::size_t t = 0; t < static_cast<std::size_t>(set.axis.size); ++t) {
      if (!std::isnan(set.basins[b].simulated[0][t])) continue;
      yesterday.basins[b].simulated[0][t] = season.basins[b].simulated[0][t] = std::nanf("");
    }
  }
  return {{"persistence", std::move(yesterday)}, {"climatology", std::move(season)}};
}

ScoreTable baseline_table(const std::vector<std::pair<std::string, ScoreTable>>& tables) {
  ScoreTable out{.basins = tables.front().second.basins,
                 .metrics = {},
                 .values = std::vector<std::vector<double>>(tables.front().second.basins.size())};
  for (const auto& [name, table] : tables) {
    for (const char* metric : {"nse", "kge_2009"}) {
      out.metrics.push_back(name + "_" + metric);
      const auto column = table.column(metric);
      for (std::size_t b = 0; b < column.size(); ++b) out.values[b].push_back(column[b]);
    }
  }
  return out;
}

}  // namespace freshet
