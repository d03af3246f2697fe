#pragma once

#include <string>
#include <string_view>

namespace freshet {

/// What one page has that others have not.
struct PageParts {
  std::string title;          ///< plain text
  std::string_view sections;  ///< HTML of the page's body
  std::string_view script;
  std::string_view footnote;  ///< HTML at the page's foot
  std::string data;           ///< JSON for a <script> element, as script_json makes it
  std::string more_data;      ///< further elements of that kind
};

/// A self-contained HTML page in the form that all pages of Freshet share.
std::string render_page(const PageParts& parts);

}  // namespace freshet
