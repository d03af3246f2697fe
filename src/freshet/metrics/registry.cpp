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

/// What the values of a metric can be, and which are good.
struct Scale {
  double perfect, lowest, highest;
  bool higher_is_better = false;
};

constexpr Scale kEfficiency{.perfect = 1, .lowest = -kInf, .highest = 1, .higher_is_better = true};
constexpr Scale kCorrelation{.perfect = 1, .lowest = -1, .highest = 1, .higher_is_better = true};
constexpr Scale kSquaredCorrelation{.perfect = 1, .lowest = 0, .highest = 1, .higher_is_better = true};
constexpr Scale kRatio{.perfect = 1, .lowest = -kInf, .highest = kInf};
constexpr Scale kPositiveRatio{.perfect = 1, .lowest = 0, .highest = kInf};
constexpr Scale kErrorSize{.perfect = 0, .lowest = 0, .highest = kInf};
constexpr Scale kSignedError{.perfect = 0, .lowest = -kInf, .highest = kInf};
constexpr Scale kShare{.perfect = 0, .lowest = 0, .highest = 1};

/// The unit of a metric, and the power of the flow's unit its values grow with (none: they do not scale).
struct Dimension {
  std::string_view unit;
  std::optional<int> scale_power = 0;
};

constexpr Dimension kNoUnit{""}, kPerCent{"%"}, kSteps{"steps"}, kFlow{"flow", 1}, kSquaredFlow{"flow^2", 2};
constexpr Dimension kMixed{"", std::nullopt};

using In = const MetricInput&;

constexpr Metric metric(std::string_view name, std::string_view title, const Scale& scale, const Dimension& dimension,
                        std::string_view formula, double (*compute)(In)) {
  return {.name = name,
          .title = title,
          .unit = dimension.unit,
          .formula = formula,
          .perfect = scale.perfect,
          .lowest = scale.lowest,
          .highest = scale.highest,
          .higher_is_better = scale.higher_is_better,
          .scale_power = dimension.scale_power,
          .compute = compute};
}

/// A metric of flood peaks, which looks at neighbouring steps.
constexpr Metric at_peaks(Metric metric) {
  metric.uses_position = true;
  return metric;
}

constexpr std::array kMetrics = {
    metric("nse", "Nash-Sutcliffe efficiency", kEfficiency, kNoUnit, "1 - sum (s-o)^2 / sum (o-mean o)^2",
           [](In in) { return nse(in.observed, in.simulated); }),
    metric("kge_2009", "Kling-Gupta efficiency (2009)", kEfficiency, kNoUnit, "1 - sqrt((r-1)^2 + (alpha-1)^2 + (beta-1)^2)",
           [](In in) { return kge_2009(in.observed, in.simulated); }),
    metric("kge_2012", "Kling-Gupta efficiency (2012)", kEfficiency, kNoUnit, "1 - sqrt((r-1)^2 + (gamma-1)^2 + (beta-1)^2)",
           [](In in) { return kge_2012(in.observed, in.simulated); }),
    metric("mnse", "Modified NSE (absolute errors)", kEfficiency, kNoUnit, "1 - sum |s-o| / sum |o-mean o|",
           [](In in) { return modified_nse(in.observed, in.simulated); }),
    metric("log_nse", "NSE of ln(q + 0.01 mean o)", kEfficiency, kNoUnit, "nse(ln(o+e), ln(s+e)), e = 0.01 mean o",
           [](In in) { return log_nse(in.observed, in.simulated); }),
    metric("sqrt_nse", "NSE of sqrt(q)", kEfficiency, kNoUnit, "nse(sqrt o, sqrt s)",
           [](In in) { return sqrt_nse(in.observed, in.simulated); }),
    metric("r", "Linear correlation", kCorrelation, kNoUnit, "cov(s, o) / (sigma s sigma o)",
           [](In in) { return pearson_r(in.observed, in.simulated); }),
    metric("r2", "Squared linear correlation", kSquaredCorrelation, kNoUnit, "r^2",
           [](In in) { return std::pow(pearson_r(in.observed, in.simulated), 2); }),
    metric("spearman", "Rank correlation", kCorrelation, kNoUnit, "r(rank s, rank o)",
           [](In in) { return spearman_r(in.observed, in.simulated); }),
    metric("alpha", "Variability ratio", kPositiveRatio, kNoUnit, "sigma s / sigma o",
           [](In in) { return kge_components(in.observed, in.simulated).alpha; }),
    metric("beta", "Bias ratio", kRatio, kNoUnit, "mean s / mean o",
           [](In in) { return kge_components(in.observed, in.simulated).beta; }),
    metric("gamma", "Ratio of coefficients of variation", kRatio, kNoUnit, "(sigma s / mean s) / (sigma o / mean o)",
           [](In in) { return kge_components(in.observed, in.simulated).gamma; }),
    metric("rmse", "Root mean square error", kErrorSize, kFlow, "sqrt(mean (s-o)^2)",
           [](In in) { return rmse(in.observed, in.simulated); }),
    metric("ubrmse", "Unbiased root mean square error", kErrorSize, kFlow, "sqrt(mean ((s-mean s) - (o-mean o))^2)",
           [](In in) { return ubrmse(in.observed, in.simulated); }),
    metric("mse", "Mean square error", kErrorSize, kSquaredFlow, "mean (s-o)^2",
           [](In in) { return mse(in.observed, in.simulated); }),
    metric("mae", "Mean absolute error", kErrorSize, kFlow, "mean |s-o|", [](In in) { return mae(in.observed, in.simulated); }),
    metric("combined_rmse", "RMSE of flows and of log-root flows", kErrorSize, kMixed,
           "0.75 rmse(q) + 0.25 rmse(log10(sqrt(q+1e-6) + 0.1))", [](In in) { return combined_rmse(in.observed, in.simulated); }),
    metric("bias", "Mean error", kSignedError, kFlow, "mean (s-o)", [](In in) { return bias(in.observed, in.simulated); }),
    metric("pbias", "Per cent bias", kSignedError, kPerCent, "100 sum (s-o) / sum o",
           [](In in) { return pbias(in.observed, in.simulated); }),
    metric("beta_nse", "Normalised bias", kSignedError, kNoUnit, "(mean s - mean o) / sigma o",
           [](In in) { return beta_nse(in.observed, in.simulated); }),
    metric("fhv", "Bias of the highest 2 % of flows", kSignedError, kPerCent, "100 sum (s_k-o_k) / sum o_k, k <= 0.02 n",
           [](In in) { return fhv(in.observed, in.simulated); }),
    metric("pfab", "Absolute bias of the highest 2 % of flows", kErrorSize, kPerCent, "|fhv|",
           [](In in) { return pfab(in.observed, in.simulated); }),
    metric("fms", "Bias of the mid-segment slope of the flow-duration curve", kSignedError, kPerCent,
           "100 (ds-do) / (do + 1e-6), d = ln q_(0.2 n) - ln q_(0.7 n)", [](In in) { return fms(in.observed, in.simulated); }),
    metric("flv", "Bias of the lowest 30 % of flows, logarithmic", kSignedError, kPerCent,
           "-100 (sum s' - sum o') / (sum o' + 1e-6), q' = ln q - min ln q",
           [](In in) { return flv(in.observed, in.simulated); }),
    metric("flv_hydrodl", "Bias of the lowest 30 % of flows", kSignedError, kPerCent, "100 sum (s_k-o_k) / sum o_k, lowest 0.3 n",
           [](In in) { return flv_hydrodl(in.observed, in.simulated); }),
    at_peaks(metric("peak_timing", "Mean lag of flood peaks", kErrorSize, kSteps, "mean |lag|",
                    [](In in) { return peak_timing(in.observed, in.simulated, in.step_minutes); })),
    at_peaks(metric("peak_mape", "Mean absolute error of flood peaks", kErrorSize, kPerCent,
                    "100 mean |s-o| / |o| at observed peaks", [](In in) { return peak_mape(in.observed, in.simulated); })),
    at_peaks(metric("missed_peaks", "Share of missed peaks", kShare, kNoUnit, "missed / observed peaks",
                    [](In in) { return missed_peaks(in.observed, in.simulated, in.step_minutes); })),
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

const Metric* known_metric(std::string_view name) {
  std::string wanted = lower_case(name);
  const auto alias = std::ranges::find(kAliases, wanted, &Alias::alias);
  if (alias != kAliases.end()) wanted = alias->name;
  const auto metric = std::ranges::find(kMetrics, wanted, &Metric::name);
  return metric == kMetrics.end() ? nullptr : &*metric;
}

const Metric& find_metric(std::string_view name) {
  if (const Metric* metric = known_metric(name)) return *metric;
  std::vector<std::string> candidates = metric_names();
  for (const Alias& known : kAliases) candidates.emplace_back(known.alias);
  const auto near = nearest(lower_case(name), candidates);
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
