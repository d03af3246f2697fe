#include "freshet/workflow/score.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "freshet/core/error.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/time_column.hpp"
#include "freshet/metrics/registry.hpp"

namespace freshet {
namespace {

constexpr std::size_t kGapsShown = 5;

/// Successive days, for a table without dates.
RegularRows successive_days(const CsvTable& table) {
  if (table.rows() == 0) throw InputError({.what = "the table has no rows", .file = table.file});
  RegularRows rows{.axis = {.size = static_cast<std::int64_t>(table.rows())}};
  for (std::int64_t i = 0; i < rows.axis.size; ++i) rows.position.push_back(i);
  return rows;
}

std::string step_text(const TimeAxis& axis) {
  if (axis.step_minutes == kMinutesPerDay) return "daily";
  if (axis.step_minutes % kMinutesPerDay == 0) return fmt::format("every {} days", axis.step_minutes / kMinutesPerDay);
  if (axis.step_minutes == 60) return "hourly";
  return fmt::format("every {} minutes", axis.step_minutes);
}

std::string gaps_text(const ScoreReport& report) {
  std::string text;
  for (std::size_t i = 0; i < std::min(report.gaps.size(), kGapsShown); ++i) {
    const Period& gap = report.gaps[i];
    text += fmt::format("{}{}", i == 0 ? "" : ", ", gap.first == gap.last ? to_string(gap.first) : to_string(gap));
  }
  if (report.gaps.size() > kGapsShown) text += fmt::format(" and {} more", report.gaps.size() - kGapsShown);
  return text;
}

nlohmann::ordered_json data_json(const ScoreReport& report) {
  nlohmann::ordered_json data = {{"file", report.file}, {"observed", report.observed}, {"simulated", report.simulated}};
  data["rows"] = report.rows;
  if (report.dated) {
    data["first"] = to_string(report.axis.first);
    data["last"] = to_string(report.axis.last());
  }
  data["step_minutes"] = report.axis.step_minutes;
  data["steps"] = report.counts.steps;
  data["valid_pairs"] = report.counts.valid_pairs;
  data["missing_observed"] = report.counts.missing_observed;
  data["missing_simulated"] = report.counts.missing_simulated;
  data["negative_observed"] = report.counts.negative_observed;
  data["negative_simulated"] = report.counts.negative_simulated;
  data["gaps"] = nlohmann::ordered_json::array();
  for (const Period& gap : report.gaps) data["gaps"].push_back({{"first", to_string(gap.first)}, {"last", to_string(gap.last)}});
  return data;
}

}  // namespace

ScoreReport score_table(const ScoreOptions& options) {
  const CsvTable table = read_csv(options.file);
  const RegularRows rows = options.date ? regular_rows(table, *options.date) : successive_days(table);
  const ScoreInput input{.axis = rows.axis,
                         .observed = on_axis(rows, table.numbers(options.observed)),
                         .simulated = on_axis(rows, table.numbers(options.simulated))};
  ScoreReport report = score_table(options, input);
  report.gaps = rows.gaps;
  report.rows = static_cast<std::int64_t>(table.rows());
  return report;
}

ScoreReport score_table(const ScoreOptions& options, const ScoreInput& input) {
  return {.file = options.file.string(),
          .observed = options.observed,
          .simulated = options.simulated,
          .dated = options.date.has_value(),
          .axis = input.axis,
          .rows = input.axis.size,
          .counts = count_pairs(input),
          .scores = score_series(input)};
}

std::string to_text(const ScoreReport& report) {
  const PairCounts& counts = report.counts;
  std::string text = fmt::format("{}: `{}` against observed `{}`\n", report.file, report.simulated, report.observed);
  if (report.dated) {
    text += fmt::format("  {} to {}, {}\n", to_string(report.axis.first), to_string(report.axis.last()), step_text(report.axis));
  } else {
    text += "  no date column: the rows are taken as successive days\n";
  }
  text += fmt::format("  {} rows, {} valid pairs; missing: {} observed, {} simulated\n", report.rows, counts.valid_pairs,
                      counts.missing_observed, counts.missing_simulated);
  if (!report.gaps.empty()) text += fmt::format("  steps without a row, scored as missing: {}\n", gaps_text(report));
  if (counts.negative_observed > 0 || counts.negative_simulated > 0) {
    text += fmt::format("  negative flows, not clipped: {} observed, {} simulated\n", counts.negative_observed,
                        counts.negative_simulated);
  }
  text += fmt::format("\n  {:<14} {:>12}  {:<8} {}\n", "metric", "value", "unit", "meaning");
  for (const Score& score : report.scores) {
    const Metric& metric = find_metric(score.name);
    const std::string value = std::isnan(score.value) ? "n/a" : fmt::format("{:.4f}", score.value);
    text += fmt::format("  {:<14} {:>12}  {:<8} {}\n", score.name, value, metric.unit, metric.title);
  }
  return text;
}

std::string to_json(const ScoreReport& report) {
  nlohmann::ordered_json json;
  for (const Score& score : report.scores) {
    // JSON has no infinity either.
    json[score.name] = std::isfinite(score.value) ? nlohmann::ordered_json(score.value) : nlohmann::ordered_json();
  }
  json["data"] = data_json(report);
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace freshet
