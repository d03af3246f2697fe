#include "freshet/report/script_json.hpp"

#include <cmath>

namespace freshet {

nlohmann::json json_number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == 0) return 0.0;
  const double exponent = std::floor(std::log10(std::abs(value)));
  const double scale = std::pow(10.0, 6.0 - exponent);
  const double rounded = std::isfinite(value * scale) && scale > 0 ? std::round(value * scale) / scale : value;
  return std::isfinite(rounded) ? rounded : value;
}

std::string script_json(const nlohmann::json& value) {
  const std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace freshet
