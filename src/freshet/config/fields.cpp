#include "freshet/config/fields.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace freshet {

Problem at_node(const YAML::Node& node, std::string what) {
  Problem problem{.what = std::move(what)};
  const YAML::Mark mark = node.Mark();
  if (!mark.is_null()) {
    problem.line = static_cast<std::size_t>(mark.line) + 1;
    problem.column = static_cast<std::size_t>(mark.column) + 1;
  }
  return problem;
}

std::string shown(const YAML::Node& node) {
  YAML::Emitter out;
  out.SetMapFormat(YAML::Flow);
  out.SetSeqFormat(YAML::Flow);
  out << node;
  std::string text = out.c_str();
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return "`" + text + "`";
}

std::string range_text(const FieldRules& rules) {
  if (rules.min && rules.max && rules.above_min) return fmt::format("above {}, at most {}", *rules.min, *rules.max);
  if (rules.min && rules.max) return fmt::format("{} to {}", *rules.min, *rules.max);
  if (rules.min) return fmt::format("{} {}", rules.above_min ? ">" : ">=", *rules.min);
  if (rules.max) return fmt::format("<= {}", *rules.max);
  return "";
}

std::optional<std::string> outside(double value, const FieldRules& rules) {
  const bool low = rules.min && (rules.above_min ? !(value > *rules.min) : !(value >= *rules.min));
  const bool high = rules.max && !(value <= *rules.max);
  if (!low && !high) return std::nullopt;
  return "a value " + range_text(rules);
}

std::optional<std::string> not_a_choice(const std::string& value, const FieldRules& rules) {
  if (rules.choices.empty() || std::ranges::find(rules.choices, value) != rules.choices.end()) return std::nullopt;
  std::string text = fmt::format("one of {}", fmt::join(rules.choices, ", "));
  if (const auto near = nearest(value, rules.choices)) text += fmt::format(" (did you mean `{}`?)", *near);
  return text;
}

ConfigSource ConfigSource::from_file(const std::string& path) {
  if (std::filesystem::is_directory(path)) {
    throw InputError({.what = "the configuration is a folder", .file = path, .hint = "Give the path of a YAML file."});
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw InputError({.what = "cannot open the configuration file", .file = path, .hint = "Give the path of a YAML file."});
  }
  std::stringstream text;
  text << file.rdbuf();
  return from_text(text.str(), path);
}

ConfigSource ConfigSource::from_text(const std::string& text, const std::string& name) {
  ConfigSource source;
  source.name_ = name;
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    throw InputError({.what = "not valid YAML: " + error.msg,
                      .file = name,
                      .line = static_cast<std::size_t>(error.mark.line + 1),
                      .column = static_cast<std::size_t>(error.mark.column + 1)});
  }
  if (root.IsNull()) return source;
  if (!root.IsMap()) throw InputError({.what = "not a list of `key: value` lines", .file = name, .line = 1});
  std::vector<Problem> problems;
  for (const auto& entry : root) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (source.find(key)) {
      problems.push_back(
          source.placed({entry.second, entry.first.Mark(), name}, {.what = fmt::format("`{}` is given twice", key)}));
    }
    source.entries_.emplace_back(key, Entry{entry.second, entry.first.Mark(), name});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return source;
}

void ConfigSource::set(const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw InputError({.what = fmt::format("`--set {}` is not of the form key=value", assignment)});
  }
  const std::string key = assignment.substr(0, equals);
  YAML::Node value;
  try {
    value = YAML::Load(assignment.substr(equals + 1));
  } catch (const YAML::ParserException& error) {
    throw InputError({.what = fmt::format("the value of `--set {}` is not valid YAML: {}", assignment, error.msg)});
  }
  // Copied, not erased in place: assigning one YAML::Node to another changes the document both stand in.
  std::vector<std::pair<std::string, Entry>> kept;
  for (const auto& entry : entries_) {
    if (entry.first != key) kept.push_back(entry);
  }
  kept.emplace_back(key, Entry{value, YAML::Mark::null_mark(), "--set " + key});
  entries_.swap(kept);
}

std::optional<ConfigSource::Entry> ConfigSource::find(const std::string& key) const {
  for (const auto& [name, entry] : entries_) {
    if (name == key) return entry;
  }
  return std::nullopt;
}

Problem ConfigSource::placed(const Entry& entry, Problem problem) const {
  problem.file = entry.origin;
  const bool from_file = !entry.mark.is_null();
  if (from_file && problem.line == 0) {
    problem.line = static_cast<std::size_t>(entry.mark.line) + 1;
    problem.column = static_cast<std::size_t>(entry.mark.column) + 1;
  }
  if (!from_file) problem.line = problem.column = 0;
  return problem;
}

Problem ConfigSource::at_key(const std::string& key, std::string what) const {
  const auto entry = find(key);
  if (!entry) return {.what = std::move(what), .file = name_};
  return placed(*entry, {.what = std::move(what)});
}

void ConfigSource::report_unknown_keys(std::vector<Problem>& problems) const {
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const auto& [key, entry] : entries_) {
    if (known_.contains(key)) continue;
    const auto near = nearest(key, known);
    problems.push_back(
        placed(entry, {.what = fmt::format("`{}` is not a known key", key),
                       .hint = near ? fmt::format("Did you mean `{}`?", *near) : "See `freshet config explain`."}));
  }
}

}  // namespace freshet
