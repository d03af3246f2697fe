#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "freshet/core/parallel.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/netcdf.hpp"
#include "freshet/metrics/efficiency.hpp"
#include "freshet/physics/vic.hpp"
#include "support/data_dir.hpp"

// The compact column against 738 runs of VIC 5.0.1 with its full physics: 18 basins, 41 parameter sets each. In three steps,
// each of which gives the column less of what VIC itself worked out, so that the parts that differ come apart.

namespace freshet::physics {
namespace {

using Series = std::vector<double>;

constexpr std::size_t kBasins = 18, kSets = 41, kDays = 1827;
constexpr std::size_t kSpinUp = 366;  // the first water year
constexpr Substeps kSubsteps = {4, 6};

/// What VIC printed of a run, [day].
struct VicOutput {
  Series inflow, surface_runoff, baseflow, snow;
  std::array<Series, kVicLayers> moisture;
};

/// What a basin's runs share, [day].
struct Basin {
  Series precipitation, temperature, pet, canopy_evaporation, snow, lai;
};

struct VicRuns {
  explicit VicRuns(const std::filesystem::path& folder) : parameters(read_csv(folder / "parameters.csv")) {
    const NetcdfFile runs(folder / "runs.nc"), forcing(folder / "forcing_daily.nc"), details(folder / "details_default_set.nc");
    for (const char* name : {"OUT_INFLOW", "OUT_RUNOFF", "OUT_BASEFLOW", "OUT_SWE", "OUT_SNOW_CANOPY", "OUT_SOIL_MOIST_0",
                             "OUT_SOIL_MOIST_1", "OUT_SOIL_MOIST_2"}) {
      output[name] = runs.read_doubles(name);
    }
    for (const char* name : {"prcp", "tmin", "tmax"}) daily[name] = forcing.read_doubles(name);
    for (const char* name : {"OUT_PET", "OUT_EVAP_CANOP"}) daily[name] = details.read_doubles(name);
    const CsvTable table = read_csv(folder / "basins.csv");
    for (int month = 1; month <= 12; ++month) {
      lai.push_back(table.numbers(std::string("LAI_") + (month < 10 ? "0" : "") + std::to_string(month)));
    }
    climate = table.texts("climate_group");
    for (const std::string& name : parameters.names) {
      if (name != "basin" && name != "kind" && name != "soil_texture") values[name] = parameters.numbers(name);
    }
  }

  VicOutput run(std::size_t basin, std::size_t set) const {
    const auto cut = [&](const char* name) { return days(output.at(name), basin * kSets + set); };
    VicOutput out{cut("OUT_INFLOW"), cut("OUT_RUNOFF"), cut("OUT_BASEFLOW"), cut("OUT_SWE"), {}};
    out.moisture = {cut("OUT_SOIL_MOIST_0"), cut("OUT_SOIL_MOIST_1"), cut("OUT_SOIL_MOIST_2")};
    const Series canopy = cut("OUT_SNOW_CANOPY");
    for (std::size_t t = 0; t < kDays; ++t) out.snow[t] += canopy[t];
    return out;
  }

  Basin basin(std::size_t i) const {
    Basin out{days(daily.at("prcp"), i),
              days(daily.at("tmin"), i),
              days(daily.at("OUT_PET"), i),
              days(daily.at("OUT_EVAP_CANOP"), i),
              {},
              Series(kDays)};
    const Series warmest = days(daily.at("tmax"), i);
    const std::chrono::sys_days first = std::chrono::year(1999) / 10 / 1;
    for (std::size_t t = 0; t < kDays; ++t) {
      out.temperature[t] = (out.temperature[t] + warmest[t]) / 2;
      const std::chrono::year_month_day date(first + std::chrono::days(t));
      out.lai[t] = lai[unsigned(date.month()) - 1][i];
      out.pet[t] = std::max(out.pet[t], 0.0);
    }
    return out;
  }

  VicParameters<double> column(std::size_t basin, std::size_t set) const {
    const auto at = [&](const char* name) { return values.at(name)[basin * kSets + set]; };
    return {.soil = {.infilt = at("infilt"),
                     .ds = at("Ds"),
                     .dsmax = at("Dsmax"),
                     .ws = at("Ws"),
                     .c = at("c"),
                     .expt = at("expt"),
                     .ksat = at("Ksat"),
                     .depth1 = at("depth1"),
                     .depth2 = at("depth2"),
                     .depth3 = at("depth3"),
                     .porosity = at("porosity"),
                     .resid = at("resid_moist")},
            .wcr = at("Wcr_FRACT"),
            .wpwp = at("Wpwp_FRACT"),
            .root1 = at("root_frac1"),
            .root2 = at("root_frac2"),
            .root3 = at("root_frac3"),
            .cover = 1,
            .min_rain_temp = -0.5,
            .max_snow_temp = 0.5,
            .tt = 0,
            .cfmax = 4,
            .cfr = 0.05,
            .cwh = 0.035};
  }

  VicLayers<double> start(std::size_t basin, std::size_t set) const {
    const std::size_t row = basin * kSets + set;
    return {values.at("init_moist1")[row], values.at("init_moist2")[row], values.at("init_moist3")[row]};
  }

  std::vector<std::string> climate;

 private:
  static Series days(const Series& all, std::size_t row) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(row * kDays);
    return {from, from + static_cast<std::ptrdiff_t>(kDays)};
  }

  CsvTable parameters;
  std::map<std::string, Series> values, output, daily;
  std::vector<Series> lai;  // [month][basin]
};

/// The column's answer, as VicOutput.
class Record {
 public:
  Record() {
    for (Series* series : {&out.inflow, &out.surface_runoff, &out.baseflow}) series->assign(kDays, 0.0);
    for (Series& series : out.moisture) series.assign(kDays, 0.0);
  }

  void add(std::size_t t, const VicSoilSubFluxes<double>& flux) {
    const double weight = 1.0 / (kSubsteps.outer * kSubsteps.inner);
    out.surface_runoff[t] += flux.surface_runoff * weight;
    out.baseflow[t] += flux.baseflow * weight;
  }

  void end(std::size_t t, const VicSoilState<double>& soil) {
    for (std::size_t i = 0; i < kVicLayers; ++i) out.moisture[i][t] = soil.moisture[i];
  }

  VicOutput out;
};

constexpr double kOuter = 1.0 / kSubsteps.outer, kInner = kOuter / kSubsteps.inner;

/// The soil alone, with VIC's inflow and a demand for transpiration, which roots share out (`whole`: all of it must be found).
VicOutput soil_alone(const VicParameters<double>& p, const VicLayers<double>& start, const Series& inflow, const Series& demand,
                     bool whole) {
  const auto d = Vic::prepare(p, 1.0);
  VicSoilState<double> state{start};
  Record record;
  for (std::size_t t = 0; t < kDays; ++t) {
    for (int i = 0; i < kSubsteps.outer; ++i) {
      VicLayers<double> taken = vic_root_uptake(state.moisture, std::max(demand[t], 0.0) * kOuter, d.roots);
      const double sum = taken[0] + taken[1] + taken[2];
      for (std::size_t l = 0; l < kVicLayers; ++l) {
        taken[l] = !whole ? taken[l] / kOuter : demand[t] * (sum > 0 ? taken[l] / sum : d.roots.share[l]);
      }
      const auto carry = vic_infiltrate(state, std::max(inflow[t], 0.0), taken, p.soil.infilt, d.soil, kOuter);
      for (int j = 0; j < kSubsteps.inner; ++j) {
        const auto step = vic_soil_substep(state, carry, d.soil, kInner);
        state = step.state;
        record.add(t, step.fluxes);
      }
    }
    record.end(t, state);
  }
  return record.out;
}

VicOutput whole_column(VicParameters<double> p, const VicLayers<double>& start, const Basin& basin) {
  const auto d = Vic::prepare(p, 1.0);
  VicState<double> state{0, 0, 0, {start}};
  Record record;
  for (std::size_t t = 0; t < kDays; ++t) {
    p.lai = basin.lai[t];
    for (int i = 0; i < kSubsteps.outer; ++i) {
      const auto outer = Vic::step<double>(state, {basin.precipitation[t], basin.temperature[t], basin.pet[t]}, p, d, kOuter);
      state = outer.state;
      record.out.inflow[t] += (outer.carry.soil.infiltration + outer.carry.soil.surface_runoff) * kOuter;
      for (int j = 0; j < kSubsteps.inner; ++j) {
        const auto step = Vic::substep(state, outer.carry, p, d, kInner);
        state = step.state;
        record.add(t, step.fluxes);
      }
    }
    record.end(t, state.soil);
    record.out.snow.push_back(state.snowpack + state.meltwater);
  }
  return record.out;
}

/// What VIC transpired, from its own soil's balance.
Series transpiration_of(const VicOutput& vic, const VicLayers<double>& start) {
  Series out(kDays);
  double before = start[0] + start[1] + start[2];
  for (std::size_t t = 0; t < kDays; ++t) {
    const double after = vic.moisture[0][t] + vic.moisture[1][t] + vic.moisture[2][t];
    out[t] = vic.inflow[t] - vic.surface_runoff[t] - vic.baseflow[t] - (after - before);
    before = after;
  }
  return out;
}

/// PET less what evaporates from leaves; nothing where there is snow.
Series demand_of(const Basin& basin, const VicOutput& vic) {
  Series out(kDays);
  for (std::size_t t = 0; t < kDays; ++t) {
    const bool snow = vic.snow[t] > 0 || (t > 0 && vic.snow[t - 1] > 0);
    out[t] = snow ? 0.0 : std::max(basin.pet[t] - basin.canopy_evaporation[t], 0.0);
  }
  return out;
}

/// How near a run of the column is to VIC's in the last four water years: Nash-Sutcliffe efficiencies; bias and root mean square
/// error of the soil's water, mm; biases of flows, mm/year.
enum Measure {
  kTop,
  kMiddle,
  kBottom,
  kSurface,
  kBaseflow,
  kRunoff,
  kSnow,
  kWaterBias,
  kWaterError,
  kSurfaceBias,
  kBaseflowBias
};
constexpr std::array<const char*, 11> kMeasures = {"top",  "middle",     "bottom",      "surface",      "baseflow",     "runoff",
                                                   "snow", "water_bias", "water_error", "surface_bias", "baseflow_bias"};
/// None: the efficiency of a series that VIC keeps constant, or that the column does not have.
using Measures = std::array<std::optional<double>, kMeasures.size()>;

Series plus(const Series& a, const Series& b) {
  Series out(a);
  for (std::size_t t = 0; t < out.size(); ++t) out[t] += b[t];
  return out;
}

Measures compare(const VicOutput& vic, const VicOutput& column) {
  const auto later = [](const Series& all) { return std::span(all).subspan(kSpinUp); };
  const auto efficiency = [&](const Series& a, const Series& b) -> std::optional<double> {
    const auto [least, most] = std::ranges::minmax(later(a));
    if (least == most || b.empty()) return std::nullopt;
    return nse(later(a), later(b));
  };
  const auto bias = [&](const Series& a, const Series& b) {
    double sum = 0;
    for (std::size_t t = kSpinUp; t < kDays; ++t) sum += b[t] - a[t];
    return sum / (kDays - kSpinUp);
  };
  const auto all = [](const VicOutput& x) { return plus(plus(x.moisture[0], x.moisture[1]), x.moisture[2]); };
  const Series water = all(vic), got = all(column);
  double squares = 0;
  for (std::size_t t = kSpinUp; t < kDays; ++t) squares += (got[t] - water[t]) * (got[t] - water[t]);
  return {efficiency(vic.moisture[0], column.moisture[0]),
          efficiency(vic.moisture[1], column.moisture[1]),
          efficiency(vic.moisture[2], column.moisture[2]),
          efficiency(vic.surface_runoff, column.surface_runoff),
          efficiency(vic.baseflow, column.baseflow),
          efficiency(plus(vic.surface_runoff, vic.baseflow), plus(column.surface_runoff, column.baseflow)),
          efficiency(vic.snow, column.snow),
          bias(water, got),
          std::sqrt(squares / (kDays - kSpinUp)),
          365.25 * bias(vic.surface_runoff, column.surface_runoff),
          365.25 * bias(vic.baseflow, column.baseflow)};
}

/// The measures of all runs, [basin * kSets + set].
class Comparison {
 public:
  template <class Column>
  Comparison(const VicRuns& runs, const Column& column) : runs_(runs), all_(kBasins * kSets) {
    parallel_for(kBasins, available_threads(), [&](std::size_t b) {
      const Basin basin = runs.basin(b);
      for (std::size_t set = 0; set < kSets; ++set) {
        const VicOutput vic = runs.run(b, set);
        all_[b * kSets + set] = compare(vic, column(runs.column(b, set), runs.start(b, set), basin, vic));
      }
    });
    for (const char* climate : {"", "snowy", "arid", "warm", "wet", "temperate humid", "temperate subhumid"}) {
      for (std::size_t m = 0; m < kMeasures.size(); ++m) report(climate, static_cast<Measure>(m));
    }
  }

  /// A quantile over the runs of a group of basins (all: ""); NaN if there is a NaN among them, or nothing.
  double quantile(Measure measure, double q, std::string_view climate = "") const {
    std::vector<double> values;
    for (std::size_t r = 0; r < all_.size(); ++r) {
      if (!climate.empty() && runs_.climate[r / kSets] != climate) continue;
      if (all_[r][measure]) values.push_back(*all_[r][measure]);
    }
    if (values.empty() || std::ranges::any_of(values, [](double x) { return std::isnan(x); })) return std::nan("");
    std::ranges::sort(values);
    return values.at(static_cast<std::size_t>(q * static_cast<double>(values.size() - 1)));
  }

  double median(Measure measure, std::string_view climate = "") const { return quantile(measure, 0.5, climate); }

 private:
  /// For the tables of docs/theory/vic.md: run with --gtest_output=xml.
  void report(std::string climate, Measure measure) const {
    const std::string text = fmt::format("{:.4f} ({:.4f} to {:.4f})", median(measure, climate), quantile(measure, 0.05, climate),
                                         quantile(measure, 0.95, climate));
    if (climate.empty()) climate = "all";
    std::ranges::replace(climate, ' ', '_');
    testing::Test::RecordProperty(climate + "_" + kMeasures[measure], text);
  }

  const VicRuns& runs_;
  std::vector<Measures> all_;
};

// Given what reaches the soil and what transpires. What is left is how the layers share in transpiration, and the course of the
// day: VIC's melt and transpiration peak at noon, and only their daily sums are known.
TEST(VicRuns, TheSoilAloneFollowsVic) {
  FRESHET_REQUIRE_DATA_DIR(data);
  const VicRuns runs(data / "vic_runs");
  const Comparison all(runs, [](const auto& p, const auto& start, const Basin&, const VicOutput& vic) {
    return soil_alone(p, start, vic.inflow, transpiration_of(vic, start), true);
  });
  EXPECT_GT(all.median(kTop), 0.998);
  EXPECT_GT(all.median(kMiddle), 0.9995);
  EXPECT_GT(all.median(kBottom), 0.9995);
  EXPECT_GT(all.median(kSurface), 0.9995);
  EXPECT_GT(all.median(kBaseflow), 0.9995);
  for (const Measure measure : {kTop, kMiddle, kBottom, kSurface, kBaseflow, kRunoff})
    EXPECT_GT(all.quantile(measure, 0.05), 0.99);
  EXPECT_LT(all.median(kWaterError), 0.25);
  EXPECT_LT(all.quantile(kWaterError, 0.95), 1);
}

// Given what reaches the soil and VIC's PET: roots work out transpiration.
TEST(VicRuns, RootsFollowVic) {
  FRESHET_REQUIRE_DATA_DIR(data);
  const VicRuns runs(data / "vic_runs");
  const Comparison all(runs, [](const auto& p, const auto& start, const Basin& basin, const VicOutput& vic) {
    return soil_alone(p, start, vic.inflow, demand_of(basin, vic), false);
  });
  EXPECT_GT(all.median(kTop), 0.99);
  EXPECT_GT(all.median(kMiddle), 0.98);
  EXPECT_GT(all.median(kBottom), 0.97);
  EXPECT_GT(all.median(kRunoff), 0.99);
  EXPECT_GT(all.quantile(kRunoff, 0.05), 0.8);
  EXPECT_LT(std::abs(all.median(kWaterBias)), 4);
  EXPECT_LT(all.median(kWaterError), 9);
}

// Given precipitation, temperature and VIC's PET: all of the column, its snow with factors that suit no basin in particular.
TEST(VicRuns, TheWholeColumnFollowsVic) {
  FRESHET_REQUIRE_DATA_DIR(data);
  const VicRuns runs(data / "vic_runs");
  const Comparison all(
      runs, [](const auto& p, const auto& start, const Basin& basin, const VicOutput&) { return whole_column(p, start, basin); });
  EXPECT_GT(all.median(kTop), 0.9);
  EXPECT_GT(all.median(kMiddle), 0.93);
  EXPECT_GT(all.median(kBottom), 0.9);
  EXPECT_GT(all.median(kRunoff), 0.8);
  EXPECT_GT(all.median(kRunoff, "warm"), 0.98);
  EXPECT_GT(all.median(kSnow, "snowy"), 0.9);
  EXPECT_LT(std::abs(all.median(kWaterBias)), 8);
  EXPECT_LT(all.median(kWaterError), 20);
}

}  // namespace
}  // namespace freshet::physics
