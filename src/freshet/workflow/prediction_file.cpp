#include "freshet/workflow/prediction_file.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "freshet/core/error.hpp"
#include "freshet/core/records.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/netcdf_writer.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

constexpr const char* kFormat = "freshet predictions 1";
constexpr const char* kState = "freshet_state";  // attribute of a state's series: its name

using Attributes = std::vector<NetcdfAttribute>;

std::string state_variable(const StateInfo& state, const char* kind) {
  return "state_" + netcdf_name(state.name) + "_" + kind;
}

void define_states(NetcdfWriter& file, const PredictionSet& set) {
  for (const StateInfo& state : set.states) {
    for (const char* kind : {"sim", "obs"}) {
      const bool simulated = *kind == 's';
      if (!simulated && !state.compared) continue;
      file.define_variable(state_variable(state, kind), NetcdfType::kFloat, {"basin", "time"},
                           Attributes{{"units", state.unit},
                                      {kState, state.name},
                                      {"_FillValue", std::vector<double>{std::numeric_limits<double>::quiet_NaN()}},
                                      {"long_name", (simulated ? "simulated " : "observed ") + state.name},
                                      {"coordinates", "basin_id latitude longitude"}});
    }
  }
}

void define(NetcdfWriter& file, const PredictionSet& set) {
  file.define_dimension("basin", set.basins.size());
  file.define_time("time", set.axis);
  file.define_variable("basin_id", NetcdfType::kString, {"basin"},
                       Attributes{{"cf_role", "timeseries_id"}, {"long_name", "basin id"}});
  file.define_variable("gauge_name", NetcdfType::kString, {"basin"}, Attributes{{"long_name", "gauge name"}});
  file.define_variable("latitude", NetcdfType::kDouble, {"basin"},
                       Attributes{{"units", "degrees_north"}, {"standard_name", "latitude"}});
  file.define_variable("longitude", NetcdfType::kDouble, {"basin"},
                       Attributes{{"units", "degrees_east"}, {"standard_name", "longitude"}});
  file.define_variable("area", NetcdfType::kDouble, {"basin"}, Attributes{{"units", "km2"}, {"long_name", "basin area"}});
  for (std::size_t k = 0; k < set.targets.size(); ++k) {
    const std::string name = netcdf_name(set.targets[k]);
    for (const char* kind : {"sim", "obs"}) {
      file.define_variable(name + "_" + kind, NetcdfType::kFloat, {"basin", "time"},
                           Attributes{{"units", set.units[k]},
                                      {"original_name", set.targets[k]},
                                      {"_FillValue", std::vector<double>{std::numeric_limits<double>::quiet_NaN()}},
                                      {"long_name", std::string(*kind == 's' ? "simulated " : "observed ") + set.targets[k]},
                                      {"coordinates", "basin_id latitude longitude"}});
    }
  }
  file.define_variable("precipitation", NetcdfType::kFloat, {"basin", "time"},
                       Attributes{{"units", set.precipitation_unit},
                                  {"_FillValue", std::vector<double>{std::numeric_limits<double>::quiet_NaN()}},
                                  {"coordinates", "basin_id latitude longitude"}});
  define_states(file, set);
  file.set_attribute({"featureType", "timeSeries"});
  file.set_attribute({"freshet_format", kFormat});
  for (const auto& [name, text] : set.notes) file.set_attribute({name, text});
}

void put(NetcdfWriter& file, const PredictionSet& set) {
  std::vector<std::string> ids, names;
  std::vector<double> latitude, longitude, area;
  for (const BasinSeriesPair& basin : set.basins) {
    ids.push_back(basin.basin);
    names.push_back(basin.gauge.name);
    latitude.push_back(basin.gauge.latitude);
    longitude.push_back(basin.gauge.longitude);
    area.push_back(basin.gauge.area_km2);
  }
  file.put("basin_id", std::span<const std::string>(ids));
  file.put("gauge_name", std::span<const std::string>(names));
  file.put("latitude", std::span<const double>(latitude));
  file.put("longitude", std::span<const double>(longitude));
  file.put("area", std::span<const double>(area));
  const std::vector<float> nothing(static_cast<std::size_t>(set.axis.size), kMissing);
  for (std::size_t b = 0; b < set.basins.size(); ++b) {
    const BasinSeriesPair& basin = set.basins[b];
    for (std::size_t k = 0; k < set.targets.size(); ++k) {
      const std::string name = netcdf_name(set.targets[k]);
      file.put_row(name + "_sim", b, basin.simulated[k]);
      file.put_row(name + "_obs", b, basin.observed[k].empty() ? nothing : basin.observed[k]);
    }
    file.put_row("precipitation", b, basin.precipitation.empty() ? nothing : basin.precipitation);
    for (std::size_t k = 0; k < set.states.size(); ++k) {
      file.put_row(state_variable(set.states[k], "sim"), b, basin.states[k]);
      if (!set.states[k].compared) continue;
      const bool known = k < basin.observed_states.size() && !basin.observed_states[k].empty();
      file.put_row(state_variable(set.states[k], "obs"), b, known ? basin.observed_states[k] : nothing);
    }
  }
}

/// InputError unless the variable lies over these dimensions, slowest first.
void require_dimensions(const NetcdfFile& file, const std::filesystem::path& path, const std::string& name,
                        const std::vector<std::string>& dimensions) {
  const auto variables = file.variables();
  const auto found = std::ranges::find(variables, name, &NetcdfVariable::name);
  if (found == variables.end()) throw InputError({.what = "the variable is missing", .file = path.string(), .variable = name});
  if (found->dimensions == dimensions) return;
  throw InputError({.what = "the variable lies over other dimensions",
                    .file = path.string(),
                    .variable = name,
                    .expected = fmt::format("({})", fmt::join(dimensions, ", ")),
                    .got = fmt::format("({})", fmt::join(found->dimensions, ", "))});
}

std::vector<float> row(const std::vector<float>& values, std::size_t index, std::size_t width) {
  return {values.begin() + static_cast<std::ptrdiff_t>(index * width),
          values.begin() + static_cast<std::ptrdiff_t>((index + 1) * width)};
}

void read_states(const NetcdfFile& file, const std::filesystem::path& path, PredictionSet& set) {
  const auto variables = file.variables();
  const auto steps = static_cast<std::size_t>(set.axis.size);
  for (const NetcdfVariable& variable : variables) {
    const auto state = text_attribute(variable.attributes, kState);
    if (!state || !variable.name.ends_with("_sim")) continue;
    const std::string observation = variable.name.substr(0, variable.name.size() - 4) + "_obs";
    const bool compared = std::ranges::find(variables, observation, &NetcdfVariable::name) != variables.end();
    set.states.push_back({*state, text_attribute(variable.attributes, "units").value_or(""), compared});
    const auto add = [&](const std::string& name, std::vector<std::vector<float>> BasinSeriesPair::*member) {
      require_dimensions(file, path, name, {"basin", "time"});
      const auto values = file.read_floats(name);
      for (std::size_t b = 0; b < set.basins.size(); ++b) (set.basins[b].*member).push_back(row(values, b, steps));
    };
    add(variable.name, &BasinSeriesPair::states);
    if (compared) add(observation, &BasinSeriesPair::observed_states);
    for (BasinSeriesPair& basin : set.basins) basin.observed_states.resize(set.states.size());
  }
}

}  // namespace

void write_predictions(const std::filesystem::path& path, const PredictionSet& set) {
  write_netcdf_file(path, [&set](NetcdfWriter& file) {
    define(file, set);
    put(file, set);
  });
}

PredictionSet read_predictions(const std::filesystem::path& path) {
  const NetcdfFile file(path);
  if (text_attribute(file.attributes(), "freshet_format") != kFormat) {
    throw InputError({.what = "not a prediction file of Freshet",
                      .file = path.string(),
                      .expected = "predictions.nc, as `freshet evaluate` and `freshet predict` write it"});
  }
  for (const char* name : {"basin_id", "gauge_name", "latitude", "longitude", "area"})
    require_dimensions(file, path, name, {"basin"});
  PredictionSet set{.axis = file.read_time_axis("time"), .targets = {}, .units = {}, .basins = {}, .notes = {}};
  const auto ids = file.read_strings("basin_id"), names = file.read_strings("gauge_name");
  const auto latitude = file.read_doubles("latitude"), longitude = file.read_doubles("longitude"),
             area = file.read_doubles("area");
  for (std::size_t b = 0; b < ids.size(); ++b)
    set.basins.push_back({.basin = ids[b],
                          .gauge = {names[b], latitude[b], longitude[b], area[b]},
                          .observed = {},
                          .simulated = {},
                          .precipitation = {}});
  const auto steps = static_cast<std::size_t>(set.axis.size);
  for (const NetcdfVariable& variable : file.variables()) {
    const auto original = text_attribute(variable.attributes, "original_name");
    if (!original || !variable.name.ends_with("_sim")) continue;
    set.targets.push_back(*original);
    set.units.push_back(text_attribute(variable.attributes, "units").value_or(""));
    const std::string observation = variable.name.substr(0, variable.name.size() - 4) + "_obs";
    for (const std::string& name : {variable.name, observation}) require_dimensions(file, path, name, {"basin", "time"});
    const auto simulated = file.read_floats(variable.name), observed = file.read_floats(observation);
    for (std::size_t b = 0; b < ids.size(); ++b) {
      set.basins[b].simulated.push_back(row(simulated, b, steps));
      set.basins[b].observed.push_back(row(observed, b, steps));
    }
  }
  require_dimensions(file, path, "precipitation", {"basin", "time"});
  set.precipitation_unit = text_attribute(file.variable("precipitation").attributes, "units").value_or("");
  const auto precipitation = file.read_floats("precipitation");
  for (std::size_t b = 0; b < ids.size(); ++b) set.basins[b].precipitation = row(precipitation, b, steps);
  read_states(file, path, set);
  for (const NetcdfAttribute& attribute : file.attributes()) {
    if (const auto* text = std::get_if<std::string>(&attribute.value)) set.notes[attribute.name] = *text;
  }
  for (const char* own : {"freshet_format", "featureType", "Conventions"}) set.notes.erase(own);
  return set;
}

void write_scores(const std::filesystem::path& path, const ScoreTable& table) {
  std::vector<std::string> header = {"basin"};
  header.insert(header.end(), table.metrics.begin(), table.metrics.end());
  std::vector<std::vector<std::string>> rows;
  for (std::size_t b = 0; b < table.basins.size(); ++b) {
    std::vector<std::string> cells = {table.basins[b]};
    for (const double value : table.values[b]) cells.push_back(number_text(value));
    rows.push_back(std::move(cells));
  }
  write_csv(path, header, rows);
}

ScoreTable read_scores(const std::filesystem::path& path) {
  const CsvTable csv = read_csv(path);
  ScoreTable table{.basins = csv.texts("basin"), .metrics = {}, .values = std::vector<std::vector<double>>(csv.rows())};
  for (const std::string& name : csv.names) {
    if (name == "basin") continue;
    table.metrics.push_back(name);
    const std::vector<double> column = csv.numbers(name);
    for (std::size_t b = 0; b < column.size(); ++b) table.values[b].push_back(column[b]);
  }
  return table;
}

}  // namespace freshet
