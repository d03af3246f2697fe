#include "freshet/report/html_report.hpp"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/report/page_assets.hpp"
#include "freshet/report/report_json.hpp"

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

void check_basin(const BasinResult& basin) {
  const auto check = [&](const std::vector<float>& values, std::string_view name, bool may_be_empty) {
    const bool fits = std::cmp_equal(values.size(), basin.axis.size) || (may_be_empty && values.empty());
    if (fits) return;
    throw InternalError(
        fmt::format("report: basin {} has {} values of {} and {} time steps", basin.id, values.size(), name, basin.axis.size));
  };
  check(basin.observed, "observed", false);
  check(basin.simulated, "simulated", false);
  check(basin.precipitation, "precipitation", true);
  if (basin.axis.size > 0 && basin.axis.step_minutes <= 0) {
    throw InternalError(fmt::format("report: basin {} has a time step of {} minutes", basin.id, basin.axis.step_minutes));
  }
}

/// One element per basin, so that the browser keeps them as text and parses one only when it is asked for.
std::string series_elements(const std::vector<BasinResult>& basins) {
  std::vector<std::string> chunks(basins.size());
  parallel_for(basins.size(), available_threads(), [&](std::size_t i) {
    check_basin(basins[i]);
    chunks[i] = fmt::format("<script type=\"application/json\" id=\"series-{}\">{}</script>\n", i, series_json(basins[i]));
  });
  std::string elements;
  for (const std::string& chunk : chunks) elements += chunk;
  return elements;
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
    if (value == values.end()) throw InternalError("report: the page template has an unknown place");
    filled += value->second;
    page.remove_prefix(close + 2);
  }
}

}  // namespace

std::string render_html_report(const RunResult& result) {
  const std::string title = escape_html(result.title);
  const std::string data = report_json(result);
  const std::string series = series_elements(result.basins);
  return fill_template(page_assets::kTemplate, {{"title", title},
                                                {"style", page_assets::kStyle},
                                                {"data", data},
                                                {"series", series},
                                                {"outlines", page_assets::kOutlines},
                                                {"licences", page_assets::kLicences},
                                                {"script", page_assets::kScript}});
}

}  // namespace freshet
