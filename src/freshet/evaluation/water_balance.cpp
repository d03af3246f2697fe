#include "freshet/evaluation/water_balance.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "freshet/data/forcing_names.hpp"

namespace freshet {
namespace {

constexpr const char* kRate = "mm/day";

/// What a basin's values are multiplied with to be in mm/day; nothing where that is not known.
std::optional<double> to_rate(const PredictionSet& set, const std::string& unit, double area_km2) {
  const auto conversion = convert_unit(unit, set.axis.step_days(), area_km2);
  return conversion && conversion->to == kRate ? std::optional(conversion->factor) : std::nullopt;
}

WaterBalance balance_of(const PredictionSet& set, const BasinSeriesPair& basin) {
  WaterBalance balance{.basin = basin.basin};
  const auto of_flow = to_rate(set, set.units.front(), basin.gauge.area_km2);
  const auto of_rain = to_rate(set, set.precipitation_unit, basin.gauge.area_km2);
  if (!of_flow || !of_rain) return balance;
  const std::vector<float>&observed = basin.observed.front(), &simulated = basin.simulated.front();
  const std::size_t steps = std::min({basin.precipitation.size(), observed.size(), simulated.size()});
  double count = 0, rain_sum = 0, observed_sum = 0, simulated_sum = 0;
  for (std::size_t t = 0; t < steps; ++t) {
    if (!std::isfinite(basin.precipitation[t]) || !std::isfinite(observed[t]) || !std::isfinite(simulated[t])) continue;
    count += 1;
    rain_sum += static_cast<double>(basin.precipitation[t]);
    observed_sum += static_cast<double>(observed[t]);
    simulated_sum += static_cast<double>(simulated[t]);
  }
  if (count == 0) return balance;
  balance.days = count * set.axis.step_days();
  balance.precipitation = *of_rain * rain_sum / count;
  balance.observed = *of_flow * observed_sum / count;
  balance.simulated = *of_flow * simulated_sum / count;
  if (!(balance.precipitation > 0)) return balance;
  balance.observed_ratio = balance.observed / balance.precipitation;
  balance.simulated_ratio = balance.simulated / balance.precipitation;
  return balance;
}

}  // namespace

bool has_water_balance(const PredictionSet& set) {
  constexpr double kAnyArea = 1;
  return !set.targets.empty() && is_discharge_name(set.targets.front()) && to_rate(set, set.units.front(), kAnyArea) &&
         to_rate(set, set.precipitation_unit, kAnyArea);
}

std::vector<WaterBalance> water_balances(const PredictionSet& set) {
  std::vector<WaterBalance> balances;
  if (!has_water_balance(set)) return balances;
  for (const BasinSeriesPair& basin : set.basins) balances.push_back(balance_of(set, basin));
  const auto counts = [](const WaterBalance& balance) { return balance.days > 0; };
  if (std::ranges::none_of(balances, counts)) balances.clear();
  return balances;
}

}  // namespace freshet
