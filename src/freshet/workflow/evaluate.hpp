#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "freshet/core/events.hpp"
#include "freshet/data/options.hpp"

namespace freshet {

struct EvaluateRequest {
  Split split = Split::kTest;
  std::string mode;                    ///< "stateful" or "windowed"; empty: the configuration's
  std::int64_t compare_modes = 0;      ///< also run both modes on so many basins, and report the difference
  std::vector<std::string> overrides;  ///< "key=value" on top of the run's configuration
  std::filesystem::path weights;       ///< another file of weights
};

/// Scores of one model or baseline: a line of the table that ends an evaluation.
struct ScoreLine {
  std::string name;
  double median_nse = 0, mean_nse = 0, median_kge = 0, median_fhv = 0;
  std::int64_t below_zero = 0;  ///< basins with NSE < 0
  std::int64_t basins = 0;      ///< with a score
};

/// Scores of one state against observations that the model was not trained on; of snow also the medians of the basins' medians
/// over their water years. NaN where not defined.
struct StateLine {
  std::string name;
  std::int64_t basins = 0;   ///< with observations
  std::int64_t without = 0;  ///< basins without
  double median_pearson_r = 0, median_spearman_r = 0;
  std::int64_t mean_days = 0;  ///< on which all those basins have values
  double mean_pearson_r = 0;   ///< of the mean series over those basins and days
  bool snow = false;
  std::int64_t keeping = 0;  ///< basins whose simulated snow outlasts half of the water years or more
  double peak_ratio = std::nan(""), peak_days = std::nan(""), melt_out_days = std::nan("");  ///< see SnowYear
};

struct EvaluationSummary {
  std::string period;
  std::vector<ScoreLine> lines;     ///< the model first, then the baselines
  std::vector<StateLine> states{};  ///< those with observations
  std::vector<std::string> remarks;
  std::filesystem::path metrics_file;
  bool is_main = false;  ///< the test period in the run's own mode: what the report shows
};

/// Runs the model over the split's period, scores it beside persistence and climatology, and writes predictions, metrics,
/// baselines and a summary into the run folder.
EvaluationSummary evaluate(const std::filesystem::path& run_folder, const EvaluateRequest& request, Observer& observer);

std::string to_text(const EvaluationSummary& summary);

}  // namespace freshet
