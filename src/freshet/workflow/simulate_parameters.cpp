#include "freshet/workflow/simulate_parameters.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include "freshet/config/fields.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/number_text.hpp"
#include "freshet/workflow/simulate_parameter_checks.hpp"

namespace freshet {
namespace {

using kernels::Model;
using physics::ParameterInfo;

/// Reads the YAML form.
class YamlParameters {
 public:
  YamlParameters(const std::filesystem::path& path, const Model& model, const ParameterFileOptions& options)
      : model_(model), options_(options) {
    file_.path = path;
  }

  ParameterFile read() {
    const YAML::Node root = load();
    check_keys(root, {"model", "parameters", "initial_states", "routing", "settings"}, "key");
    check_model(root["model"]);
    ParameterValues values;
    if (!root["parameters"]) {
      add(root, {.what = "the key `parameters` is missing", .expected = "parameters: {name: value, ...}"});
    } else {
      values.parameters = read_rows(root["parameters"], model_.parameters(), fmt::format("parameter of {}", model_.name()));
    }
    read_routing(root["routing"], values);
    read_states(root["initial_states"], values);
    read_settings(root["settings"]);
    if (!problems_.empty()) {
      problems_.resize(std::min(problems_.size(), kParameterProblemsShown));
      throw InputError(std::move(problems_));
    }
    file_.sets.emplace("", std::move(values));
    return std::move(file_);
  }

 private:
  YAML::Node load() const {
    const std::string name = file_.path.string();
    try {
      YAML::Node root = YAML::Load(read_file(file_.path));
      if (root.IsMap()) return root;
    } catch (const YAML::Exception& error) {
      throw InputError({.what = "not valid YAML: " + error.msg,
                        .file = name,
                        .line = static_cast<std::size_t>(error.mark.line + 1),
                        .column = static_cast<std::size_t>(error.mark.column + 1)});
    }
    throw InputError({.what = "not a parameter file", .file = name, .expected = "parameters: {name: value, ...}"});
  }

  void add(const YAML::Node& node, Problem problem) {
    const Problem place = at_node(node, "");
    problem.file = file_.path.string();
    problem.line = place.line;
    problem.column = place.column;
    problems_.push_back(std::move(problem));
  }

  /// Adds problems for keys that are not known or stand twice; the others are returned.
  std::set<std::string> check_keys(const YAML::Node& map, const std::vector<std::string>& known, const std::string& what) {
    std::set<std::string> seen;
    for (const auto& entry : map) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (std::ranges::find(known, key) == known.end()) {
        std::string hint = did_you_mean(key, known);
        if (parse_number(key) && entry.second.IsNull()) {
          hint = "Numbers have a decimal point: 0.1, not 0,1.";
        } else if (hint.empty()) {
          hint = known.empty() ? "There is none." : fmt::format("There are {}.", fmt::join(known, ", "));
        }
        add(entry.first, {.what = fmt::format("`{}` is no {}", key, what), .hint = std::move(hint)});
      } else if (!seen.insert(key).second) {
        add(entry.first, {.what = fmt::format("`{}` is given twice", key)});
      }
    }
    return seen;
  }

  void check_model(const YAML::Node& node) {
    if (!node || (node.IsScalar() && node.Scalar() == model_.name())) return;
    add(node, {.what = "the parameters are of another model", .expected = std::string(model_.name()), .got = shown(node)});
  }

  std::optional<double> number(const YAML::Node& node, std::string_view name) {
    const auto value = node.IsScalar() ? parse_number(node.Scalar()) : std::nullopt;
    if (!value) {
      add(node, {.what = "the value is not a number",
                 .variable = std::string(name),
                 .expected = "a finite number",
                 .got = shown(node)});
    }
    return value;
  }

  bool is_map(const YAML::Node& node, const char* key) {
    if (node.IsMap()) return true;
    add(node, {.what = fmt::format("`{}` has a wrong value", key), .expected = "{name: value, ...}", .got = shown(node)});
    return false;
  }

  /// Values of a table of parameters, which must all be there.
  std::vector<double> read_rows(const YAML::Node& map, std::span<const ParameterInfo> rows, const std::string& what) {
    std::vector<double> values(rows.size());
    if (!is_map(map, "parameters")) return values;
    check_keys(map, names_of(rows), what);
    return read_known(map, rows);
  }

  std::vector<double> read_known(const YAML::Node& map, std::span<const ParameterInfo> rows) {
    std::vector<double> values(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string name(rows[i].name);
      const YAML::Node node = map[name];
      if (!node) {
        values[i] = 0.5 * (rows[i].lower + rows[i].upper);
        if (std::ranges::find(options_.static_elsewhere, name) != options_.static_elsewhere.end()) continue;
        add(map, {.what = fmt::format("the parameter is missing ({})", rows[i].meaning),
                  .variable = name,
                  .expected = range_of(rows[i])});
        continue;
      }
      const auto value = number(node, name);
      if (!value) continue;
      values[i] = *value;
      if (auto problem = check_parameter(rows[i], *value, options_.allow_out_of_range, {})) add(node, std::move(*problem));
    }
    return values;
  }

  void read_routing(const YAML::Node& node, ParameterValues& values) {
    const bool is_none = !node || node.IsNull() || (node.IsScalar() && node.Scalar() == "none");
    if (is_none || options_.routing == "none") {
      if (is_none && !options_.routing.empty() && options_.routing != "none") {
        problems_.push_back({.what = fmt::format("the file gives no parameters for the routing `{}`", options_.routing),
                             .file = file_.path.string(),
                             .expected = "routing: {method: ..., name: value, ...}"});
      }
      return;
    }
    if (!is_map(node, "routing")) return;
    std::set<std::string> names;
    for (const auto& entry : node) names.insert(entry.first.IsScalar() ? entry.first.Scalar() : "");
    try {
      const std::string method = node["method"] ? node["method"].as<std::string>("") : "";
      file_.routing = !options_.routing.empty() ? routing_named(options_.routing)
                      : !method.empty()         ? routing_named(method)
                                                : routing_with(names);
    } catch (const InputError& error) {
      add(node["method"] ? node["method"] : node, error.problems().front());
      return;
    }
    if (file_.routing == nullptr) {
      if (!node["method"]) add(node, {.what = "the routing has no method", .hint = "`freshet list routings` names them."});
      return;
    }
    std::vector<std::string> known = names_of(file_.routing->parameters());
    known.emplace_back("method");
    check_keys(node, known, fmt::format("parameter of the routing {}", file_.routing->name()));
    values.routing = read_known(node, file_.routing->parameters());
  }

  void read_states(const YAML::Node& node, ParameterValues& values) {
    if (!node || node.IsNull() || !is_map(node, "initial_states")) return;
    for (const std::string& name : check_keys(node, names_of(model_.states()), fmt::format("state of {}", model_.name()))) {
      const auto value = number(node[name], name);
      if (!value) continue;
      const std::size_t state = *model_.find_state(name);
      if (auto problem = check_state(model_, state, *value, {})) add(node[name], std::move(*problem));
      values.initial_states[state] = *value;
    }
  }

  void read_settings(const YAML::Node& node) {
    if (!node || node.IsNull() || !is_map(node, "settings")) return;
    for (const auto& row : model_.substeps()) file_.substeps_per_day.push_back(row.per_day);
    for (const std::string& name : check_keys(node, names_of(model_.substeps()), fmt::format("setting of {}", model_.name()))) {
      const auto value = number(node[name], name);
      if (!value) continue;
      if (!is_setting(*value)) {
        add(node[name],
            {.what = "the setting has a wrong value", .variable = name, .expected = kSettingExpected, .got = shown(node[name])});
        continue;
      }
      const auto row = std::ranges::find(model_.substeps(), name, &physics::SubstepInfo::name);
      file_.substeps_per_day[static_cast<std::size_t>(row - model_.substeps().begin())] = static_cast<int>(*value);
    }
  }

  const Model& model_;
  const ParameterFileOptions& options_;
  ParameterFile file_;
  std::vector<Problem> problems_;
};

}  // namespace

const ParameterValues& ParameterFile::of(const std::string& basin) const {
  if (const auto all = sets.find(""); all != sets.end()) return all->second;
  const auto own = sets.find(basin);
  if (own != sets.end()) return own->second;
  std::vector<std::string> ids;
  for (const auto& [id, values] : sets) ids.push_back(id);
  throw InputError({.what = "the parameter file has no row for the basin",
                    .file = path.string(),
                    .basin = basin,
                    .hint = did_you_mean(basin, ids)});
}

ParameterFile read_parameter_file(const std::filesystem::path& path, const Model& model, const ParameterFileOptions& options) {
  if (!options.routing.empty()) routing_named(options.routing);  // a wrong one is no problem of the file
  const std::string extension = path.extension().string();
  if (extension == ".csv") return read_parameter_table(path, model, options);
  if (extension == ".yml" || extension == ".yaml") return YamlParameters(path, model, options).read();
  throw InputError({.what = "the kind of the parameter file is not known",
                    .file = path.string(),
                    .expected = "a .yml or .csv file",
                    .got = extension.empty() ? "a name without extension" : extension});
}

}  // namespace freshet
