#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "freshet/config/value.hpp"
#include "freshet/core/error.hpp"

namespace freshet {

/// What the reference, `config explain` and the JSON schema say about one key.
struct FieldInfo {
  std::string key;
  std::string group;
  std::string type;
  std::string schema;
  std::string default_text;
  std::string doc;
  std::string range;  ///< "" or e.g. ">= 1"
  std::vector<std::string> choices;
  std::vector<std::string> aliases;  ///< older names of the key that are still understood
  bool required = false;
};

/// What may be said of a field beside its name and place.
struct FieldRules {
  std::string doc;
  std::optional<double> min;           ///< least allowed value, for numbers
  std::optional<double> max;           ///< greatest allowed value
  bool above_min = false;              ///< the least value itself is not allowed
  std::vector<std::string> choices{};  ///< the only values allowed, for text
  std::vector<std::string> aliases{};
  bool required = false;
};

/// One key of an options struct: how to read it from YAML, check it and write it back.
template <class Options>
struct Field {
  FieldInfo info;
  std::function<std::optional<Problem>(const YAML::Node&, Options&)> read;
  std::function<YAML::Node(const Options&)> write;
};

/// All keys of one options struct. Parsing, range checks, `config explain`, the reference page, the JSON schema and the
/// resolved config all come from this one table.
template <class Options>
using FieldTable = std::vector<Field<Options>>;

/// Where a node was written: file (or "--set"), line and column.
Problem at_node(const YAML::Node& node, std::string what);
/// The text of a node for an error message, shortened.
std::string shown(const YAML::Node& node);
std::string range_text(const FieldRules& rules);
std::optional<std::string> outside(double value, const FieldRules& rules);
std::optional<std::string> not_a_choice(const std::string& value, const FieldRules& rules);

template <class T>
std::optional<std::string> check_rules(const T& value, const FieldRules& rules) {
  if constexpr (std::same_as<T, std::int64_t> || std::same_as<T, double>) {
    return outside(static_cast<double>(value), rules);
  } else if constexpr (std::same_as<T, std::string>) {
    return not_a_choice(value, rules);
  } else if constexpr (std::same_as<T, std::map<std::int64_t, double>>) {
    for (const auto& [epoch, number] : value) {
      if (auto wrong = outside(number, rules)) return wrong;
    }
    return std::nullopt;
  } else if constexpr (requires { value.has_value(); }) {
    return value ? check_rules(*value, rules) : std::nullopt;
  } else if constexpr (requires { value.begin(); } && !std::same_as<T, std::filesystem::path>) {
    for (const auto& item : value) {
      if (auto wrong = check_rules(item, rules)) return wrong;
    }
    return std::nullopt;
  } else {
    return std::nullopt;
  }
}

/// A row of a field table: key, place in the struct, rules. The default is whatever the struct's own initialiser says.
template <class Options, class T>
Field<Options> field(std::string group, std::string key, T Options::*member, FieldRules rules) {
  FieldInfo info{.key = key,
                 .group = std::move(group),
                 .type = ValueType<T>::name,
                 .schema = ValueType<T>::schema,
                 .default_text = YAML::Dump(write_value(Options{}.*member)),
                 .doc = rules.doc,
                 .range = range_text(rules),
                 .choices = rules.choices,
                 .aliases = rules.aliases,
                 .required = rules.required};
  if (rules.required) info.default_text.clear();
  auto read = [key, member, rules](const YAML::Node& node, Options& options) -> std::optional<Problem> {
    T value{};
    Expected wrong = read_value(node, value);
    if (!wrong) wrong = check_rules(value, rules);
    if (wrong) {
      Problem problem = at_node(node, fmt::format("`{}` has a wrong value", key));
      problem.expected = *wrong;
      problem.got = shown(node);
      if constexpr (requires { value.has_value(); }) problem.hint = "Write `none` for none.";
      return problem;
    }
    options.*member = std::move(value);
    return std::nullopt;
  };
  return {std::move(info), std::move(read), [member](const Options& options) { return write_value(options.*member); }};
}

/// A parsed YAML file (and --set overrides), with a record of which keys were asked for.
class ConfigSource {
 public:
  /// Reads the file; InputError if it is absent or not YAML.
  static ConfigSource from_file(const std::string& path);
  static ConfigSource from_text(const std::string& text, const std::string& name);

  bool has(const std::string& key) const { return find(key).has_value(); }

  /// Overrides one key: "key=value", the value read as YAML. InputError for a malformed one.
  void set(const std::string& assignment);

  /// Fills options from the keys of the table and adds what is wrong to problems.
  template <class Options>
  void read(const FieldTable<Options>& table, Options& options, std::vector<Problem>& problems);

  /// After all tables were read: a problem for each key no table knows, with the nearest known one.
  void report_unknown_keys(std::vector<Problem>& problems) const;

  /// The problem's file, line and column set to where `key` is written (or the file alone).
  Problem at_key(const std::string& key, std::string what) const;

 private:
  struct Entry {
    YAML::Node value;
    YAML::Mark mark;
    std::string origin;
  };
  std::optional<Entry> find(const std::string& key) const;
  Problem placed(const Entry& entry, Problem problem) const;

  std::string name_;
  std::vector<std::pair<std::string, Entry>> entries_;
  std::set<std::string> known_;
};

template <class Options>
void ConfigSource::read(const FieldTable<Options>& table, Options& options, std::vector<Problem>& problems) {
  for (const Field<Options>& field : table) {
    std::vector<std::string> names = field.info.aliases;
    names.insert(names.begin(), field.info.key);
    std::optional<std::string> written;
    for (const std::string& name : names) {
      known_.insert(name);
      const auto entry = find(name);
      if (!entry) continue;
      if (written) {
        problems.push_back(
            placed(*entry, {.what = fmt::format("`{}` and `{}` are the same key", *written, name), .hint = "Keep one."}));
        continue;
      }
      written = name;
      if (auto problem = field.read(entry->value, options)) problems.push_back(placed(*entry, *problem));
    }
    if (!written && field.info.required) {
      problems.push_back({.what = fmt::format("the key `{}` is missing", field.info.key), .file = name_, .hint = field.info.doc});
    }
  }
}

/// The rows' infos, for explanations.
template <class Options>
void append_infos(const FieldTable<Options>& table, std::vector<FieldInfo>& infos) {
  for (const auto& field : table) infos.push_back(field.info);
}

/// Adds "key: value" for every row to a YAML map.
template <class Options>
void write_fields(const FieldTable<Options>& table, const Options& options, YAML::Node& map) {
  for (const auto& field : table) map[field.info.key] = field.write(options);
}

}  // namespace freshet
