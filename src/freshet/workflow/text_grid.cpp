#include "freshet/workflow/text_grid.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace freshet {
namespace {

/// How many characters a UTF-8 text has.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string aligned(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line = cells[0] + std::string(widths[0] - width(cells[0]), ' ');
  for (std::size_t c = 1; c < cells.size(); ++c) line += "  " + std::string(widths[c] - width(cells[c]), ' ') + cells[c];
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string escaped(const std::string& cell) {
  std::string text;
  for (const char c : cell) {
    if (std::string_view("\\|*_`<>[]").find(c) != std::string_view::npos) text += '\\';
    text += c == '\n' || c == '\r' ? ' ' : c;
  }
  return text;
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::vector<std::string> safe;
  for (const std::string& cell : cells) safe.push_back(escaped(cell));
  return fmt::format("| {} |\n", fmt::join(safe, " | "));
}

}  // namespace

std::string to_text(const TextGrid& grid) {
  std::vector<std::size_t> widths;
  for (const std::string& name : grid.head) widths.push_back(width(name));
  for (const auto& row : grid.rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
  }
  std::string text = aligned(grid.head, widths);
  for (const auto& row : grid.rows) text += aligned(row, widths);
  return text;
}

std::string to_markdown(const TextGrid& grid) {
  std::string text = markdown_row(grid.head) + "|---|";
  for (std::size_t c = 1; c < grid.head.size(); ++c) text += "---:|";
  text += "\n";
  for (const auto& row : grid.rows) text += markdown_row(row);
  return text;
}

}  // namespace freshet
