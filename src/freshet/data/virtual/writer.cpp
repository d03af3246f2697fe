#include "freshet/data/virtual/writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include <fmt/format.h>

namespace freshet::synth {
namespace {

std::string forcing_text(const VirtualBasin& basin) {
  const Place& place = basin.summary.place;
  std::string text =
      fmt::format("{:7.2f}\n{:7.2f}\n{:.0f}\n", place.latitude, place.elevation_m, basin.summary.land.area_gages2 * 1e6);
  text += "Year Mnth Day Hr dayl(s) prcp(mm/day) srad(W/m2) swe(mm) tmax(C) tmin(C) vp(Pa)\n";
  const Weather& w = basin.weather;
  text.reserve(text.size() + 64 * w.size());
  for (std::size_t t = 0; t < w.size(); ++t) {
    const CalendarDay day = calendar_day(basin.axis.at(static_cast<std::int64_t>(t)));
    fmt::format_to(std::back_inserter(text), "{:04} {:02} {:02} 12", day.year, day.month, day.day);
    // Snow water equivalent is zero throughout, as in the real files; the true one stands in truth/.
    for (const double value :
         {w.day_length[t], w.precipitation[t], w.radiation[t], 0.0, w.tmax[t], w.tmin[t], w.vapour_pressure[t]}) {
      text += '\t';
      append_fixed(text, value, 2);
    }
    text += '\n';
  }
  return text;
}

std::string streamflow_text(const VirtualBasin& basin) {
  const Observation& record = basin.observation;
  std::string text;
  text.reserve(40 * record.flags.size());
  for (std::size_t t = record.first_day; t < record.flags.size(); ++t) {
    const CalendarDay day = calendar_day(basin.axis.at(static_cast<std::int64_t>(t)));
    const double cfs = std::isnan(record.discharge_cfs[t]) ? -999.0 : record.discharge_cfs[t];
    fmt::format_to(std::back_inserter(text), "{} {:04} {:02} {:02} {:8.2f} {}\n", basin.summary.place.id, day.year, day.month,
                   day.day, cfs, flag_text(record.flags[t]));
  }
  return text;
}

std::string truth_text(const VirtualBasin& basin) {
  constexpr int kDecimals = 6;
  std::string text = "date,pet";
  for (const auto& state : physics::kHbvStates) text += fmt::format(",{}", state.name);
  for (const auto& flux : physics::kHbvFluxes) text += fmt::format(",{}", flux.name);
  text += ",discharge\n";
  const physics::ReferenceSimulation& run = basin.truth.simulation;
  const std::vector<double>& discharge = run.find("discharge");
  std::vector<std::span<const double>> columns;
  for (const auto& state : physics::kHbvStates) columns.push_back(run.find(state.name));
  for (const auto& flux : physics::kHbvFluxes) columns.push_back(run.find(flux.name));
  columns.push_back(discharge);
  text.reserve(text.size() + 170 * discharge.size());
  const auto add = [&](double value) {
    text += ',';
    append_fixed(text, value, kDecimals, true);
  };
  for (std::size_t t = 0; t < discharge.size(); ++t) {
    text += to_string(basin.axis.at(static_cast<std::int64_t>(t)));
    add(basin.truth.pet[t]);
    for (const auto& column : columns) add(column[t]);
    text += '\n';
  }
  return text;
}

std::string cell(double value) {
  return std::isnan(value) ? "NA" : fmt::format("{}", value);
}
std::string cell(const std::string& value) {
  return value.empty() ? "NA" : value;
}

template <class... Values>
std::vector<std::string> cells(const Values&... values) {
  return {cell(values)...};
}

std::vector<std::string> climate_row(const BasinSummary& basin) {
  const ClimateAttributes& a = basin.climate;
  return cells(a.p_mean, a.pet_mean, a.p_seasonality, a.frac_snow, a.aridity, a.high_prec_freq, a.high_prec_dur,
               a.high_prec_timing, a.low_prec_freq, a.low_prec_dur, a.low_prec_timing);
}

std::vector<std::string> geology_row(const BasinSummary& basin) {
  const Land& a = basin.land;
  return cells(a.geol_1st_class, a.glim_1st_class_frac, a.geol_2nd_class, a.glim_2nd_class_frac, a.carbonate_rocks_frac,
               a.geol_porosity, a.geol_permeability);
}

std::vector<std::string> hydrology_row(const BasinSummary& basin) {
  const FlowAttributes& a = basin.flow;
  return cells(a.q_mean, a.runoff_ratio, a.slope_fdc, a.baseflow_index, a.stream_elas, a.q5, a.q95, a.high_q_freq, a.high_q_dur,
               a.low_q_freq, a.low_q_dur, a.zero_q_freq, a.hfd_mean);
}

std::vector<std::string> name_row(const BasinSummary& basin) {
  return {basin.place.huc, fmt::format("Virtual basin {} (synthetic), {} region", basin.place.id, basin.place.region)};
}

std::vector<std::string> soil_row(const BasinSummary& basin) {
  const Land& a = basin.land;
  return cells(a.soil_depth_pelletier, a.soil_depth_statsgo, a.soil_porosity, a.soil_conductivity, a.max_water_content,
               a.sand_frac, a.silt_frac, a.clay_frac, a.water_frac, a.organic_frac, a.other_frac);
}

std::vector<std::string> topography_row(const BasinSummary& basin) {
  return cells(basin.place.latitude, basin.place.longitude, basin.place.elevation_m, basin.land.slope_mean,
               basin.land.area_gages2, basin.land.area_geospa_fabric);
}

std::vector<std::string> vegetation_row(const BasinSummary& basin) {
  const Land& a = basin.land;
  const std::string dom_land_cover = "    " + a.dom_land_cover;  // the real table indents these names, too
  return cells(a.frac_forest, a.lai_max, a.lai_diff, a.gvf_max, a.gvf_diff, a.dom_land_cover_frac, dom_land_cover,
               a.root_depth_50, a.root_depth_99);
}

struct AttributeTableLayout {
  const char* name;
  const char* columns;
  std::vector<std::string> (*row)(const BasinSummary&);
};

constexpr std::array<AttributeTableLayout, 7> kAttributeTables = {{
    {"clim",
     "p_mean;pet_mean;p_seasonality;frac_snow;aridity;high_prec_freq;high_prec_dur;high_prec_timing;low_prec_freq;"
     "low_prec_dur;low_prec_timing",
     climate_row},
    {"geol",
     "geol_1st_class;glim_1st_class_frac;geol_2nd_class;glim_2nd_class_frac;carbonate_rocks_frac;geol_porostiy;"
     "geol_permeability",
     geology_row},
    {"hydro",
     "q_mean;runoff_ratio;slope_fdc;baseflow_index;stream_elas;q5;q95;high_q_freq;high_q_dur;low_q_freq;low_q_dur;"
     "zero_q_freq;hfd_mean",
     hydrology_row},
    {"name", "huc_02;gauge_name", name_row},
    {"soil",
     "soil_depth_pelletier;soil_depth_statsgo;soil_porosity;soil_conductivity;max_water_content;sand_frac;silt_frac;"
     "clay_frac;water_frac;organic_frac;other_frac",
     soil_row},
    {"topo", "gauge_lat;gauge_lon;elev_mean;slope_mean;area_gages2;area_geospa_fabric", topography_row},
    {"vege", "frac_forest;lai_max;lai_diff;gvf_max;gvf_diff;dom_land_cover_frac;dom_land_cover;root_depth_50;root_depth_99",
     vegetation_row},
}};

std::string parameters_text(std::span<const BasinSummary> basins) {
  constexpr std::size_t kCount = TrueModel::kParameters.size();
  std::string text = "basin";
  for (std::size_t i = 0; i < kCount; ++i) text += fmt::format(",{}", physics::kHbvParameters[i].name);
  text += ",route_a,route_b\n";
  for (const BasinSummary& basin : basins) {
    text += basin.place.id;
    for (std::size_t i = 0; i < kCount; ++i) {
      text += fmt::format(",{}", physics::fields<double>(basin.parameters.hbv)[i]);
    }
    text += fmt::format(",{},{}\n", basin.parameters.route_a, basin.parameters.route_b);
  }
  return text;
}

std::string initial_states_text(std::span<const BasinSummary> basins) {
  std::string text = "basin";
  for (const auto& state : physics::kHbvStates) text += fmt::format(",{}", state.name);
  text += '\n';
  for (const BasinSummary& basin : basins) {
    text += basin.place.id;
    for (const double storage : physics::fields<double>(basin.initial_state)) text += fmt::format(",{}", storage);
    text += '\n';
  }
  return text;
}

}  // namespace

void append_fixed(std::string& text, double value, int decimals, bool trim) {
  constexpr std::array<std::int64_t, 10> kPowers = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
  std::int64_t scaled = std::llround(value * static_cast<double>(kPowers[static_cast<std::size_t>(decimals)]));
  if (scaled < 0) text += '-';
  scaled = std::abs(scaled);
  while (trim && decimals > 0 && scaled % 10 == 0) {
    scaled /= 10;
    --decimals;
  }
  const std::int64_t power = kPowers[static_cast<std::size_t>(decimals)];
  std::array<char, 24> digits;
  char* const begin = digits.data();
  char* end = std::to_chars(begin, begin + digits.size(), scaled / power).ptr;
  text.append(begin, end);
  if (decimals == 0) return;
  // The leading 1 keeps the fraction's zeros and becomes the point.
  end = std::to_chars(begin, begin + digits.size(), scaled % power + power).ptr;
  *begin = '.';
  text.append(begin, end);
}

std::vector<TextFile> basin_files(const VirtualBasin& basin) {
  const Place& place = basin.summary.place;
  return {{fmt::format("basin_mean_forcing/daymet/{}/{}_lump_cida_forcing_leap.txt", place.huc, place.id), forcing_text(basin)},
          {fmt::format("usgs_streamflow/{}/{}_streamflow_qc.txt", place.huc, place.id), streamflow_text(basin)},
          {fmt::format("truth/{}.csv", place.id), truth_text(basin)}};
}

std::vector<TextFile> table_files(std::span<const BasinSummary> basins) {
  std::vector<TextFile> files;
  for (const AttributeTableLayout& table : kAttributeTables) {
    std::string text = fmt::format("gauge_id;{}\n", table.columns);
    for (const BasinSummary& basin : basins) text += fmt::format("{};{}\n", basin.place.id, fmt::join(table.row(basin), ";"));
    files.push_back({fmt::format("camels_attributes_v2.0/camels_{}.txt", table.name), std::move(text)});
  }
  std::string list;
  for (const BasinSummary& basin : basins) list += basin.place.id + "\n";
  files.push_back({"basins.txt", std::move(list)});
  files.push_back({"truth/parameters.csv", parameters_text(basins)});
  files.push_back({"truth/initial_states.csv", initial_states_text(basins)});
  return files;
}

}  // namespace freshet::synth
