#include "freshet/workflow/list_models.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace freshet {
namespace {

using kernels::Model;
using physics::ParameterScale;
using physics::WaterRole;

/// Rows of cells in aligned columns; the last column is as wide as it is.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  std::string text(const std::string& title) const {
    if (rows_.size() == 1) return "";
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text = fmt::format("  {}\n", title);
    for (const auto& row : rows_) {
      text += "   ";
      for (std::size_t i = 0; i + 1 < row.size(); ++i) text += fmt::format(" {:<{}} ", row[i], widths[i]);
      text += fmt::format(" {}\n", row.back());
    }
    return text;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string role(WaterRole role) {
  switch (role) {
    case WaterRole::kStored:
      return "stored";
    case WaterRole::kGain:
      return "gain";
    case WaterRole::kLoss:
      return "loss";
    case WaterRole::kNone:
      break;
  }
  return "-";
}

std::string scale(ParameterScale scale) {
  return scale == ParameterScale::kLog ? "log" : "linear";
}

std::string parameter_table(const Model& model) {
  TextTable table({"name", "symbol", "unit", "lower", "upper", "scale", "daily", "meaning"});
  for (std::size_t i = 0; i < model.parameters().size(); ++i) {
    const auto& row = model.parameters()[i];
    table.add({std::string(row.name), std::string(row.symbol), std::string(row.unit), fmt::format("{}", row.lower),
               fmt::format("{}", row.upper), scale(row.scale), model.must_be_static(i) ? "no" : "yes", std::string(row.meaning)});
  }
  return table.text("parameters (daily: whether values may vary from day to day)");
}

std::string variable_table(const std::string& title, std::span<const physics::VariableInfo> rows) {
  TextTable table({"name", "unit", "ledger", "meaning"});
  for (const auto& row : rows) {
    std::string meaning(row.meaning);
    if (std::isfinite(row.lowest)) meaning += fmt::format("; at least {}", row.lowest);
    table.add({std::string(row.name), std::string(row.unit), role(row.role), std::move(meaning)});
  }
  return table.text(title);
}

std::string delay_table(const Model& model) {
  TextTable table({"name", "unit", "ledger", "meaning"});
  for (std::int32_t i = 0; i < model.table().delay_count; ++i) {
    const kernels::DelayRow& delay = model.table().delays[i];
    table.add({delay.name, "mm/day", "-",
               fmt::format("{} after a unit hydrograph of up to {} steps; what is under way counts as stored", delay.flux,
                           delay.length)});
  }
  return table.text("delays");
}

std::string setting_table(const Model& model) {
  TextTable table({"name", "default", "meaning"});
  for (const auto& row : model.substeps())
    table.add({std::string(row.name), std::to_string(row.per_day), std::string(row.meaning)});
  return table.text("settings");
}

std::string exceptions(const Model& model) {
  const physics::ModelExceptions declared = model.exceptions();
  if (!declared.negative_storage && !declared.numerical_floor) return "";
  return fmt::format("  exceptions\n    {}{}{}\n", declared.negative_storage ? "storages may fall below zero; " : "",
                     declared.numerical_floor ? "a numerical floor makes water, which the ledger counts as a gain; " : "",
                     declared.reason);
}

}  // namespace

std::string describe(const Model& model) {
  std::string text = fmt::format("{}: {}\n", model.name(), model.title());
  text += parameter_table(model);
  text += variable_table("forcings", model.forcings());
  text += variable_table("states", model.states());
  text += variable_table(fmt::format("fluxes (routing takes {})", model.fluxes()[model.runoff()].name), model.fluxes());
  text += delay_table(model);
  text += setting_table(model);
  text += exceptions(model);
  return text;
}

std::string describe(const kernels::Routing& routing) {
  TextTable table({"name", "symbol", "unit", "lower", "upper", "scale", "meaning"});
  for (const auto& row : routing.parameters()) {
    table.add({std::string(row.name), std::string(row.symbol), std::string(row.unit), fmt::format("{}", row.lower),
               fmt::format("{}", row.upper), scale(row.scale), std::string(row.meaning)});
  }
  return fmt::format("{}: {}\n{}", routing.name(), routing.title(), table.text("parameters"));
}

}  // namespace freshet
