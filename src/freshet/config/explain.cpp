#include "freshet/config/explain.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace freshet {
namespace {

std::string default_or_required(const FieldInfo& info) {
  if (info.required) return "required";
  return info.default_text.empty() || info.default_text == "~" ? "none" : info.default_text;
}

std::vector<std::string> groups_of(const std::vector<FieldInfo>& infos) {
  std::vector<std::string> groups;
  for (const FieldInfo& info : infos) {
    if (std::ranges::find(groups, info.group) == groups.end()) groups.push_back(info.group);
  }
  return groups;
}

std::string allowed(const FieldInfo& info) {
  if (!info.choices.empty()) return fmt::format("{}", fmt::join(info.choices, ", "));
  return info.range;
}

std::string escape_cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.replace(at, 1, "\\|");
  return text;
}

}  // namespace

std::string explain_field(const FieldInfo& info) {
  std::string text =
      fmt::format("{}\n  {}\n  type:    {}\n  default: {}\n", info.key, info.doc, info.type, default_or_required(info));
  if (const std::string values = allowed(info); !values.empty()) text += fmt::format("  allowed: {}\n", values);
  if (!info.aliases.empty()) text += fmt::format("  also understood as: {}\n", fmt::join(info.aliases, ", "));
  return text;
}

std::string list_fields(const std::vector<FieldInfo>& infos) {
  std::size_t width = 0;
  for (const FieldInfo& info : infos) width = std::max(width, info.key.size());
  std::string text;
  for (const std::string& group : groups_of(infos)) {
    text += fmt::format("{}{}\n", text.empty() ? "" : "\n", group);
    for (const FieldInfo& info : infos) {
      if (info.group == group) text += fmt::format("  {:<{}}  [{}] {}\n", info.key, width, default_or_required(info), info.doc);
    }
  }
  return text;
}

std::string fields_markdown(const std::vector<FieldInfo>& infos) {
  std::string text =
      "# Configuration reference\n\nGenerated from the program (`freshet config explain --markdown`). A configuration is a YAML "
      "file of "
      "`key: value` lines; a key that is not listed here is an error. Relative paths are taken from the file's own folder, but "
      "`run_dir` and "
      "paths given by `--set` from the current one. `${NAME}` in a path is replaced by that environment variable. A single value "
      "may stand "
      "where a list is expected. Which keys are NeuralHydrology's: [coming from "
      "NeuralHydrology](../coming_from_neuralhydrology.md).\n";
  for (const std::string& group : groups_of(infos)) {
    text += fmt::format("\n## {}\n\n| key | type | default | allowed | meaning |\n|---|---|---|---|---|\n", group);
    for (const FieldInfo& info : infos) {
      if (info.group != group) continue;
      std::string doc = info.doc;
      if (!info.aliases.empty()) doc += fmt::format(" Also understood as `{}`.", fmt::join(info.aliases, "`, `"));
      text += fmt::format("| `{}` | {} | {} | {} | {} |\n", info.key, info.type, escape_cell(default_or_required(info)),
                          escape_cell(allowed(info)), escape_cell(doc));
    }
  }
  return text;
}

std::string fields_json_schema(const std::vector<FieldInfo>& infos) {
  nlohmann::ordered_json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                   {"title", "Freshet run configuration"},
                                   {"type", "object"},
                                   {"additionalProperties", false}};
  auto required = nlohmann::ordered_json::array();
  for (const FieldInfo& info : infos) {
    auto property = nlohmann::ordered_json::parse(info.schema);
    property["description"] = info.doc;
    if (!info.choices.empty() && property["type"] == "string") property["enum"] = info.choices;
    schema["properties"][info.key] = property;
    for (const std::string& alias : info.aliases) schema["properties"][alias] = property;
    if (info.required && info.aliases.empty()) required.push_back(info.key);
  }
  schema["required"] = required;
  return schema.dump(2) + "\n";
}

}  // namespace freshet
