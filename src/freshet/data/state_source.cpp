#include "freshet/data/state_source.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

constexpr const char* kForm = "a map {path: FOLDER or FILE, column: NAME}";

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

Expected read_value(const YAML::Node& node, StateSource& value) {
  if (!node.IsMap()) return kForm;
  value = {};
  for (const auto& item : node) {
    const std::string key = item.first.IsScalar() ? item.first.Scalar() : "";
    Expected wrong;
    if (key == "path") {
      wrong = read_value(item.second, value.path);
    } else if (key == "column") {
      wrong = read_value(item.second, value.column);
    } else if (key == "scale") {
      wrong = read_value(item.second, value.scale);
    } else {
      return fmt::format("{} and perhaps scale: NUMBER; not `{}`", kForm, key);
    }
    if (wrong) return fmt::format("{}, where `{}` is {}", kForm, key, *wrong);
  }
  if (value.path.empty() || value.column.empty()) return kForm;
  if (value.scale == 0) return "a `scale` other than zero";
  return std::nullopt;
}

YAML::Node write_value(const StateSource& value) {
  YAML::Node node(YAML::NodeType::Map);
  node.SetStyle(YAML::EmitterStyle::Flow);
  node["path"] = write_value(value.path);
  node["column"] = write_value(value.column);
  if (value.scale != 1) node["scale"] = write_value(value.scale);
  return node;
}

const FieldTable<StateObservationOptions>& state_observation_fields() {
  using O = StateObservationOptions;
  static const FieldTable<O> table = {
      field("Untrained variables", "state_observations", &O::state_observations,
            {.doc = "Observations of states or fluxes inside the model, for evaluation alone: {snowpack: {path: ../swe, column: "
                    "swe}}, or of a sum, {snowpack + meltwater: ...}. path: a folder with <basin>.csv files, a path with {basin} "
                    "in it, or one CSV file with a column of basins; scale: a factor to the model's unit. none: nothing is "
                    "compared."}),
  };
  return table;
}

void anchor_paths(StateObservationOptions& options, const std::filesystem::path& base) {
  for (auto& [state, source] : options.state_observations) {
    if (source.path.is_relative()) source.path = base / source.path;
    source.path = source.path.lexically_normal();
  }
}

std::vector<std::string> state_terms(const std::string& key) {
  std::vector<std::string> terms;
  for (std::size_t from = 0; from <= key.size();) {
    const std::size_t plus = std::min(key.find('+', from), key.size());
    terms.push_back(trimmed(key.substr(from, plus - from)));
    from = plus + 1;
  }
  return terms;
}

void check_state_names(const StateObservationOptions& options, const std::vector<NamedUnit>& known, const std::string& model) {
  std::vector<std::string> names;
  for (const NamedUnit& state : known) names.push_back(state.name);
  std::vector<Problem> problems;
  for (const auto& [key, source] : options.state_observations) {
    std::set<std::string> units;
    for (const std::string& term : state_terms(key)) {
      const auto found = std::ranges::find(known, term, &NamedUnit::name);
      if (found != known.end()) {
        units.insert(found->unit);
        continue;
      }
      Problem problem{.what = fmt::format("`state_observations`: the model `{}` has no state or flux `{}`", model, term),
                      .expected = names.empty() ? "" : fmt::format("one of {}", fmt::join(names, ", "))};
      if (names.empty()) problem.hint = "It has none that could be compared; leave the key out, or write `none`.";
      if (const auto near = nearest(term, names)) problem.hint = fmt::format("Did you mean `{}`?", *near);
      problems.push_back(std::move(problem));
    }
    if (units.size() > 1) {
      problems.push_back({.what = fmt::format("`state_observations`: `{}` adds up different units", key),
                          .got = fmt::format("{}", fmt::join(units, ", "))});
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace freshet
