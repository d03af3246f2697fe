#include "freshet/workflow/simulate_parameter_checks.hpp"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/kernels/registry.hpp"

namespace freshet {

using kernels::Model;
using kernels::Routing;
using physics::ParameterInfo;

std::string range_of(const ParameterInfo& row) {
  return fmt::format("{} to {}{}", row.lower, row.upper, row.unit == "-" ? "" : fmt::format(" {}", row.unit));
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
  const auto near = nearest(word, names);
  return near ? fmt::format("Did you mean `{}`?", *near) : "";
}

// Single precision and transforms leave a bound by some rounding.
constexpr double kBoundRounding = 1e-6;

std::optional<Problem> check_parameter(const ParameterInfo& row, double value, bool any, Problem problem) {
  problem.variable = row.name;
  problem.got = fmt::format("{}", value);
  problem.expected = range_of(row);
  if (!std::isfinite(value)) {
    problem.what = "the parameter is not a number";
    return problem;
  }
  const double margin = kBoundRounding * std::max(std::abs(row.lower), std::abs(row.upper));
  if (any || (value >= row.lower - margin && value <= row.upper + margin)) return std::nullopt;
  problem.what = fmt::format("the parameter is out of its usual range ({})", row.meaning);
  problem.hint = "`--allow-out-of-range` takes it nevertheless.";
  return problem;
}

std::optional<Problem> check_state(const Model& model, std::size_t state, double value, Problem problem) {
  const auto& row = model.states()[state];
  const bool may_be_negative = row.role != physics::WaterRole::kStored || model.exceptions().negative_storage;
  if (std::isfinite(value) && (value >= 0 || may_be_negative)) return std::nullopt;
  problem.variable = row.name;
  problem.got = fmt::format("{}", value);
  problem.what = "the initial state is out of range";
  problem.expected = may_be_negative ? "a finite number" : fmt::format("at least 0 {}", row.unit);
  return problem;
}

bool is_setting(double value) {
  return value >= 1 && value <= 86400 && value == std::floor(value);
}

std::vector<int> settings_of(const Model& model, const std::map<std::string, std::int64_t>& given) {
  if (given.empty()) return {};
  std::vector<int> settings;
  for (const auto& row : model.substeps()) settings.push_back(row.per_day);
  std::vector<Problem> problems;
  for (const auto& [name, value] : given) {
    const auto row = std::ranges::find(model.substeps(), name, &physics::SubstepInfo::name);
    if (row == model.substeps().end()) {
      const std::vector<std::string> known = names_of(model.substeps());
      std::string hint = did_you_mean(name, known);
      if (hint.empty() && !known.empty()) hint = fmt::format("There are {}.", fmt::join(known, ", "));
      problems.push_back({.what = fmt::format("`{}` is no setting of {}", name, model.name()), .hint = std::move(hint)});
    } else if (!is_setting(static_cast<double>(value))) {
      problems.push_back({.what = "the setting has a wrong value",
                          .variable = name,
                          .expected = kSettingExpected,
                          .got = std::to_string(value)});
    } else {
      settings[static_cast<std::size_t>(row - model.substeps().begin())] = static_cast<int>(value);
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return settings;
}

const Routing* routing_with(const std::set<std::string>& names) {
  for (const Routing* routing : kernels::routings()) {
    const auto is_given = [&](const ParameterInfo& row) { return names.contains(std::string(row.name)); };
    if (std::ranges::any_of(routing->parameters(), is_given)) return routing;
  }
  return nullptr;
}

const Routing* routing_named(const std::string& name) {
  return name == "none" ? nullptr : &kernels::find_routing(name);
}

}  // namespace freshet
