#include "freshet/data/forcing_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();
constexpr double kSecondsPerDay = 86400;

/// A column name in its parts: `prcp(mm/day)_daymet` is prcp, mm/day, _daymet.
struct NameParts {
  std::string base;  ///< lower case
  std::string unit;
  std::string suffix;
};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

NameParts split_name(std::string_view name) {
  const std::size_t open = name.find_first_of("([");
  const std::size_t close = open == std::string_view::npos ? open : name.find_first_of(")]", open);
  if (close == std::string_view::npos) return {lower_case(name), "", ""};
  std::string base = lower_case(name.substr(0, open));
  while (!base.empty() && (base.back() == ' ' || base.back() == '_')) base.pop_back();
  return {std::move(base), std::string(name.substr(open + 1, close - open - 1)), std::string(name.substr(close + 1))};
}

/// How units are spelt, lower case and without blanks, and what they become.
struct UnitSpelling {
  std::string_view to;
  double factor;
  double offset;
  bool in_step;  ///< an amount in a time step, not a rate
  std::vector<std::string_view> spellings;
};

const std::vector<UnitSpelling>& unit_spellings() {
  static const std::vector<UnitSpelling> table = {
      {"mm/day", 1, 0, false, {"mm/day", "mm/d", "mmday-1", "mmd-1", "mm/24h", "mmday^-1", "mmd^-1", "kgm-2day-1", "kgm-2d-1"}},
      {"mm/day", 24, 0, false, {"mm/h", "mm/hour", "mm/hr", "mmh-1", "mmhour-1", "mmhr-1"}},
      {"mm/day", kSecondsPerDay, 0, false, {"kgm-2s-1", "kg/m2/s", "kg/m^2/s", "mm/s", "mms-1"}},
      {"mm/day", 1, 0, true, {"mm", "kgm-2", "kg/m2"}},
      {"mm/day", 1000, 0, true, {"m"}},
      {"degC", 1, 0, false, {"c", "degc", "\u00b0c", "celsius", "deg_c", "degree_celsius", "degrees_celsius", "degreec"}},
      {"degC", 1, -273.15, false, {"k", "kelvin", "degk"}},
      {"s", 1, 0, false, {"s", "sec", "second", "seconds"}},
      {"s", 60, 0, false, {"min", "minutes"}},
      {"s", 3600, 0, false, {"h", "hr", "hour", "hours"}},
      {"s", kSecondsPerDay, 0, false, {"d", "day", "days"}},
      {"W/m2", 1, 0, false, {"w/m2", "wm-2", "w/m^2", "w/m**2", "wm**-2"}},
      {"Pa", 1, 0, false, {"pa", "pascal"}},
      {"Pa", 100, 0, false, {"hpa", "mbar", "mb"}},
      {"Pa", 1000, 0, false, {"kpa"}},
  };
  return table;
}

bool is_volume_flow(std::string_view unit) {
  constexpr std::array<std::string_view, 4> kSpellings = {"m3/s", "m3s-1", "m^3/s", "m**3s**-1"};
  return std::ranges::find(kSpellings, unit) != kSpellings.end();
}

std::string without_blanks(std::string_view text) {
  std::string result;
  std::ranges::copy_if(text, std::back_inserter(result), [](char c) { return c != ' '; });
  return result;
}

}  // namespace

const std::vector<ForcingQuantity>& forcing_quantities() {
  static const std::vector<ForcingQuantity> table = {
      {"precipitation",
       "mm/day",
       {"precipitation", "prcp", "precip", "prec", "total_precipitation_sum", "total_precipitation", "tp", "pr", "ptot",
        "rainfall", "p"},
       0,
       2000},
      {"temperature",
       "degC",
       {"temperature", "tmean", "tavg", "temp", "temperature_2m_mean", "temperature_2m", "2m_temp_mean", "2m_temp", "tas", "t2m",
        "t"},
       -100,
       70},
      {"pet",
       "mm/day",
       {"pet", "potential_evapotranspiration", "potential_evaporation", "peti", "potential_evaporation_sum_fao_penman_monteith",
        "potential_evaporation_sum_era5_land", "potential_evaporation_sum", "evap", "pe", "ep", "e"},
       0,
       kNoLimit},
      {"tmin", "degC", {"tmin", "temperature_2m_min", "2m_temp_min", "tasmin", "temp_min"}, -100, 70},
      {"tmax", "degC", {"tmax", "temperature_2m_max", "2m_temp_max", "tasmax", "temp_max"}, -100, 70},
      {"day_length", "s", {"day_length", "dayl", "daylength"}, 0, kSecondsPerDay},
      {"srad", "W/m2", {"srad", "shortwave_rad", "shortwave"}, 0, 2000},
      {"vapour_pressure", "Pa", {"vapour_pressure", "vapor_pressure", "vp"}, 0, 20000},
      {"discharge",
       "mm/day",
       {"discharge", "qobs", "streamflow", "flow", "discharge_spec", "qobs_mm_d", "qmm", "qmmd", "obs", "q"},
       -kNoLimit,
       kNoLimit},
  };
  return table;
}

const ForcingQuantity* find_forcing_quantity(std::string_view name) {
  const auto found = std::ranges::find(forcing_quantities(), name, &ForcingQuantity::name);
  return found == forcing_quantities().end() ? nullptr : &*found;
}

std::optional<std::size_t> find_forcing_column(const std::vector<ColumnLabel>& columns, std::string_view variable) {
  const ForcingQuantity* quantity = find_forcing_quantity(variable);
  const std::string own_name = lower_case(variable);
  const std::vector<std::string_view> names = quantity != nullptr ? quantity->names : std::vector<std::string_view>{own_name};
  for (const std::string_view name : names) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (split_name(columns[i].name).base == name) found.push_back(i);
    }
    if (found.size() == 1) return found.front();
    if (found.empty()) continue;
    std::vector<std::string> same;
    same.reserve(found.size());
    for (const std::size_t i : found) same.push_back(columns[i].name);
    throw InputError({.what = "several columns may be meant",
                      .variable = std::string(variable),
                      .expected = "one",
                      .got = fmt::format("{}", fmt::join(same, ", ")),
                      .hint = fmt::format("Name it: `--column {0}={1}`, in a configuration `columns: {{{0}: {1}}}`.", variable,
                                          same.front())});
  }
  return std::nullopt;
}

bool is_discharge_name(std::string_view name) {
  const std::string base = split_name(name).base;
  return base.starts_with("qobs") || base == "streamflow" || base == "discharge" || base == "flow";
}

std::string declared_unit(const ColumnLabel& column) {
  return column.unit.empty() ? split_name(column.name).unit : column.unit;
}

std::optional<UnitConversion> convert_unit(std::string_view unit, double step_days, double area_km2) {
  const std::string spelt = without_blanks(lower_case(unit));
  for (const UnitSpelling& row : unit_spellings()) {
    if (std::ranges::find(row.spellings, spelt) == row.spellings.end()) continue;
    return UnitConversion{row.to, row.in_step ? row.factor / step_days : row.factor, row.offset};
  }
  constexpr double kMillimetresPerMetre = 1e3, kSquareMetresPerSquareKilometre = 1e6;
  if (is_volume_flow(spelt) && area_km2 > 0) {
    return UnitConversion{"mm/day", kSecondsPerDay * kMillimetresPerMetre / (area_km2 * kSquareMetresPerSquareKilometre), 0};
  }
  return std::nullopt;
}

}  // namespace freshet
