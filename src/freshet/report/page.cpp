#include "freshet/report/page.hpp"

#include <map>

#include "freshet/core/error.hpp"
#include "freshet/report/page_assets.hpp"

namespace freshet {
namespace {

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

/// Replaces each {{name}} of the template. The values are not looked at, so that one may hold "{{" itself.
std::string fill_template(std::string_view page, const std::map<std::string_view, std::string_view>& values) {
  std::string filled;
  while (true) {
    const std::size_t open = page.find("{{");
    filled += page.substr(0, open);
    if (open == std::string_view::npos) return filled;
    const std::size_t close = page.find("}}", open);
    const auto value = close == std::string_view::npos ? values.end() : values.find(page.substr(open + 2, close - open - 2));
    if (value == values.end()) throw InternalError("page: the template has an unknown place");
    filled += value->second;
    page.remove_prefix(close + 2);
  }
}

}  // namespace

std::string render_page(const PageParts& parts) {
  const std::string title = escape_html(parts.title);
  return fill_template(page_assets::kTemplate, {{"title", title},
                                                {"style", page_assets::kStyle},
                                                {"sections", parts.sections},
                                                {"footnote", parts.footnote},
                                                {"data", parts.data},
                                                {"series", parts.more_data},
                                                {"outlines", page_assets::kOutlines},
                                                {"licences", page_assets::kLicences},
                                                {"script", parts.script}});
}

}  // namespace freshet
