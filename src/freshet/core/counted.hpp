#pragma once

#include <string>
#include <string_view>

namespace freshet {

/// A number with its noun: "1 search", "2 searches". Without `many` an s makes the plural.
template <class Number>
std::string counted(Number count, std::string_view one, std::string_view many = "") {
  std::string text = std::to_string(count) + ' ';
  if (count == 1) return text.append(one);
  return many.empty() ? text.append(one).append("s") : text.append(many);
}

}  // namespace freshet
