#include "freshet/metrics/registry.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/core/error.hpp"
#include "freshet/metrics/correlation.hpp"
#include "freshet/metrics/efficiency.hpp"
#include "freshet/metrics/error.hpp"
#include "freshet/metrics/flow_duration.hpp"
#include "freshet/metrics/peaks.hpp"

namespace freshet {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// Efficiencies have the range (-inf, 1], and no unit.
constexpr Metric efficiency(std::string_view name, std::string_view title, std::string_view formula,
                            double (*compute)(const MetricInput&)) {
  return {.name = name,
          .title = title,
          .unit = "",
          .formula = formula,
          .perfect = 1,
          .lowest = -kInf,
          .highest = 1,
          .higher_is_better = true,
          .scale_power = 0,
          .compute = compute};
}

/// Correlations have the range [lowest, 1], and no unit.
constexpr Metric correlation(std::string_view name, std::string_view title, double lowest, std::string_view formula,
                             double (*compute)(const MetricInput&)) {
  return {.name = name,
          .title = title,
          .unit = "",
          .formula = formula,
          .perfect = 1,
          .lowest = lowest,
          .highest = 1,
          .higher_is_better = true,
          .scale_power = 0,
          .compute = compute};
}

/// Ratios of moments: the best value is 1, too high and too low are both possible.
constexpr Metric moment_ratio(std::string_view name, std::string_view title, double lowest, std::string_view formula,
                              double (*compute)(const MetricInput&)) {
  return {.name = name,
          .title = title,
          .unit = "",
          .formula = formula,
          .perfect = 1,
          .lowest = lowest,
          .highest = kInf,
          .higher_is_better = false,
          .scale_power = 0,
          .compute = compute};
}

/// Sizes of errors: 0 or more.
constexpr Metric error_size(std::string_view name, std::string_view title, std::string_view unit, std::optional<int> scale_power,
                            std::string_view formula, double (*compute)(const MetricInput&)) {
  return {.name = name,
          .title = title,
          .unit = unit,
          .formula = formula,
          .perfect = 0,
          .lowest = 0,
          .highest = kInf,
          .higher_is_better = false,
          .scale_power = scale_power,
          .compute = compute};
}

/// Signed errors: the best value is 0.
constexpr Metric signed_error(std::string_view name, std::string_view title, std::string_view unit, int scale_power,
                              std::string_view formula, double (*compute)(const MetricInput&)) {
  return {.name = name,
          .title = title,
          .unit = unit,
          .formula = formula,
          .perfect = 0,
          .lowest = -kInf,
          .highest = kInf,
          .higher_is_better = false,
          .scale_power = scale_power,
          .compute = compute};
}

/// Errors at flood peaks: 0 to `highest`.
constexpr Metric peak_error(std::string_view name, std::string_view title, std::string_view unit, double highest,
                            std::string_view formula, double (*compute)(const MetricInput&)) {
  return {.name = name,
          .title = title,
          .unit = unit,
          .formula = formula,
          .perfect = 0,
          .lowest = 0,
          .highest = highest,
          .higher_is_better = false,
          .uses_position = true,
          .scale_power = 0,
          .compute = compute};
}

using In = const MetricInput&;

constexpr std::array kMetrics = {
    efficiency("nse", "Nash-Sutcliffe efficiency", "1 - sum (s-o)^2 / sum (o-mean o)^2",
               [](In in) { return nse(in.observed, in.simulated); }),
    efficiency("kge_2009", "Kling-Gupta efficiency (2009)", "1 - sqrt((r-1)^2 + (alpha-1)^2 + (beta-1)^2)",
               [](In in) { return kge_2009(in.observed, in.simulated); }),
    efficiency("kge_2012", "Kling-Gupta efficiency (2012)", "1 - sqrt((r-1)^2 + (gamma-1)^2 + (beta-1)^2)",
               [](In in) { return kge_2012(in.observed, in.simulated); }),
    efficiency("mnse", "Modified NSE (absolute errors)", "1 - sum |s-o| / sum |o-mean o|",
               [](In in) { return modified_nse(in.observed, in.simulated); }),
    efficiency("log_nse", "NSE of ln(q + 0.01 mean o)", "nse(ln(o+e), ln(s+e)), e = 0.01 mean o",
               [](In in) { return log_nse(in.observed, in.simulated); }),
    efficiency("sqrt_nse", "NSE of sqrt(q)", "nse(sqrt o, sqrt s)", [](In in) { return sqrt_nse(in.observed, in.simulated); }),
    correlation("r", "Linear correlation", -1, "cov(s, o) / (sigma s sigma o)",
                [](In in) { return pearson_r(in.observed, in.simulated); }),
    correlation("r2", "Squared linear correlation", 0, "r^2",
                [](In in) { return std::pow(pearson_r(in.observed, in.simulated), 2); }),
    correlation("spearman", "Rank correlation", -1, "r(rank s, rank o)",
                [](In in) { return spearman_r(in.observed, in.simulated); }),
    moment_ratio("alpha", "Variability ratio", 0, "sigma s / sigma o",
                 [](In in) { return kge_components(in.observed, in.simulated).alpha; }),
    moment_ratio("beta", "Bias ratio", -kInf, "mean s / mean o",
                 [](In in) { return kge_components(in.observed, in.simulated).beta; }),
    moment_ratio("gamma", "Ratio of coefficients of variation", -kInf, "(sigma s / mean s) / (sigma o / mean o)",
                 [](In in) { return kge_components(in.observed, in.simulated).gamma; }),
    error_size("rmse", "Root mean square error", "flow", 1, "sqrt(mean (s-o)^2)",
               [](In in) { return rmse(in.observed, in.simulated); }),
    error_size("ubrmse", "Unbiased root mean square error", "flow", 1, "sqrt(mean ((s-mean s) - (o-mean o))^2)",
               [](In in) { return ubrmse(in.observed, in.simulated); }),
    error_size("mse", "Mean square error", "flow^2", 2, "mean (s-o)^2", [](In in) { return mse(in.observed, in.simulated); }),
    error_size("mae", "Mean absolute error", "flow", 1, "mean |s-o|", [](In in) { return mae(in.observed, in.simulated); }),
    error_size("combined_rmse", "RMSE of flows and of log-root flows", "", std::nullopt,
               "0.75 rmse(q) + 0.25 rmse(log10(sqrt(q+1e-6) + 0.1))",
               [](In in) { return combined_rmse(in.observed, in.simulated); }),
    signed_error("bias", "Mean error", "flow", 1, "mean (s-o)", [](In in) { return bias(in.observed, in.simulated); }),
    signed_error("pbias", "Per cent bias", "%", 0, "100 sum (s-o) / sum o",
                 [](In in) { return pbias(in.observed, in.simulated); }),
    signed_error("beta_nse", "Normalised bias", "", 0, "(mean s - mean o) / sigma o",
                 [](In in) { return beta_nse(in.observed, in.simulated); }),
    signed_error("fhv", "Bias of the highest 2 % of flows", "%", 0, "100 sum (s_k-o_k) / sum o_k, k <= 0.02 n",
                 [](In in) { return fhv(in.observed, in.simulated); }),
    error_size("pfab", "Absolute bias of the highest 2 % of flows", "%", 0, "|fhv|",
               [](In in) { return pfab(in.observed, in.simulated); }),
    signed_error("fms", "Bias of the mid-segment slope of the flow-duration curve", "%", 0,
                 "100 (ds-do) / (do + 1e-6), d = ln q_(0.2 n) - ln q_(0.7 n)",
                 [](In in) { return fms(in.observed, in.simulated); }),
    signed_error("flv", "Bias of the lowest 30 % of flows, logarithmic", "%", 0,
                 "-100 (sum s' - sum o') / (sum o' + 1e-6), q' = ln q - min ln q",
                 [](In in) { return flv(in.observed, in.simulated); }),
    signed_error("flv_hydrodl", "Bias of the lowest 30 % of flows", "%", 0, "100 sum (s_k-o_k) / sum o_k, lowest 0.3 n",
                 [](In in) { return flv_hydrodl(in.observed, in.simulated); }),
    peak_error("peak_timing", "Mean lag of flood peaks", "steps", kInf, "mean |lag|",
               [](In in) { return peak_timing(in.observed, in.simulated, in.step_minutes); }),
    peak_error("peak_mape", "Mean absolute error of flood peaks", "%", kInf, "100 mean |s-o| / |o| at observed peaks",
               [](In in) { return peak_mape(in.observed, in.simulated); }),
    peak_error("missed_peaks", "Share of missed peaks", "", 1, "missed / observed peaks",
               [](In in) { return missed_peaks(in.observed, in.simulated, in.step_minutes); }),
};

struct Alias {
  std::string_view alias;
  std::string_view name;
};

/// Names other packages use, in lower case.
constexpr std::array kAliases = {
    Alias{"kge", "kge_2009"},        Alias{"alpha-nse", "alpha"},
    Alias{"beta-kge", "beta"},       Alias{"beta-nse", "beta_nse"},
    Alias{"pearson-r", "r"},         Alias{"peak-timing", "peak_timing"},
    Alias{"peak-mape", "peak_mape"}, Alias{"missed-peaks", "missed_peaks"},
};

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

std::span<const Metric> metrics() {
  return kMetrics;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric& metric : kMetrics) names.emplace_back(metric.name);
  return names;
}

const Metric& find_metric(std::string_view name) {
  std::string wanted = lower_case(name);
  const auto alias = std::ranges::find(kAliases, wanted, &Alias::alias);
  if (alias != kAliases.end()) wanted = alias->name;
  const auto metric = std::ranges::find(kMetrics, wanted, &Metric::name);
  if (metric != kMetrics.end()) return *metric;

  std::vector<std::string> candidates = metric_names();
  for (const Alias& known : kAliases) candidates.emplace_back(known.alias);
  const auto near = nearest(wanted, candidates);
  throw InputError({.what = fmt::format("`{}` is not a known metric", name),
                    .hint = near ? fmt::format("Did you mean `{}`?", *near)
                                 : fmt::format("Known metrics: {}.", fmt::join(metric_names(), ", "))});
}

bool is_better(const Metric& metric, double candidate, double incumbent) {
  if (std::isnan(candidate)) return false;
  if (std::isnan(incumbent)) return true;
  return std::abs(candidate - metric.perfect) < std::abs(incumbent - metric.perfect);
}

}  // namespace freshet
