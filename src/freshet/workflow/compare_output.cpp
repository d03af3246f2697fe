#include "freshet/workflow/compare_output.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/number_text.hpp"
#include "freshet/report/comparison_page.hpp"
#include "freshet/workflow/compare_tables.hpp"

namespace freshet {
namespace {

using Cells = std::vector<std::string>;

/// A number's cell, with its infinities, which effect sizes can be.
std::string cell(double value) {
  return std::isinf(value) ? (value > 0 ? "inf" : "-inf") : number_text(value);
}

std::string cell(const std::optional<std::size_t>& count) {
  return count ? std::to_string(*count) : "";
}

void add(Cells& row, const Estimate& estimate) {
  for (const double value : {estimate.value, estimate.interval.low, estimate.interval.high}) row.push_back(cell(value));
}

const char* role_of(const ComparisonData& data, std::size_t model) {
  if (!data.models[model].paired) return "context";
  return model == 0 ? "reference" : "run";
}

void write_summaries(const ComparisonData& data, const std::filesystem::path& file) {
  const Cells header = {"metric", "run",      "role",      "basins",  "median", "median_low", "median_high",
                        "mean",   "mean_low", "mean_high", "sd",      "lowest", "q05",        "q25",
                        "q75",    "q95",      "highest",   "below_0", "good",   "good_from",  "source"};
  std::vector<Cells> rows;
  for (const MetricComparison& metric : data.metrics) {
    for (std::size_t m = 0; m < data.models.size(); ++m) {
      const ModelSummary& model = metric.models[m];
      Cells row = {metric.metric, data.models[m].name, role_of(data, m), std::to_string(model.basins)};
      add(row, model.median);
      add(row, model.mean);
      row.push_back(cell(model.deviation));
      for (const double quantile : model.quantiles) row.push_back(cell(quantile));
      row.push_back(cell(model.below_zero));
      row.push_back(cell(model.good));
      row.push_back(model.good ? cell(data.options.good) : "");
      row.push_back(data.models[m].source());
      rows.push_back(std::move(row));
    }
  }
  write_csv(file, header, rows);
}

Cells pair_row(const ComparisonData& data, const MetricComparison& metric, const PairSummary& pair) {
  Cells row = {metric.metric, data.models[pair.model].name, data.models[pair.against].name, std::to_string(metric.basins.size())};
  for (const Estimate& estimate : {pair.median_gain, pair.mean_gain, pair.gain_of_median}) add(row, estimate);
  for (const std::size_t count : {pair.wins, pair.ties, pair.losses}) row.push_back(std::to_string(count));
  const SignedRankTest& test = pair.test;
  row.emplace_back(to_string(test.method));
  for (const double value :
       {test.rank_sum_positive, test.rank_sum_negative, test.z, test.p, pair.holm_p, pair.d_paired, pair.d_pooled})
    row.push_back(cell(value));
  const auto& good = pair.good;
  row.push_back(good ? std::to_string(good->both) : "");
  row.push_back(good ? std::to_string(good->only_first) : "");
  row.push_back(good ? std::to_string(good->only_second) : "");
  row.push_back(good ? std::to_string(good->neither) : "");
  row.push_back(cell(pair.mcnemar_p));
  return row;
}

void write_pairs(const ComparisonData& data, const std::filesystem::path& file) {
  const Cells header = {"metric",
                        "run",
                        "against",
                        "basins",
                        "median_gain",
                        "median_gain_low",
                        "median_gain_high",
                        "mean_gain",
                        "mean_gain_low",
                        "mean_gain_high",
                        "gain_of_median",
                        "gain_of_median_low",
                        "gain_of_median_high",
                        "better",
                        "equal",
                        "worse",
                        "test",
                        "w_plus",
                        "w_minus",
                        "z",
                        "p",
                        "p_holm",
                        "d_z",
                        "d",
                        "good_both",
                        "good_run",
                        "good_against",
                        "good_neither",
                        "p_mcnemar"};
  std::vector<Cells> rows;
  for (const MetricComparison& metric : data.metrics) {
    for (const PairSummary& pair : metric.pairs) rows.push_back(pair_row(data, metric, pair));
  }
  write_csv(file, header, rows);
}

/// The runs that have a water balance; where none has there is no file.
void write_water_balances(const ComparisonData& data, const std::filesystem::path& file) {
  if (!data.has_water_balance()) {
    std::filesystem::remove(file);  // of an earlier comparison
    return;
  }
  Cells header = {"run", "role", "basins"};
  for (const char* name :
       {"observed_ratio", "simulated_ratio", "median_difference", "mean_difference", "median_absolute_difference"}) {
    for (const char* end : {"", "_low", "_high"}) header.push_back(fmt::format("{}{}", name, end));
  }
  for (const char* name : {"pearson_r", "observed_above_1", "simulated_above_1", "source"}) header.emplace_back(name);
  std::vector<Cells> rows;
  for (std::size_t m = 0; m < data.models.size(); ++m) {
    if (!data.ratios[m].known()) continue;
    const RunoffRatioSummary& of = data.balance.models[m];
    Cells row = {data.models[m].name, role_of(data, m), std::to_string(of.basins)};
    for (const Estimate& estimate :
         {of.observed, of.simulated, of.median_difference, of.mean_difference, of.median_absolute_difference})
      add(row, estimate);
    row.push_back(cell(of.pearson_r));
    row.push_back(std::to_string(of.observed_above_one));
    row.push_back(std::to_string(of.simulated_above_one));
    row.push_back(data.models[m].source());
    rows.push_back(std::move(row));
  }
  write_csv(file, header, rows);
}

/// Scores of every model in every metric, each paired model's difference from the reference, and runoff ratios.
void write_basins(const ComparisonData& data, const std::filesystem::path& file) {
  Cells header = {"basin", "name", "latitude", "longitude"};
  for (const MetricComparison& metric : data.metrics) {
    for (const CompareSource& model : data.models) header.push_back(fmt::format("{}: {}", metric.metric, model.name));
    for (std::size_t m = 1; m < data.models.size(); ++m) {
      if (data.models[m].paired)
        header.push_back(fmt::format("{}: {} - {}", metric.metric, data.models[m].name, data.models[0].name));
    }
  }
  for (std::size_t m = 0; m < data.models.size(); ++m) {
    if (!data.ratios[m].known()) continue;
    header.push_back(fmt::format("runoff ratio, observed: {}", data.models[m].name));
    header.push_back(fmt::format("runoff ratio, simulated: {}", data.models[m].name));
  }
  std::vector<Cells> rows;
  for (std::size_t b = 0; b < data.basins.ids.size(); ++b) {
    const Gauge gauge = data.gauge(data.basins.ids[b]);
    Cells row = {data.basins.ids[b], gauge.name, cell(gauge.latitude), cell(gauge.longitude)};
    for (const auto& of_metric : data.scores) {
      for (const ComparedScores& scores : of_metric) row.push_back(cell(scores.values[b]));
      for (std::size_t m = 1; m < data.models.size(); ++m) {
        if (data.models[m].paired) row.push_back(cell(of_metric[m].values[b] - of_metric[0].values[b]));
      }
    }
    for (const RunoffRatios& ratios : data.ratios) {
      if (!ratios.known()) continue;
      row.push_back(cell(ratios.observed[b]));
      row.push_back(cell(ratios.simulated[b]));
    }
    rows.push_back(std::move(row));
  }
  write_csv(file, header, rows);
}

void write_left_out(const ComparisonData& data, const std::filesystem::path& file) {
  std::vector<Cells> rows;
  const auto take = [&](const UncommonBasin& basin, const std::string& metric, const char* why) {
    std::vector<std::string> names;
    for (const std::size_t m : basin.absent_from) names.push_back(data.models[m].name);
    rows.push_back({basin.id, metric, why, fmt::format("{}", fmt::join(names, "; "))});
  };
  for (const UncommonBasin& basin : data.basins.left_out) take(basin, "", "not in the run");
  for (std::size_t k = 0; k < data.metrics.size(); ++k) {
    for (const UncommonBasin& basin : data.without_score(k)) take(basin, data.metrics[k].metric, "no score");
  }
  write_csv(file, {"basin", "metric", "why", "runs"}, rows);
}

std::string markdown(const ComparisonData& data) {
  std::string text = "# Comparison of runs\n\n";
  for (const auto* remarks : {&data.doubts, &data.notes}) {
    for (const std::string& remark : *remarks) text += fmt::format("- {}\n", remark);
  }
  if (!data.doubts.empty() || !data.notes.empty()) text += "\n";
  text += to_markdown(protocol_grid(data));
  for (std::size_t k = 0; k < data.metrics.size(); ++k) {
    const MetricComparison& metric = data.metrics[k];
    text += fmt::format("\n## {}\n\n{} basins, `{}`.\n\n{}", find_metric(metric.metric).title, metric.basins.size(),
                        metric.metric, to_markdown(summary_grid(data, k)));
    if (metric.pairs.empty()) continue;
    text += '\n' + to_markdown(reference_grid(data, k));
    if (metric.pairs.size() > 1) text += '\n' + to_markdown(matrix_grid(data, k));
    if (const TextGrid good = good_grid(data, k, true); !good.rows.empty()) text += '\n' + to_markdown(good);
  }
  if (data.has_water_balance())
    text +=
        fmt::format("\n## Water balance\n\n{} basins.\n\n{}", data.balance.basins.size(), to_markdown(water_balance_grid(data)));
  text += "\n";
  for (const std::string& line : explanations(data)) text += line + "\n";
  return text;
}

ComparisonRecord record_of(const ComparisonData& data) {
  ComparisonRecord record{.models = {},
                          .basins = {},
                          .scores = data.scores,
                          .metrics = data.metrics,
                          .ratios = data.ratios,
                          .balance = data.balance,
                          .good = data.options.good,
                          .doubts = data.doubts,
                          .notes = data.notes};
  for (const std::string& line : explanations(data)) record.notes.push_back(line);
  for (const CompareSource& model : data.models) {
    const RunProtocol& protocol = model.protocol;
    record.models.push_back({.name = model.name,
                             .paired = model.paired,
                             .period = protocol.period,
                             .mode = protocol.mode,
                             .dataset = protocol.dataset,
                             .forcings = protocol.forcings,
                             .source = model.source()});
  }
  for (const std::string& basin : data.basins.ids) {
    const Gauge gauge = data.gauge(basin);
    record.basins.push_back({.id = basin, .name = gauge.name, .latitude = gauge.latitude, .longitude = gauge.longitude});
  }
  return record;
}

}  // namespace

void check_comparison_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error) || std::filesystem::is_empty(folder, error) ||
      std::filesystem::is_regular_file(folder / "comparison.csv")) {
    return;
  }
  throw InputError({.what = "the folder is not empty and not an earlier comparison: something would be lost",
                    .file = folder.string(),
                    .hint = "Choose another for the comparison."});
}

void write_comparison(const ComparisonData& data, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw EnvironmentError({.what = "cannot make the folder: " + error.message(), .file = folder.string()});
  write_summaries(data, folder / "comparison.csv");
  write_pairs(data, folder / "pairs.csv");
  write_basins(data, folder / "per_basin.csv");
  write_left_out(data, folder / "left_out.csv");
  write_water_balances(data, folder / "water_balance.csv");
  write_file_atomically(folder / "comparison.md", markdown(data));
  write_file_atomically(folder / "comparison.html", render_comparison_page(record_of(data)));
}

}  // namespace freshet
