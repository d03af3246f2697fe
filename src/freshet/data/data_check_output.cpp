#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "freshet/data/data_check.hpp"

namespace freshet {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

/// Columns as wide as their widest cell, two blanks apart; `left` says which are aligned left.
std::string aligned(const std::vector<Row>& rows, const std::vector<bool>& left) {
  std::vector<std::size_t> widths(left.size(), 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += left[i] ? fmt::format("{:<{}}  ", row[i], widths[i]) : fmt::format("{:>{}}  ", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string number(double value) {
  return std::isnan(value) ? "-" : fmt::format("{:.4g}", value);
}

std::string series_table(const DataCheckReport& report) {
  std::vector<Row> rows = {{"basin", "variable", "unit", "first", "last", "missing", "longest gap", "min", "mean", "max"}};
  for (const BasinCheck& basin : report.basins) {
    for (const VariableCheck& v : basin.variables) {
      rows.push_back({basin.basin, v.name, v.unit, v.period ? to_string(v.period->first) : "-",
                      v.period ? to_string(v.period->last) : "-", std::to_string(v.missing), std::to_string(v.longest_gap),
                      number(v.min), number(v.mean), number(v.max)});
    }
  }
  return aligned(rows, {true, true, true, true, true, false, false, false, false, false});
}

std::string oddity_table(const DataCheckReport& report) {
  std::vector<std::string> kinds;
  std::map<std::string, std::vector<Row>> rows;
  for (const Oddity& oddity : report.oddities) {
    if (!rows.contains(oddity.kind)) kinds.push_back(oddity.kind);
    rows[oddity.kind].push_back(
        {"  " + (oddity.basin.empty() ? std::string("all") : oddity.basin), oddity.variable, oddity.detail});
  }
  std::string text;
  for (const std::string& kind : kinds) {
    text += fmt::format("\n{} ({}):\n{}", kind, rows[kind].size(), aligned(rows[kind], {true, true, true}));
  }
  return text;
}

/// NaN becomes null.
Json to_json_number(double value) {
  return std::isnan(value) ? Json(nullptr) : Json(value);
}

Json variable_json(const VariableCheck& v) {
  return {{"name", v.name},
          {"unit", v.unit},
          {"first", v.period ? Json(to_string(v.period->first)) : Json(nullptr)},
          {"last", v.period ? Json(to_string(v.period->last)) : Json(nullptr)},
          {"steps", v.steps},
          {"missing", v.missing},
          {"longest_gap", v.longest_gap},
          {"min", to_json_number(v.min)},
          {"mean", to_json_number(v.mean)},
          {"max", to_json_number(v.max)}};
}

Json basin_json(const BasinCheck& basin) {
  Json variables = Json::array();
  for (const VariableCheck& variable : basin.variables) variables.push_back(variable_json(variable));
  return {{"basin", basin.basin},
          {"name", basin.gauge.name},
          {"latitude", to_json_number(basin.gauge.latitude)},
          {"longitude", to_json_number(basin.gauge.longitude)},
          {"first", to_string(basin.axis.first)},
          {"steps", basin.axis.size},
          {"step_minutes", basin.axis.step_minutes},
          {"area_km2", to_json_number(basin.area_km2)},
          {"area_source", basin.area_source},
          {"content_hash", fmt::format("{:016x}", basin.content_hash)},
          {"variables", std::move(variables)}};
}

}  // namespace

std::string to_text(const DataCheckReport& report) {
  return fmt::format("{}\n{} basin{}, {} oddit{}, data hash {:016x}\n{}", series_table(report), report.basins.size(),
                     report.basins.size() == 1 ? "" : "s", report.oddities.size(), report.oddities.size() == 1 ? "y" : "ies",
                     report.data_hash, oddity_table(report));
}

std::string to_json(const DataCheckReport& report) {
  Json basins = Json::array();
  for (const BasinCheck& basin : report.basins) basins.push_back(basin_json(basin));
  Json oddities = Json::array();
  for (const Oddity& oddity : report.oddities) {
    oddities.push_back(
        {{"kind", oddity.kind}, {"basin", oddity.basin}, {"variable", oddity.variable}, {"detail", oddity.detail}});
  }
  const Json json = {
      {"data_hash", fmt::format("{:016x}", report.data_hash)}, {"basins", std::move(basins)}, {"oddities", std::move(oddities)}};
  // Names come from files: bytes that are not UTF-8 must not stop the report.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace freshet
