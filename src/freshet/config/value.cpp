#include "freshet/config/value.hpp"

#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace freshet {
namespace {

/// The text of a scalar; nothing for lists, maps and null.
std::optional<std::string> scalar(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  return node.Scalar();
}

template <class T>
bool converts(const YAML::Node& node, T& value) {
  // A quoted "12" is text, not a number: yaml-cpp marks quoted scalars with the tag "!".
  return node.IsScalar() && node.Tag() != "!" && YAML::convert<T>::decode(node, value);
}

/// Puts the environment's values in place of ${NAME}. A name that is not set is left as it is and put into `unset`.
std::string expand_environment(const std::string& text, std::string& unset) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text.compare(i, 2, "${") == 0 ? text.find('}', i) : std::string::npos;
    if (end == std::string::npos) {
      out += text[i];
      continue;
    }
    const std::string name = text.substr(i + 2, end - i - 2);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) unset = name;
    out += value ? std::string(value) : text.substr(i, end - i + 1);
    i = end;
  }
  return out;
}

}  // namespace

Expected read_value(const YAML::Node& node, bool& value) {
  if (converts(node, value)) return std::nullopt;
  return "true or false";
}

Expected read_value(const YAML::Node& node, std::int64_t& value) {
  // By way of a double: the conversion of whole numbers reads 010 as eight.
  double number = 0;
  if (converts(node, number) && std::nearbyint(number) == number && std::abs(number) < 9e15) {
    value = static_cast<std::int64_t>(number);
    return std::nullopt;
  }
  return "a whole number";
}

Expected read_value(const YAML::Node& node, double& value) {
  if (converts(node, value) && std::isfinite(value)) return std::nullopt;
  return "a number";
}

Expected read_value(const YAML::Node& node, std::string& value) {
  const auto text = scalar(node);
  if (!text) return "text";
  value = *text;
  return std::nullopt;
}

Expected read_value(const YAML::Node& node, std::filesystem::path& value) {
  const auto text = scalar(node);
  if (!text || text->empty()) return "a path";
  std::string unset;
  value = expand_environment(*text, unset);
  if (!unset.empty()) return fmt::format("a path, but the environment variable `{}` is not set", unset);
  return std::nullopt;
}

Expected read_value(const YAML::Node& node, Time& value) {
  const auto text = scalar(node);
  const auto time = text ? parse_time(*text) : std::nullopt;
  if (!time) return "a date of the calendar, YYYY-MM-DD or DD/MM/YYYY";
  value = *time;
  return std::nullopt;
}

Expected read_value(const YAML::Node& node, std::map<std::int64_t, double>& value) {
  value.clear();
  double constant = 0;
  if (!read_value(node, constant)) {
    value[0] = constant;
    return std::nullopt;
  }
  if (!node.IsMap() || node.size() == 0) return "a number, or {epoch: number, ...}";
  for (const auto& entry : node) {
    std::int64_t epoch = 0;
    double number = 0;
    if (read_value(entry.first, epoch) || read_value(entry.second, number) || epoch < 0)
      return "a number, or {epoch: number, ...}";
    if (!value.emplace(epoch, number).second) return "each epoch once";
  }
  if (value.begin()->first > 1) return "an entry for epoch 0 or 1, the start";
  return std::nullopt;
}

YAML::Node write_value(bool value) {
  return YAML::Node(value);
}
YAML::Node write_value(std::int64_t value) {
  return YAML::Node(value);
}
YAML::Node write_value(double value) {
  // The shortest text that is read as the same number.
  return std::isfinite(value) ? YAML::Node(fmt::format("{}", value)) : YAML::Node(value);
}
YAML::Node write_value(const std::string& value) {
  YAML::Node node(value);
  // Ids such as 01013500 must come back as text.
  if (value.empty() || value.find_first_not_of("0123456789.+-eE_") == std::string::npos) node.SetTag("!");
  return node;
}
YAML::Node write_value(const std::filesystem::path& value) {
  return YAML::Node(value.string());
}
YAML::Node write_value(Time value) {
  return YAML::Node(to_string(value));
}
YAML::Node write_value(const std::map<std::int64_t, double>& value) {
  if (value.size() == 1 && value.begin()->first == 0) return write_value(value.begin()->second);
  YAML::Node node(YAML::NodeType::Map);
  node.SetStyle(YAML::EmitterStyle::Flow);
  for (const auto& [epoch, number] : value) node[epoch] = write_value(number);
  return node;
}

}  // namespace freshet
