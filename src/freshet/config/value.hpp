#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "freshet/core/time.hpp"

namespace freshet {

/// How each type of option is written in YAML. read_value returns nothing when the value is of the type, else what was
/// expected ("a whole number"). Lists may be written as a single value.
using Expected = std::optional<std::string>;

Expected read_value(const YAML::Node& node, bool& value);
Expected read_value(const YAML::Node& node, std::int64_t& value);
Expected read_value(const YAML::Node& node, double& value);
Expected read_value(const YAML::Node& node, std::string& value);
Expected read_value(const YAML::Node& node, std::filesystem::path& value);  ///< ${NAME} is replaced by the environment's
Expected read_value(const YAML::Node& node, Time& value);
Expected read_value(const YAML::Node& node, std::map<std::int64_t, double>& value);  ///< a number, or {epoch: number}

/// `none` (and YAML's null) where a number is optional; of a path only null, since `none` may be one.
template <class T>
Expected read_value(const YAML::Node& node, std::optional<T>& value) {
  const bool may_be_text = std::is_same_v<T, std::filesystem::path>;
  if (node.IsNull() || (!may_be_text && node.IsScalar() && node.Scalar() == "none")) {
    value.reset();
    return std::nullopt;
  }
  T inner{};
  const Expected wrong = read_value(node, inner);
  if (!wrong) value = std::move(inner);
  return wrong;
}

template <class T>
Expected read_value(const YAML::Node& node, std::vector<T>& value) {
  value.clear();
  if (node.IsNull()) return std::nullopt;
  if (!node.IsSequence()) {
    value.emplace_back();
    return read_value(node, value.back());
  }
  for (const YAML::Node& item : node) {
    value.emplace_back();
    if (Expected wrong = read_value(item, value.back())) return "a list of which each item is " + *wrong;
  }
  return std::nullopt;
}

/// A map by names, e.g. {fc: [50, 500], beta: 2}.
template <class T>
Expected read_value(const YAML::Node& node, std::map<std::string, T>& value) {
  value.clear();
  if (node.IsNull()) return std::nullopt;
  if (!node.IsMap()) return "a map of names to values";
  for (const auto& item : node) {
    if (Expected wrong = read_value(item.second, value[item.first.Scalar()])) return "a map of which each value is " + *wrong;
  }
  return std::nullopt;
}

YAML::Node write_value(bool value);
YAML::Node write_value(std::int64_t value);
YAML::Node write_value(double value);
YAML::Node write_value(const std::string& value);
YAML::Node write_value(const std::filesystem::path& value);
YAML::Node write_value(Time value);
YAML::Node write_value(const std::map<std::int64_t, double>& value);

template <class T>
YAML::Node write_value(const std::optional<T>& value) {
  return value ? write_value(*value) : YAML::Node(YAML::NodeType::Null);
}
template <class T>
YAML::Node write_value(const std::vector<T>& value) {
  YAML::Node node(YAML::NodeType::Sequence);
  node.SetStyle(YAML::EmitterStyle::Flow);
  for (const T& item : value) node.push_back(write_value(item));
  return node;
}

template <class T>
YAML::Node write_value(const std::map<std::string, T>& value) {
  YAML::Node node(YAML::NodeType::Map);
  node.SetStyle(YAML::EmitterStyle::Flow);
  for (const auto& [name, item] : value) node[name] = write_value(item);
  return node;
}

/// The type's name in the reference, and in JSON schema terms.
template <class T>
struct ValueType;
template <>
struct ValueType<bool> {
  static constexpr const char* name = "true or false";
  static constexpr const char* schema = R"({"type":"boolean"})";
};
template <>
struct ValueType<std::int64_t> {
  static constexpr const char* name = "whole number";
  static constexpr const char* schema = R"({"type":"integer"})";
};
template <>
struct ValueType<double> {
  static constexpr const char* name = "number";
  static constexpr const char* schema = R"({"type":"number"})";
};
template <>
struct ValueType<std::string> {
  static constexpr const char* name = "text";
  static constexpr const char* schema = R"({"type":"string"})";
};
template <>
struct ValueType<std::filesystem::path> {
  static constexpr const char* name = "path";
  static constexpr const char* schema = R"({"type":"string"})";
};
template <>
struct ValueType<Time> {
  static constexpr const char* name = "date";
  static constexpr const char* schema = R"({"type":"string"})";
};
template <>
struct ValueType<std::map<std::int64_t, double>> {
  static constexpr const char* name = "number or {epoch: number}";
  static constexpr const char* schema = R"({"type":["number","object"]})";
};
template <class T>
struct ValueType<std::optional<T>> : ValueType<T> {
  static inline const std::string schema = fmt::format(R"({{"anyOf":[{},{{"type":"null"}}]}})", ValueType<T>::schema);
};
template <class T>
struct ValueType<std::vector<T>> {
  static inline const std::string name = std::string("list of: ") + ValueType<T>::name;
  static inline const std::string schema =
      std::string(R"({"type":["array","string","null"],"items":)") + ValueType<T>::schema + "}";
};

template <class T>
struct ValueType<std::map<std::string, T>> {
  static inline const std::string name = std::string("map of names to: ") + ValueType<T>::name;
  static inline const std::string schema =
      std::string(R"({"type":["object","null"],"additionalProperties":)") + ValueType<T>::schema + "}";
};

}  // namespace freshet
