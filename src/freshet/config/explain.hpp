#pragma once

#include <string>
#include <vector>

#include "freshet/config/fields.hpp"

namespace freshet {

/// One key, as `freshet config explain KEY` shows it.
std::string explain_field(const FieldInfo& info);
/// All keys, a line each, by group.
std::string list_fields(const std::vector<FieldInfo>& infos);
/// The reference page, Markdown.
std::string fields_markdown(const std::vector<FieldInfo>& infos);
/// A JSON schema (draft 2020-12) editors can check a config with.
std::string fields_json_schema(const std::vector<FieldInfo>& infos);

}  // namespace freshet
