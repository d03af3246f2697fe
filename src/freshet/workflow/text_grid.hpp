#pragma once

#include <string>
#include <vector>

namespace freshet {

/// A table of texts for people; every row has as many cells as the head.
struct TextGrid {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
};

/// Columns aligned with blanks, the first to the left, the others to the right; ends with a line break.
std::string to_text(const TextGrid& grid);

/// A table of Markdown, with what would end a cell escaped.
std::string to_markdown(const TextGrid& grid);

}  // namespace freshet
