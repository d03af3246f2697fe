#include "freshet/report/comparison_page.hpp"

#include <fmt/format.h>

#include "freshet/report/page.hpp"
#include "freshet/report/page_assets.hpp"
#include "freshet/report/script_json.hpp"

namespace freshet {
namespace {

using nlohmann::json;

json numbers_json(const std::vector<double>& values) {
  json array = json::array();
  for (const double value : values) array.push_back(json_number(value));
  return array;
}

/// Value, lower and upper end.
json estimate_json(const Estimate& estimate) {
  return numbers_json({estimate.value, estimate.interval.low, estimate.interval.high});
}

json count_json(const std::optional<std::size_t>& count) {
  return count ? json(*count) : json(nullptr);
}

json model_json(const ComparedModelRecord& model) {
  return {{"name", model.name},       {"paired", model.paired},     {"period", model.period}, {"mode", model.mode},
          {"dataset", model.dataset}, {"forcings", model.forcings}, {"source", model.source}};
}

json basin_json(const ComparedBasinRecord& basin) {
  return {{"id", basin.id},
          {"name", basin.name},
          {"latitude", json_number(basin.latitude)},
          {"longitude", json_number(basin.longitude)}};
}

json summary_json(const ModelSummary& summary) {
  return {{"basins", summary.basins},
          {"median", estimate_json(summary.median)},
          {"mean", estimate_json(summary.mean)},
          {"deviation", json_number(summary.deviation)},
          {"quantiles", numbers_json(summary.quantiles)},
          {"belowZero", count_json(summary.below_zero)},
          {"good", count_json(summary.good)}};
}

json pair_json(const PairSummary& pair) {
  json good = nullptr;
  if (pair.good) good = {pair.good->both, pair.good->only_first, pair.good->only_second, pair.good->neither};
  return {{"model", pair.model},
          {"against", pair.against},
          {"medianGain", estimate_json(pair.median_gain)},
          {"meanGain", estimate_json(pair.mean_gain)},
          {"gainOfMedian", estimate_json(pair.gain_of_median)},
          {"better", pair.wins},
          {"equal", pair.ties},
          {"worse", pair.losses},
          {"p", json_number(pair.test.p)},
          {"holm", json_number(pair.holm_p)},
          {"test", to_string(pair.test.method)},
          {"dPaired", json_number(pair.d_paired)},
          {"dPooled", json_number(pair.d_pooled)},
          {"good", std::move(good)},
          {"mcnemar", json_number(pair.mcnemar_p)}};
}

json metric_json(const MetricComparison& metric, const std::vector<ComparedScores>& scores) {
  const Metric& known = find_metric(metric.metric);
  json result = {{"key", metric.metric},     {"title", known.title},
                 {"perfect", known.perfect}, {"higherIsBetter", known.higher_is_better},
                 {"basins", metric.basins},  {"values", json::array()},
                 {"models", json::array()},  {"pairs", json::array()}};
  for (const ComparedScores& model : scores) result["values"].push_back(numbers_json(model.values));
  for (const ModelSummary& summary : metric.models) result["models"].push_back(summary_json(summary));
  for (const PairSummary& pair : metric.pairs) result["pairs"].push_back(pair_json(pair));
  return result;
}

/// The models that have runoff ratios; null where none has.
json balance_json(const ComparisonRecord& record) {
  if (record.balance.basins.empty()) return nullptr;
  json models = json::array();
  for (std::size_t m = 0; m < record.ratios.size(); ++m) {
    if (!record.ratios[m].known()) continue;
    const RunoffRatioSummary& of = record.balance.models[m];
    models.push_back({{"model", m},
                      {"basins", of.basins},
                      {"observed", estimate_json(of.observed)},
                      {"simulated", estimate_json(of.simulated)},
                      {"medianDifference", estimate_json(of.median_difference)},
                      {"meanDifference", estimate_json(of.mean_difference)},
                      {"medianAbsoluteDifference", estimate_json(of.median_absolute_difference)},
                      {"pearsonR", json_number(of.pearson_r)},
                      {"observedAboveOne", of.observed_above_one},
                      {"simulatedAboveOne", of.simulated_above_one},
                      {"observedRatios", numbers_json(record.ratios[m].observed)},
                      {"simulatedRatios", numbers_json(record.ratios[m].simulated)}});
  }
  return {{"basins", record.balance.basins}, {"models", std::move(models)}};
}

/// "A, B and 3 more": what the page is called.
std::string title_of(const ComparisonRecord& record) {
  constexpr std::size_t kNamed = 3;
  std::string title;
  for (std::size_t m = 0; m < record.models.size() && m < kNamed; ++m) title += (m == 0 ? "" : ", ") + record.models[m].name;
  if (record.models.size() > kNamed) title += fmt::format(" and {} more", record.models.size() - kNamed);
  return title;
}

}  // namespace

std::string render_comparison_page(const ComparisonRecord& record) {
  const std::string title = title_of(record);
  json data = {{"title", title},      {"models", json::array()}, {"basins", json::array()}, {"metrics", json::array()},
               {"good", record.good}, {"doubts", record.doubts}, {"notes", record.notes}};
  data["balance"] = balance_json(record);
  for (const ComparedModelRecord& model : record.models) data["models"].push_back(model_json(model));
  for (const ComparedBasinRecord& basin : record.basins) data["basins"].push_back(basin_json(basin));
  for (std::size_t k = 0; k < record.metrics.size(); ++k)
    data["metrics"].push_back(metric_json(record.metrics[k], record.scores[k]));
  return render_page({.title = title,
                      .sections = page_assets::kComparisonSections,
                      .script = page_assets::kComparisonScript,
                      .footnote = "Scores in this page have seven significant digits.",
                      .data = script_json(data),
                      .more_data = ""});
}

}  // namespace freshet
