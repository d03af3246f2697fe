#include "freshet/workflow/water_balance_results.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "freshet/core/counted.hpp"
#include "freshet/data/forcing_names.hpp"
#include "freshet/evaluation/basin_match.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/number_text.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

constexpr const char* kObservedRatio = "observed_ratio";
constexpr const char* kSimulatedRatio = "simulated_ratio";

/// What keeps discharge and precipitation that are there from being balanced.
std::vector<std::string> obstacle(const PredictionSet& set) {
  const auto has_rain = [](const BasinSeriesPair& basin) { return !basin.precipitation.empty(); };
  if (set.targets.empty() || !is_discharge_name(set.targets.front()) || std::ranges::none_of(set.basins, has_rain) ||
      has_water_balance(set))
    return {};
  const auto words = [](const std::string& unit) { return unit.empty() ? "an unknown unit" : "`" + unit + "`"; };
  return {fmt::format("there is no water balance of discharge in {} and precipitation in {}", words(set.units.front()),
                      words(set.precipitation_unit))};
}

std::string sentence(const std::vector<WaterBalance>& balances) {
  std::vector<double> observed, simulated, apart;
  for (const WaterBalance& balance : balances) {
    observed.push_back(balance.observed_ratio);
    simulated.push_back(balance.simulated_ratio);
    apart.push_back(std::abs(balance.difference()));
  }
  const auto above_one = [](const std::vector<double>& ratios) {
    return std::ranges::count_if(ratios, [](double ratio) { return ratio > 1; });
  };
  return fmt::format(
      "water balance of {}: median runoff ratio {:.3f} simulated, {:.3f} observed, median absolute difference {:.3f}; "
      "runoff exceeds precipitation in {} of them simulated, in {} observed",
      counted(summarize(observed).scored, "basin"), median_valid(simulated), median_valid(observed), median_valid(apart),
      above_one(simulated), above_one(observed));
}

}  // namespace

std::vector<std::string> write_water_balance(const std::filesystem::path& path, const PredictionSet& set) {
  const std::vector<WaterBalance> balances = water_balances(set);
  if (balances.empty()) {
    std::filesystem::remove(path);  // of an earlier evaluation
    return obstacle(set);
  }
  std::vector<std::vector<std::string>> rows;
  for (const WaterBalance& balance : balances) {
    std::vector<std::string> cells = {balance.basin};
    for (const double value : {balance.days, balance.precipitation, balance.observed, balance.simulated, balance.observed_ratio,
                               balance.simulated_ratio, balance.difference()})
      cells.push_back(number_text(value));
    rows.push_back(std::move(cells));
  }
  write_csv(path,
            {"basin", "days", "precipitation(mm/day)", "observed(mm/day)", "simulated(mm/day)", kObservedRatio, kSimulatedRatio,
             "difference"},
            rows);
  return {sentence(balances)};
}

std::map<std::string, StoredRatios> read_runoff_ratios(const std::filesystem::path& path) {
  const CsvTable table = read_csv(path);
  const auto& basins = table.texts("basin");
  const auto observed = table.numbers(kObservedRatio), simulated = table.numbers(kSimulatedRatio);
  std::map<std::string, StoredRatios> ratios;
  for (std::size_t r = 0; r < table.rows(); ++r) ratios[basin_key(basins[r])] = {observed[r], simulated[r]};
  return ratios;
}

}  // namespace freshet
