#pragma once

#include <limits>
#include <string>
#include <vector>

#include "freshet/metrics/comparison.hpp"
#include "freshet/metrics/runoff_ratios.hpp"

namespace freshet {

/// A model as a comparison's page shows it.
struct ComparedModelRecord {
  std::string name;
  bool paired = true;  ///< false: context
  std::string period, mode, dataset, forcings, source;
};

struct ComparedBasinRecord {
  std::string id;
  std::string name;                                             ///< gauge name, may be empty
  double latitude = std::numeric_limits<double>::quiet_NaN();   ///< degrees north
  double longitude = std::numeric_limits<double>::quiet_NaN();  ///< degrees east
};

/// Everything the page of a comparison shows.
struct ComparisonRecord {
  std::vector<ComparedModelRecord> models;  ///< the reference first
  std::vector<ComparedBasinRecord> basins;
  std::vector<std::vector<ComparedScores>> scores;  ///< [metric][model], values [basin]
  std::vector<MetricComparison> metrics;            ///< the main one first
  std::vector<RunoffRatios> ratios;                 ///< [model], values [basin]; none: [] or of every model
  RunoffRatioComparison balance;                    ///< of `ratios`
  double good = 0;                                  ///< the threshold of ComparisonOptions
  std::vector<std::string> doubts;                  ///< shown as a banner
  std::vector<std::string> notes;
};

/// The comparison as one self-contained HTML page, in the style of the run report and by the same rules (html_report.hpp).
std::string render_comparison_page(const ComparisonRecord& record);

}  // namespace freshet
