#include "freshet/workflow/score_lines.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "freshet/io/atomic_file.hpp"
#include "freshet/metrics/summary.hpp"
#include "freshet/workflow/state_results.hpp"

namespace freshet {

ScoreLine score_line(const std::string& name, const ScoreTable& table) {
  const std::vector<double> nse = table.column("nse");
  return {.name = name,
          .median_nse = median_valid(nse),
          .mean_nse = mean_valid(nse),
          .median_kge = median_valid(table.column("kge_2009")),
          .median_fhv = median_valid(table.column("fhv")),
          .below_zero = std::ranges::count_if(nse, [](double x) { return x < 0; }),
          .basins = static_cast<std::int64_t>(summarize(nse).scored)};
}

void write_summary(const std::filesystem::path& path, const EvaluationSummary& summary, const std::string& evaluation_mode) {
  nlohmann::ordered_json json = {{"period", summary.period}, {"evaluation_mode", evaluation_mode}, {"remarks", summary.remarks}};
  json["scores"] = nlohmann::ordered_json::array();
  for (const ScoreLine& line : summary.lines) {
    json["scores"].push_back({{"name", line.name},
                              {"median_nse", line.median_nse},
                              {"mean_nse", line.mean_nse},
                              {"median_kge_2009", line.median_kge},
                              {"median_fhv", line.median_fhv},
                              {"basins_nse_below_0", line.below_zero},
                              {"basins", line.basins}});
  }
  for (const StateLine& line : summary.states) {
    json["states"].push_back({{"name", line.name},
                              {"basins", line.basins},
                              {"basins_not_observed", line.without},
                              {"median_pearson_r", line.median_pearson_r},
                              {"median_spearman_r", line.median_spearman_r},
                              {"mean_series_pearson_r", line.mean_pearson_r},
                              {"mean_series_days", line.mean_days}});
    if (!line.snow) continue;
    json["states"].back().update({{"median_peak_ratio", line.peak_ratio},
                                  {"median_peak_days", line.peak_days},
                                  {"median_melt_out_days", line.melt_out_days},
                                  {"basins_keeping_snow", line.keeping}});
  }
  write_file_atomically(path, json.dump(1) + "\n");
}

std::string to_text(const std::vector<ScoreLine>& lines) {
  std::string text = fmt::format("{:<16} {:>10} {:>9} {:>10} {:>10} {:>9} {:>7}\n", "", "median NSE", "mean NSE", "median KGE",
                                 "median FHV", "NSE < 0", "basins");
  for (const ScoreLine& line : lines) {
    text += fmt::format("{:<16} {:>10.3f} {:>9.3f} {:>10.3f} {:>9.1f}% {:>9} {:>7}\n", line.name, line.median_nse, line.mean_nse,
                        line.median_kge, line.median_fhv, line.below_zero, line.basins);
  }
  return text;
}

std::string to_text(const EvaluationSummary& summary) {
  std::string text = fmt::format("\n{}\n\n{}\n", summary.period, to_text(summary.lines));
  if (!summary.states.empty()) text += to_text(summary.states) + "\n";
  for (const std::string& remark : summary.remarks) text += "- " + remark + "\n";
  return text + fmt::format("Scores of every basin: {}\n", summary.metrics_file.string());
}

}  // namespace freshet
