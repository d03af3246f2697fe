#include "freshet/data/scaler.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "freshet/core/step_range.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

/// Count, mean and sum of squared deviations, merged by the rule of Chan et al. (1983).
struct Moments {
  double n = 0;
  double mean = 0;
  double m2 = 0;

  void add(double x) {
    n += 1;
    const double delta = x - mean;
    mean += delta / n;
    m2 += delta * (x - mean);
  }
  void merge(const Moments& other) {
    if (other.n == 0) return;
    const double total = n + other.n;
    const double delta = other.mean - mean;
    mean += delta * other.n / total;
    m2 += other.m2 + delta * delta * n * other.n / total;
    n = total;
  }
  double population_std() const { return n > 0 ? std::sqrt(m2 / n) : 0; }
  double sample_std() const { return n > 1 ? std::sqrt(m2 / (n - 1)) : 0; }
};

/// Relative to the size of the values, so that rounding noise of a constant is not taken for variation.
bool is_constant(const Moments& moments, double deviation) {
  return !(deviation > 1e-9 * std::max(1e-30, std::abs(moments.mean)));
}

Moments moments_of(const BasinView& basin, const std::string& variable, const std::vector<Period>& periods) {
  const ColumnView* column = basin.find(variable);
  Moments moments;
  if (column == nullptr) return moments;
  for (const Period& period : periods) {
    const StepRange steps = steps_within(basin.axis, period);
    for (std::int64_t t = steps.first; t < steps.end; ++t) {
      const double value = column->values[static_cast<std::size_t>(t)];
      if (std::isfinite(value)) moments.add(value);
    }
  }
  return moments;
}

/// The days of a basin's first training sample.
Period first_sample(const BasinView& basin, const DataOptions& options) {
  const std::int64_t step = basin.axis.step_minutes;
  Time first = split_periods(options, Split::kTrain).front().first;
  first.minutes = std::max(first.minutes - (options.seq_length - options.predict_last_n) * step, basin.axis.first.minutes);
  return {first, {first.minutes + (options.seq_length - 1) * step}};
}

/// Of the basin's own scaling.
Standardisation own_standardisation(const BasinView& basin, const std::string& variable, const Moments& in_training,
                                    const DataOptions& options, const ScalingRules& rules) {
  if (rules.by_first_sample) {
    const Moments sample = moments_of(basin, variable, {first_sample(basin, options)});
    if (sample.n > 0 && !is_constant(sample, sample.population_std())) return {sample.mean, sample.population_std()};
  }
  return {in_training.mean, in_training.population_std()};
}

std::vector<const BasinView*> by_id(const std::vector<BasinView>& basins) {
  std::vector<const BasinView*> sorted;
  for (const BasinView& basin : basins) sorted.push_back(&basin);
  std::ranges::sort(sorted, {}, [](const BasinView* basin) { return basin->basin; });
  return sorted;
}

Problem no_such_variable(const BasinView& basin, const std::string& variable) {
  std::vector<std::string> names;
  for (const ColumnView& column : basin.columns) names.push_back(column.name);
  const auto near = nearest(variable, names);
  return {.what = "the data set has no such variable",
          .basin = basin.basin,
          .variable = variable,
          .expected = fmt::format("one of {}", fmt::join(names, ", ")),
          .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""};
}

std::string period_text(const DataOptions& options) {
  std::vector<std::string> texts;
  for (const Period& period : split_periods(options, Split::kTrain)) texts.push_back(to_string(period));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// `basin`: empty for all of them together.
Problem no_variation(const Moments& moments, const std::string& basin, const std::string& input, const DataOptions& options) {
  return {.what = moments.n == 0 ? "the input is missing throughout the training period"
                                 : "the input is constant in the training period",
          .basin = basin,
          .date = period_text(options),
          .variable = input,
          .hint = basin.empty() ? "Leave it out of `dynamic_inputs`." : "Leave the basin or the input out."};
}

nlohmann::ordered_json json_of(const std::map<std::string, Standardisation>& map) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, s] : map) json[name] = {{"center", s.center}, {"scale", s.scale}};
  return json;
}

std::map<std::string, Standardisation> map_of(const nlohmann::json& json) {
  std::map<std::string, Standardisation> map;
  for (const auto& [name, s] : json.items()) {
    map[name] = {s.at("center").get<double>(), s.at("scale").get<double>()};
    if (!(map[name].scale > 0)) throw InputError({.what = "a scale is not above zero", .variable = name});
  }
  return map;
}

}  // namespace

const Standardisation& Scaler::input(const std::string& basin, const std::string& name) const {
  const auto own = basin_scaling.find(basin);
  return own != basin_scaling.end() ? own->second.inputs.at(name) : inputs.at(name);
}

const Standardisation& Scaler::target(const std::string& basin, const std::string& name) const {
  const auto own = basin_scaling.find(basin);
  return own != basin_scaling.end() ? own->second.targets.at(name) : targets.at(name);
}

std::string Scaler::to_json() const {
  nlohmann::ordered_json json = {{"format", "freshet-scaler-1"},
                                 {"inputs", json_of(inputs)},
                                 {"targets", json_of(targets)},
                                 {"attributes", json_of(attributes)}};
  json["basin_targets"] = nlohmann::ordered_json::object();
  for (const auto& [basin, map] : basin_targets) json["basin_targets"][basin] = json_of(map);
  if (!basin_scaling.empty()) {
    for (const auto& [basin, own] : basin_scaling)
      json["basin_scaling"][basin] = {{"inputs", json_of(own.inputs)}, {"targets", json_of(own.targets)}};
  }
  return json.dump(1) + "\n";
}

Scaler Scaler::from_json(const std::string& text, const std::string& source) {
  try {
    const auto json = nlohmann::json::parse(text);
    if (json.at("format") != "freshet-scaler-1")
      throw InputError({.what = "unknown scaler format", .file = source, .got = json.at("format").dump()});
    Scaler scaler{.inputs = map_of(json.at("inputs")),
                  .targets = map_of(json.at("targets")),
                  .attributes = map_of(json.at("attributes")),
                  .basin_targets = {},
                  .basin_scaling = {}};
    for (const auto& [basin, map] : json.at("basin_targets").items()) scaler.basin_targets[basin] = map_of(map);
    if (json.contains("basin_scaling")) {
      for (const auto& [basin, own] : json.at("basin_scaling").items())
        scaler.basin_scaling[basin] = {map_of(own.at("inputs")), map_of(own.at("targets"))};
    }
    return scaler;
  } catch (const nlohmann::json::exception& error) {
    throw InputError({.what = fmt::format("the scaler file is damaged: {}", error.what()), .file = source});
  } catch (const InputError& error) {
    std::vector<Problem> problems = error.problems();
    for (Problem& problem : problems) problem.file = source;
    throw InputError(std::move(problems));
  }
}

std::map<std::string, std::vector<double>> numeric_attributes(const AttributeTable& table, const std::vector<std::string>& basins,
                                                              const std::vector<std::string>& names) {
  std::vector<Problem> problems;
  std::vector<std::size_t> columns;
  for (const std::string& name : names) {
    const auto at = std::ranges::find(table.names, name);
    if (at == table.names.end()) {
      const auto near = nearest(name, table.names);
      problems.push_back({.what = "the data set has no such attribute",
                          .variable = name,
                          .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
      continue;
    }
    columns.push_back(static_cast<std::size_t>(at - table.names.begin()));
  }
  if (!problems.empty()) throw InputError(std::move(problems));

  std::map<std::string, std::vector<double>> numbers;
  for (const std::string& basin : basins) {
    std::vector<double>& row = numbers[basin];
    if (names.empty()) continue;
    const auto at = std::ranges::lower_bound(table.basins, basin);
    if (at == table.basins.end() || *at != basin) {
      problems.push_back({.what = "the attribute tables have no row for this basin", .basin = basin});
      continue;
    }
    for (std::size_t k = 0; k < names.size(); ++k) {
      const std::string& cell = table.cell(static_cast<std::size_t>(at - table.basins.begin()), columns[k]);
      const auto value = parse_number(cell);
      if (!value) {
        problems.push_back({.what = cell.empty() ? "the attribute is missing for this basin" : "the attribute is not a number",
                            .basin = basin,
                            .variable = names[k],
                            .expected = "a number",
                            .got = "`" + cell + "`",
                            .hint = "Leave the basin or the attribute out."});
      }
      row.push_back(value.value_or(0));
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return numbers;
}

std::map<std::string, std::map<std::string, Standardisation>> basin_target_statistics(const std::vector<BasinView>& basins,
                                                                                      const DataOptions& options,
                                                                                      std::vector<Problem>& problems) {
  const std::vector<Period> periods = split_periods(options, Split::kTrain);
  const auto sorted = by_id(basins);
  std::map<std::string, std::map<std::string, Standardisation>> statistics;
  for (const std::string& name : options.target_variables) {
    if (std::ranges::none_of(sorted, [&name](const BasinView* basin) { return basin->find(name) != nullptr; })) {
      problems.push_back(no_such_variable(*sorted.front(), name));
      continue;
    }
    for (const BasinView* basin : sorted) {
      const Moments own = moments_of(*basin, name, periods);
      if (own.n == 0 || is_constant(own, own.population_std())) {
        problems.push_back({.what = own.n == 0 ? "no observation in the training period"
                                               : "the observations are constant in the training period",
                            .basin = basin->basin,
                            .date = period_text(options),
                            .variable = name,
                            .hint = "Remove the basin from the training list."});
      }
      statistics[basin->basin][name] = {own.mean, own.population_std()};
    }
  }
  return statistics;
}

Scaler fit_scaler(const std::vector<BasinView>& basins, const std::map<std::string, std::vector<double>>& attributes,
                  const DataOptions& options, const ScalingRules& rules) {
  const std::vector<Period> periods = split_periods(options, Split::kTrain);
  const auto sorted = by_id(basins);
  std::vector<Problem> problems;
  Scaler scaler;

  for (const std::string& name : options.dynamic_inputs) {
    const auto lacking = std::ranges::find_if(sorted, [&name](const BasinView* basin) { return basin->find(name) == nullptr; });
    if (lacking != sorted.end()) {
      problems.push_back(no_such_variable(**lacking, name));
      continue;  // one basin is enough: the others most likely lack it too
    }
    Moments all;
    for (const BasinView* basin : sorted) {
      const Moments own = moments_of(*basin, name, periods);
      all.merge(own);
      if (!rules.by_basin) continue;
      if (is_constant(own, own.population_std())) problems.push_back(no_variation(own, basin->basin, name, options));
      scaler.basin_scaling[basin->basin].inputs[name] = own_standardisation(*basin, name, own, options, rules);
    }
    if (!rules.by_basin && is_constant(all, all.population_std())) problems.push_back(no_variation(all, "", name, options));
    scaler.inputs[name] = {all.mean, all.population_std()};
  }

  for (const std::string& name : options.target_variables) {
    Moments all;
    for (const BasinView* basin : sorted) {
      const Moments own = moments_of(*basin, name, periods);
      all.merge(own);
      if (!rules.by_basin) continue;
      scaler.basin_scaling[basin->basin].targets[name] =
          rules.raw_targets ? Standardisation{} : own_standardisation(*basin, name, own, options, rules);
    }
    scaler.targets[name] = rules.raw_targets ? Standardisation{} : Standardisation{all.mean, all.population_std()};
  }
  scaler.basin_targets = basin_target_statistics(basins, options, problems);

  for (std::size_t k = 0; k < options.static_attributes.size(); ++k) {
    Moments all;
    for (const BasinView* basin : sorted) all.add(attributes.at(basin->basin)[k]);
    if (is_constant(all, all.sample_std())) {
      problems.push_back({.what = fmt::format("the attribute is the same for all {} training basins", sorted.size()),
                          .variable = options.static_attributes[k],
                          .got = fmt::format("{}", all.mean),
                          .hint = "Leave it out of `static_attributes`."});
    }
    scaler.attributes[options.static_attributes[k]] = {all.mean, all.sample_std()};
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return scaler;
}

}  // namespace freshet
