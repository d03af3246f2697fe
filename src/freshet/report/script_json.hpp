#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace freshet {

/// A number with 7 significant digits, null if it is not finite.
nlohmann::json json_number(double value);

/// JSON text that may stand inside a <script> element: "<" is written \u003c, bytes that are not UTF-8 become U+FFFD.
std::string script_json(const nlohmann::json& value);

}  // namespace freshet
