#include "freshet/evaluation/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

constexpr double kQuantiles[] = {0.05, 0.25, 0.5, 0.75, 0.95};

/// Calls visit(basin, target, step, members' values) for every value of the members, whose basins and axes agree.
template <class Visit>
void for_each_value(const std::vector<PredictionSet>& sets, Visit visit) {
  std::vector<double> members(sets.size());
  for (std::size_t b = 0; b < sets[0].basins.size(); ++b) {
    for (std::size_t k = 0; k < sets[0].targets.size(); ++k) {
      for (std::size_t t = 0; t < static_cast<std::size_t>(sets[0].axis.size); ++t) {
        for (std::size_t i = 0; i < sets.size(); ++i) members[i] = sets[i].basins[b].simulated[k][t];
        visit(b, k, t, members);
      }
    }
  }
}

/// The members may be of different models, whose states have no mean.
PredictionSet without_states(PredictionSet set) {
  set.states.clear();
  for (BasinSeriesPair& basin : set.basins) basin.states.clear(), basin.observed_states.clear();
  return set;
}

}  // namespace

PredictionSet ensemble_mean(const std::vector<PredictionSet>& sets) {
  PredictionSet mean = without_states(sets[0]);
  for_each_value(sets, [&mean](std::size_t b, std::size_t k, std::size_t t, const std::vector<double>& members) {
    double sum = 0;
    for (const double value : members) sum += value;
    mean.basins[b].simulated[k][t] = static_cast<float>(sum / static_cast<double>(members.size()));
  });
  mean.notes["ensemble_members"] = std::to_string(sets.size());
  return mean;
}

PredictionSet ensemble_quantiles(const std::vector<PredictionSet>& sets) {
  PredictionSet out = without_states(sets[0]);
  out.targets.clear();
  out.units.clear();
  for (BasinSeriesPair& basin : out.basins) basin.simulated.clear(), basin.observed.clear();
  for (std::size_t k = 0; k < sets[0].targets.size(); ++k) {
    for (const double q : kQuantiles) {
      out.targets.push_back(fmt::format("{}_q{:02.0f}", sets[0].targets[k], 100 * q));
      out.units.push_back(sets[0].units[k]);
      for (std::size_t b = 0; b < out.basins.size(); ++b) {
        out.basins[b].simulated.emplace_back(static_cast<std::size_t>(out.axis.size));
        out.basins[b].observed.push_back(sets[0].basins[b].observed[k]);
      }
    }
  }
  for_each_value(sets, [&out](std::size_t b, std::size_t k, std::size_t t, const std::vector<double>& members) {
    const bool complete = std::ranges::none_of(members, [](double x) { return std::isnan(x); });
    for (std::size_t q = 0; q < std::size(kQuantiles); ++q) {
      out.basins[b].simulated[k * std::size(kQuantiles) + q][t] =
          complete ? static_cast<float>(quantile_valid(members, kQuantiles[q])) : std::nanf("");
    }
  });
  return out;
}

}  // namespace freshet
