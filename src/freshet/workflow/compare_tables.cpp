#include "freshet/workflow/compare_tables.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

namespace freshet {
namespace {

constexpr const char* kNone = "n/a";

int decimals(const Metric& metric) {
  return metric.unit == "%" ? 1 : 3;
}

std::string text_of(int places, double value, bool sign = false) {
  if (std::isnan(value)) return kNone;
  const double least = 0.5 * std::pow(10.0, -places);
  if (std::abs(value) < least) return fmt::format("{:.{}f}", 0.0, places);  // no "-0.000"
  return sign ? fmt::format("{:+.{}f}", value, places) : fmt::format("{:.{}f}", value, places);
}

std::string text_of(int places, const Estimate& estimate, bool sign = false) {
  const std::string value = text_of(places, estimate.value, sign);
  if (std::isnan(estimate.interval.low)) return value;
  return fmt::format("{} [{}, {}]", value, text_of(places, estimate.interval.low, sign),
                     text_of(places, estimate.interval.high, sign));
}

/// A number, or one with its interval, as its metric is written.
template <class Value>
std::string text_of(const Metric& metric, const Value& value, bool sign = false) {
  return text_of(decimals(metric), value, sign);
}

std::string p_text(double p) {
  if (std::isnan(p)) return kNone;
  return p < 1e-3 ? fmt::format("{:.1e}", p) : fmt::format("{:.3f}", p);
}

std::string d_text(double d) {
  return std::isnan(d) ? kNone : fmt::format("{:+.3f}", d);
}

template <class Count>
std::string count_text(const std::optional<Count>& count) {
  return count ? fmt::format("{}", *count) : kNone;
}

std::string per_cent(double share) {
  return fmt::format("{:g} %", std::round(share * 1e6) / 1e4);
}

std::string label_of(const ComparisonData& data, std::size_t model) {
  const std::string& name = data.models[model].name;
  if (!data.models[model].paired) return name + " (context)";
  return model == 0 && data.models.size() > 1 ? name + " (reference)" : name;
}

const Metric& metric_of(const ComparisonData& data, std::size_t metric) {
  return find_metric(data.metrics[metric].metric);
}

std::size_t paired_models(const ComparisonData& data) {
  return static_cast<std::size_t>(std::ranges::count(data.models, true, &CompareSource::paired));
}

std::string better_text(const PairSummary& pair) {
  return fmt::format("{} / {} / {}", pair.wins, pair.ties, pair.losses);
}

/// What a runoff ratio is, and which runs have none.
std::string about_water_balance(const ComparisonData& data) {
  std::vector<std::string> without;
  for (std::size_t m = 0; m < data.models.size(); ++m) {
    if (!data.ratios[m].known()) without.push_back("`" + data.models[m].name + "`");
  }
  std::string text =
      "Runoff ratio: sum of runoff / sum of precipitation over the days with precipitation, an observation and a prediction; its "
      "difference is simulated less observed.";
  if (!without.empty()) text += fmt::format(" There is none of {}.", fmt::join(without, ", "));
  return text;
}

/// All metrics but the main one: a line a model.
TextGrid other_metrics_grid(const ComparisonData& data) {
  const std::string interval = per_cent(data.options.bootstrap.confidence);
  TextGrid grid{.head = {"metric, run", "median [" + interval + "]", "mean [" + interval + "]", "median gain [" + interval + "]",
                         "better / equal / worse", "p, Holm", "basins"},
                .rows = {}};
  for (std::size_t k = 1; k < data.metrics.size(); ++k) {
    const Metric& metric = metric_of(data, k);
    for (std::size_t m = 0; m < data.models.size(); ++m) {
      const ModelSummary& model = data.metrics[k].models[m];
      if (!data.models[m].paired && model.basins == 0) continue;
      const auto is_own = [m](const PairSummary& pair) { return pair.model == m && pair.against == 0; };
      const auto pair = std::ranges::find_if(data.metrics[k].pairs, is_own);
      const bool tested = pair != data.metrics[k].pairs.end();
      grid.rows.push_back({fmt::format("{} {}", metric.name, label_of(data, m)), text_of(metric, model.median),
                           text_of(metric, model.mean), tested ? text_of(metric, pair->median_gain, true) : "",
                           tested ? better_text(*pair) : "", tested ? p_text(pair->holm_p) : "", std::to_string(model.basins)});
    }
  }
  return grid;
}

}  // namespace

TextGrid summary_grid(const ComparisonData& data, std::size_t metric) {
  const Metric& of = metric_of(data, metric);
  const std::string interval = per_cent(data.options.bootstrap.confidence);
  TextGrid grid{.head = {"run", "median [" + interval + "]", "mean [" + interval + "]", "sd"}, .rows = {}};
  for (const double p : kSummaryQuantiles) grid.head.push_back(p == 0 ? "lowest" : p == 1 ? "highest" : per_cent(p));
  if (is_efficiency(of)) {
    grid.head.emplace_back("< 0");
    grid.head.push_back(fmt::format(">= {}", data.options.good));
  }
  grid.head.emplace_back("basins");
  for (std::size_t m = 0; m < data.models.size(); ++m) {
    const ModelSummary& model = data.metrics[metric].models[m];
    std::vector<std::string> row = {label_of(data, m), text_of(of, model.median), text_of(of, model.mean),
                                    text_of(of, model.deviation)};
    for (const double quantile : model.quantiles) row.push_back(text_of(of, quantile));
    if (is_efficiency(of)) {
      row.push_back(count_text(model.below_zero));
      row.push_back(count_text(model.good));
    }
    row.push_back(std::to_string(model.basins));
    grid.rows.push_back(std::move(row));
  }
  return grid;
}

TextGrid reference_grid(const ComparisonData& data, std::size_t metric) {
  const Metric& of = metric_of(data, metric);
  const std::string interval = " [" + per_cent(data.options.bootstrap.confidence) + "]";
  TextGrid grid{.head = {"against " + data.models[0].name, "median gain" + interval, "mean gain" + interval,
                         "gain of median" + interval, "better / equal / worse", "p", "p, Holm", "test", "d_z", "d"},
                .rows = {}};
  for (const PairSummary& pair : data.metrics[metric].pairs) {
    if (pair.against != 0) continue;
    grid.rows.push_back({data.models[pair.model].name, text_of(of, pair.median_gain, true), text_of(of, pair.mean_gain, true),
                         text_of(of, pair.gain_of_median, true), better_text(pair), p_text(pair.test.p), p_text(pair.holm_p),
                         std::string(to_string(pair.test.method)), d_text(pair.d_paired), d_text(pair.d_pooled)});
  }
  return grid;
}

TextGrid matrix_grid(const ComparisonData& data, std::size_t metric) {
  const Metric& of = metric_of(data, metric);
  const std::size_t paired = paired_models(data);
  TextGrid grid{.head = {"median gain (p, Holm)"}, .rows = {}};
  for (std::size_t m = 0; m < paired; ++m) {
    grid.head.push_back("over " + data.models[m].name);
    grid.rows.emplace_back(paired + 1);
    grid.rows[m][0] = data.models[m].name;
  }
  for (const PairSummary& pair : data.metrics[metric].pairs) {
    const double gain = pair.median_gain.value;
    const std::string p = p_text(pair.holm_p);
    grid.rows[pair.model][pair.against + 1] = fmt::format("{} ({})", text_of(of, gain, true), p);
    grid.rows[pair.against][pair.model + 1] = fmt::format("{} ({})", text_of(of, -gain, true), p);
  }
  return grid;
}

TextGrid good_grid(const ComparisonData& data, std::size_t metric, bool all_pairs) {
  TextGrid grid{.head = {fmt::format("{} >= {}", data.metrics[metric].metric, data.options.good), "both", "only the first",
                         "only the second", "neither", "p, McNemar"},
                .rows = {}};
  for (const PairSummary& pair : data.metrics[metric].pairs) {
    if (!pair.good || (pair.against != 0 && !all_pairs)) continue;
    const Contingency& good = *pair.good;
    grid.rows.push_back({fmt::format("{}, {}", data.models[pair.model].name, data.models[pair.against].name),
                         std::to_string(good.both), std::to_string(good.only_first), std::to_string(good.only_second),
                         std::to_string(good.neither), p_text(pair.mcnemar_p)});
  }
  return grid;
}

TextGrid water_balance_grid(const ComparisonData& data) {
  constexpr int kDecimals = 3;
  const std::string interval = " [" + per_cent(data.options.bootstrap.confidence) + "]";
  TextGrid grid{.head = {"runoff ratio", "observed, median", "simulated, median", "median difference" + interval,
                         "mean difference" + interval, "median absolute difference" + interval, "r", "observed > 1",
                         "simulated > 1", "basins"},
                .rows = {}};
  if (!data.has_water_balance()) return grid;
  for (std::size_t m = 0; m < data.models.size(); ++m) {
    if (!data.ratios[m].known()) continue;
    const RunoffRatioSummary& of = data.balance.models[m];
    grid.rows.push_back({label_of(data, m), text_of(kDecimals, of.observed.value), text_of(kDecimals, of.simulated.value),
                         text_of(kDecimals, of.median_difference, true), text_of(kDecimals, of.mean_difference, true),
                         text_of(kDecimals, of.median_absolute_difference), text_of(kDecimals, of.pearson_r),
                         std::to_string(of.observed_above_one), std::to_string(of.simulated_above_one),
                         std::to_string(of.basins)});
  }
  return grid;
}

TextGrid protocol_grid(const ComparisonData& data) {
  TextGrid grid{.head = {"run", "period", "mode", "data set", "forcings", "source"}, .rows = {}};
  for (std::size_t m = 0; m < data.models.size(); ++m) {
    const CompareSource& source = data.models[m];
    const RunProtocol& protocol = source.protocol;
    const std::string unknown = protocol.known() ? "" : "not known";
    grid.rows.push_back({label_of(data, m), protocol.known() ? protocol.period : unknown, protocol.mode, protocol.dataset,
                         protocol.forcings, source.source()});
  }
  return grid;
}

std::vector<std::string> explanations(const ComparisonData& data) {
  const BootstrapOptions& bootstrap = data.options.bootstrap;
  std::vector<std::string> lines = {
      fmt::format("Intervals: {} percentile intervals of {} bootstrap resamples of the basins (seed {}), the same for all runs.",
                  per_cent(bootstrap.confidence), bootstrap.resamples, bootstrap.seed)};
  if (data.has_water_balance()) lines.push_back(about_water_balance(data));
  if (paired_models(data) < 2) return lines;
  lines.emplace_back(
      "Gain is positive where the run is better: the difference where higher is better, else how much nearer it is to the "
      "perfect "
      "value.");
  const char* zeros = data.options.zeros == ZeroRule::kPratt ? "Pratt's rule for zeros" : "zeros dropped";
  lines.push_back(
      fmt::format("p: Wilcoxon's signed-rank test of the gains, two-sided, {}; exact up to {} basins without ties, else "
                  "normal with corrections for ties and continuity. Holm: adjusted for all {} pairs.",
                  zeros, kLargestExactTest, data.metrics.front().pairs.size()));
  lines.emplace_back(
      "d_z: mean gain by the standard deviation of the gains. d: difference of the means by the pooled standard deviation of the "
      "scores (Kratzert et al. 2019).");
  return lines;
}

std::string comparison_text(const ComparisonData& data) {
  const MetricComparison& main = data.metrics.front();
  std::string text = fmt::format("\n{}: {} common basins\n\n", find_metric(main.metric).title, main.basins.size());
  text += to_text(summary_grid(data, 0));
  const std::size_t paired = paired_models(data);
  if (paired > 1) {
    text += '\n' + to_text(reference_grid(data, 0));
    if (paired > 2) text += '\n' + to_text(matrix_grid(data, 0));
    if (const TextGrid good = good_grid(data, 0, false); !good.rows.empty()) text += '\n' + to_text(good);
  }
  if (data.metrics.size() > 1) text += '\n' + to_text(other_metrics_grid(data));
  if (data.has_water_balance())
    text += fmt::format("\nWater balance: {} common basins\n\n", data.balance.basins.size()) + to_text(water_balance_grid(data));
  text += "\n";
  for (const std::string& line : explanations(data)) text += line + "\n";
  return text;
}

}  // namespace freshet
