#include "freshet/data/basin_id.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace freshet {
namespace {

/// A file name has 255 bytes at most on usual file systems; endings and the mark of an unfinished file need some.
constexpr std::size_t kLongest = 200;
constexpr std::size_t kShown = 40;

bool is_control(char c) {
  constexpr unsigned char kFirstPrintable = 0x20, kDelete = 0x7f;
  const auto byte = static_cast<unsigned char>(c);
  return byte < kFirstPrintable || byte == kDelete;
}

/// Empty for an id that can be used.
std::string fault_of(std::string_view id) {
  if (id.empty()) return "the basin's id is empty";
  if (id.size() > kLongest) return fmt::format("the basin's id has {} bytes, more than {}", id.size(), kLongest);
  if (id.front() == '.') return "the basin's id begins with a full stop";
  if (id.find_first_of("/\\") != std::string_view::npos) return "the basin's id is a path";
  if (std::ranges::any_of(id, is_control)) return "the basin's id has a control character";
  return "";
}

std::string shown(std::string_view id) {
  std::string text(id.substr(0, kShown));
  std::ranges::replace_if(text, is_control, '?');
  return id.size() > kShown ? text + "..." : text;
}

}  // namespace

std::optional<Problem> check_basin_id(std::string_view id, Problem place) {
  std::string fault = fault_of(id);
  if (fault.empty()) return std::nullopt;
  place.what = std::move(fault);
  place.basin = shown(id);
  place.hint = "Ids are used as names of files; give the basin another.";
  return place;
}

}  // namespace freshet
