#include "freshet/calibration/parameter_space.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet::calibration {

namespace {

/// What is wrong with a range, or nothing.
std::optional<Problem> wrong_range(const SearchedParameter& parameter, const std::vector<double>& range) {
  Problem problem{.variable = parameter.name};
  const bool sorted = (range.size() == 1 || range.size() == 2) && range.front() <= range.back();
  if (!sorted) {
    problem.what = "the range of the parameter is none";
    problem.expected = "[lowest, highest], or one value";
    problem.got = fmt::format("[{}]", fmt::join(range, ", "));
    return problem;
  }
  if (range.front() >= parameter.lower && range.back() <= parameter.upper) return std::nullopt;
  problem.what = "the range of the parameter reaches beyond that of the model";
  problem.expected = fmt::format("within {:g} to {:g} {}", parameter.lower, parameter.upper, parameter.unit);
  problem.got = fmt::format("{:g} to {:g}", range.front(), range.back());
  return problem;
}

}  // namespace

double SearchedParameter::value(double u) const {
  if (u <= 0 || fixed()) return lower;
  if (u >= 1) return upper;
  return logarithmic ? lower * std::pow(upper / lower, u) : lower + u * (upper - lower);
}

double SearchedParameter::scaled(double value) const {
  if (fixed()) return 0;
  const double u = logarithmic ? std::log(value / lower) / std::log(upper / lower) : (value - lower) / (upper - lower);
  return std::clamp(u, 0.0, 1.0);
}

double SearchedParameter::slope(double value) const {
  return logarithmic ? value * std::log(upper / lower) : upper - lower;
}

ParameterSpace::ParameterSpace(const kernels::Model& model, const kernels::Routing* routing, const ParameterRanges& ranges)
    : model_parameters_(model.parameters().size()) {
  const auto add = [this](const auto& rows) {
    for (const auto& row : rows) {
      parameters_.push_back({.name = std::string(row.name),
                             .symbol = std::string(row.symbol),
                             .unit = std::string(row.unit),
                             .meaning = std::string(row.meaning),
                             .lower = row.lower,
                             .upper = row.upper,
                             .logarithmic = row.scale == decltype(row.scale)::kLog});
    }
  };
  add(model.parameters());
  if (routing != nullptr) add(routing->parameters());

  std::vector<Problem> problems;
  std::vector<std::string> names;
  for (const SearchedParameter& parameter : parameters_) names.push_back(parameter.name);
  for (const auto& [name, range] : ranges) {
    const auto found = std::ranges::find(parameters_, name, &SearchedParameter::name);
    if (found == parameters_.end()) {
      const auto near = nearest(name, names);
      problems.push_back({.what = fmt::format("the model `{}` and its routing have no such parameter", model.name()),
                          .variable = name,
                          .expected = fmt::format("one of {}", fmt::join(names, ", ")),
                          .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
    } else if (auto problem = wrong_range(*found, range)) {
      problems.push_back(std::move(*problem));
    } else {
      found->lower = range.front();
      found->upper = range.back();
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].fixed()) free_.push_back(i);
  }
  if (free_.empty()) throw InputError({.what = "all parameters are fixed; there is nothing to search for"});
}

std::vector<double> ParameterSpace::values(std::span<const double> point) const {
  std::vector<double> values;
  for (const SearchedParameter& parameter : parameters_) values.push_back(parameter.lower);
  for (std::size_t j = 0; j < free_.size(); ++j) values[free_[j]] = parameters_[free_[j]].value(point[j]);
  return values;
}

std::vector<double> ParameterSpace::point(std::span<const double> values) const {
  std::vector<double> point;
  for (const std::size_t i : free_) point.push_back(parameters_[i].scaled(values[i]));
  return point;
}

std::string to_text(const ParameterSpace& space) {
  std::string text;
  for (const SearchedParameter& p : space.parameters()) {
    const std::string range = p.fixed() ? fmt::format("{:g}", p.lower) : fmt::format("{:g} to {:g}", p.lower, p.upper);
    text += fmt::format("  {:<10} {:>18} {:<8} {:<7} {}\n", p.name, range, p.unit,
                        p.fixed()       ? "fixed"
                        : p.logarithmic ? "log"
                                        : "linear",
                        p.meaning);
  }
  return text;
}

}  // namespace freshet::calibration
