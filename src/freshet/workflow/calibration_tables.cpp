#include "freshet/workflow/calibration_tables.hpp"

#include <algorithm>
#include <limits>

#include "freshet/io/atomic_file.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/netcdf_writer.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

using Runs = std::vector<calibration::Driver::Run>;
using Row = std::vector<std::string>;

Row parameter_names(const CalibrationInputs& inputs) {
  Row names;
  for (const auto& parameter : inputs.space->parameters()) names.push_back(parameter.name);
  return names;
}

void append(Row& row, std::span<const double> values) {
  for (const double value : values) row.push_back(number_text(value));
}

/// A file with one map for the model's parameters, one for the routing's, and one for settings if any was chosen.
std::string parameter_yaml(const CalibrationInputs& inputs, const std::string& basin, std::span<const double> values) {
  std::string text = fmt::format("# {}\nmodel: {}\nparameters:\n", basin, inputs.model->name());
  const auto& parameters = inputs.space->parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (i == inputs.space->model_parameters()) text += fmt::format("routing:\n  method: {}\n", inputs.routing->name());
    text += fmt::format("  {}: {}\n", parameters[i].name, number_text(values[i]));
  }
  const std::vector<int>& settings = inputs.train.substeps_per_day;
  if (!settings.empty()) text += "settings:\n";
  for (std::size_t i = 0; i < settings.size(); ++i)
    text += fmt::format("  {}: {}\n", inputs.model->substeps()[i].name, settings[i]);
  return text;
}

void write_searches(const std::filesystem::path& file, const CalibrationInputs& inputs, const Runs& runs) {
  Row header = {"basin", "seed", "objective", "evaluations", "stopped_because"};
  for (const std::string& name : parameter_names(inputs)) header.push_back(name);
  std::vector<Row> rows;
  for (const auto& run : runs) {
    Row row = {inputs.forcing.basins[run.basin].id, std::to_string(run.seed), number_text(run.search->best_value()),
               std::to_string(run.search->evaluations()), std::string(calibration::to_text(run.search->stop_reason()))};
    append(row, inputs.space->values(run.search->best_point()));
    rows.push_back(std::move(row));
  }
  write_csv(file, header, rows);
}

/// How far the searches of a basin are apart in each parameter.
void write_spread(const std::filesystem::path& file, const CalibrationInputs& inputs, const calibration::Driver& driver) {
  const calibration::ParameterSpace& space = *inputs.space;
  const std::size_t seeds = driver.runs().size() / inputs.forcing.basins.size();
  std::vector<Row> rows;
  for (std::size_t b = 0; b < inputs.forcing.basins.size(); ++b) {
    const auto best = space.values(driver.best(b).search->best_point());
    for (std::size_t j = 0; j < space.dimensions(); ++j) {
      const std::size_t p = space.free()[j];
      double low = std::numeric_limits<double>::infinity(), high = -low;
      for (std::size_t s = 0; s < seeds; ++s) {
        const double value = space.values(driver.runs()[b * seeds + s].search->best_point())[p];
        low = std::min(low, value);
        high = std::max(high, value);
      }
      const auto& parameter = space.parameters()[p];
      Row row = {inputs.forcing.basins[b].id, parameter.name};
      append(row, std::array{best[p], low, high, parameter.scaled(high) - parameter.scaled(low)});
      rows.push_back(std::move(row));
    }
  }
  write_csv(file, {"basin", "parameter", "best", "lowest", "highest", "share_of_range"}, rows);
}

void write_trace(const std::filesystem::path& file, const CalibrationInputs& inputs, const Runs& runs) {
  std::vector<Row> rows;
  for (const auto& run : runs) {
    for (const auto& improvement : run.record.improvements()) {
      rows.push_back({inputs.forcing.basins[run.basin].id, std::to_string(run.seed), std::to_string(improvement.number),
                      number_text(improvement.value)});
    }
  }
  write_csv(file, {"basin", "seed", "evaluation", "objective"}, rows);
}

/// The evaluated points that were kept: rows that are not full end with missing values.
struct PointTable {
  explicit PointTable(const CalibrationInputs& inputs, const Runs& runs);

  std::size_t most = 1;
  std::vector<std::string> basins, names;
  std::vector<std::int64_t> seeds;
  std::vector<double> numbers;              ///< [search][point]
  std::vector<double> objectives;           ///< [search][point]
  std::vector<std::vector<double>> values;  ///< [searched parameter] [search][point]
};

PointTable::PointTable(const CalibrationInputs& inputs, const Runs& runs) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const auto& space = *inputs.space;
  for (const auto& run : runs) most = std::max(most, run.record.numbers().size());
  numbers.assign(runs.size() * most, kNaN);
  objectives = numbers;
  for (const std::size_t p : space.free()) {
    names.push_back(space.parameters()[p].name);
    values.push_back(numbers);
  }
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const calibration::SearchRecord& record = runs[r].record;
    basins.push_back(inputs.forcing.basins[runs[r].basin].id);
    seeds.push_back(static_cast<std::int64_t>(runs[r].seed));
    for (std::size_t i = 0; i < record.numbers().size(); ++i) {
      const std::size_t at = r * most + i, n = space.dimensions();
      numbers[at] = static_cast<double>(record.numbers()[i]);
      objectives[at] = std::isfinite(record.values()[i]) ? record.values()[i] : kNaN;
      for (std::size_t j = 0; j < n; ++j)
        values[j][at] = space.parameters()[space.free()[j]].value(static_cast<double>(record.points()[i * n + j]));
    }
  }
}

void write_points(const std::filesystem::path& path, const CalibrationInputs& inputs, const Runs& runs) {
  const PointTable table(inputs, runs);
  const NetcdfAttribute fill{"_FillValue", std::vector<double>{std::numeric_limits<double>::quiet_NaN()}};
  write_netcdf_file(path, [&](NetcdfWriter& file) {
    file.define_dimension("search", runs.size());
    file.define_dimension("point", table.most);
    file.define_variable("basin_id", NetcdfType::kString, {"search"});
    file.define_variable("seed", NetcdfType::kInt64, {"search"});
    file.define_variable("evaluation", NetcdfType::kFloat, {"search", "point"}, {fill});
    file.define_variable("objective", NetcdfType::kFloat, {"search", "point"}, {fill, {"long_name", inputs.objective->text()}});
    for (std::size_t j = 0; j < table.names.size(); ++j) {
      const auto& parameter = inputs.space->parameters()[inputs.space->free()[j]];
      file.define_variable(parameter.name, NetcdfType::kFloat, {"search", "point"},
                           {fill, {"units", parameter.unit}, {"long_name", parameter.meaning}});
    }
    file.put("basin_id", std::span<const std::string>(table.basins));
    file.put("seed", std::span<const std::int64_t>(table.seeds));
    file.put("evaluation", std::span<const double>(table.numbers));
    file.put("objective", std::span<const double>(table.objectives));
    for (std::size_t j = 0; j < table.names.size(); ++j) file.put(table.names[j], std::span<const double>(table.values[j]));
  });
}

}  // namespace

void write_parameters(const RunFolder& folder, const CalibrationInputs& inputs, const BestParameters& best) {
  Row header = {"basin"};
  for (const std::string& name : parameter_names(inputs)) header.push_back(name);
  const std::vector<int>& settings = inputs.train.substeps_per_day;
  for (std::size_t i = 0; i < settings.size(); ++i) header.emplace_back(inputs.model->substeps()[i].name);
  std::vector<Row> rows;
  std::filesystem::create_directories(folder.dir() / "parameters");
  for (std::size_t i = 0; i < best.basins.size(); ++i) {
    const std::string& basin = inputs.forcing.basins[best.basins[i]].id;
    rows.push_back({basin});
    append(rows.back(), best.values[i]);
    for (const int setting : settings) rows.back().push_back(std::to_string(setting));
    write_file_atomically(folder.dir() / "parameters" / (basin + ".yml"), parameter_yaml(inputs, basin, best.values[i]));
  }
  write_csv(folder.dir() / "parameters.csv", header, rows);
}

void write_search_tables(const RunFolder& folder, const CalibrationInputs& inputs, const calibration::Driver& driver) {
  write_searches(folder.dir() / "searches.csv", inputs, driver.runs());
  if (driver.runs().size() > inputs.forcing.basins.size()) write_spread(folder.dir() / "spread.csv", inputs, driver);
  write_trace(folder.dir() / "trace.csv", inputs, driver.runs());
  write_points(folder.dir() / "points.nc", inputs, driver.runs());
}

}  // namespace freshet
