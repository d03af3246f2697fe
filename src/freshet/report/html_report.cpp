#include "freshet/report/html_report.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/report/page.hpp"
#include "freshet/report/page_assets.hpp"
#include "freshet/report/report_json.hpp"

namespace freshet {
namespace {

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

}  // namespace

std::string render_html_report(const RunResult& result) {
  return render_page({.title = result.title,
                      .sections = page_assets::kReportSections,
                      .script = page_assets::kReportScript,
                      .footnote = "The series in this page are stored to within 0.1 % of (value + 0.001 mm/day).",
                      .data = report_json(result),
                      .more_data = series_elements(result.basins)});
}

}  // namespace freshet
