#include "freshet/metrics/registry.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/metrics/score_series.hpp"
#include "unit/metrics/synthetic_series.hpp"

namespace freshet {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Names the metric in test output.
void PrintTo(const Metric& metric, std::ostream* out) {
  *out << metric.name;
}

namespace {

/// Every check here runs for every registered metric.
class EveryMetric : public testing::TestWithParam<Metric> {
 protected:
  static double compute(const std::vector<double>& observed, const std::vector<double>& simulated) {
    return GetParam().compute({observed, simulated});
  }
};

/// The checks of metrics that see only the set of pairs.
class EveryMetricOfPairs : public EveryMetric {};

/// The check of metrics that declare how they scale.
class EveryScalingMetric : public EveryMetric {
 protected:
  /// The synthetic series without dry days: zero flows meet absolute floors, which do not scale.
  static test::SyntheticSeries wet_series() {
    auto series = test::synthetic_series();
    for (double& flow : series.observed) flow = std::max(flow, 0.05);
    for (double& flow : series.simulated) flow = std::max(flow, 0.05);
    return series;
  }
};

TEST_P(EveryMetric, HasATextForEveryField) {
  EXPECT_FALSE(GetParam().title.empty());
  EXPECT_FALSE(GetParam().formula.empty());
  EXPECT_LE(GetParam().lowest, GetParam().perfect);
  EXPECT_GE(GetParam().highest, GetParam().perfect);
  EXPECT_TRUE(!GetParam().higher_is_better || GetParam().perfect == GetParam().highest);
}

TEST_P(EveryMetric, IsPerfectForAPerfectSimulation) {
  const auto series = test::synthetic_series();
  EXPECT_NEAR(compute(series.observed, series.observed), GetParam().perfect, 1e-14);
}

TEST_P(EveryMetric, IsWorseForAnImperfectSimulation) {
  const auto series = test::synthetic_series();
  const double value = compute(series.observed, series.simulated);
  ASSERT_TRUE(std::isfinite(value));
  EXPECT_GE(value, GetParam().lowest);
  EXPECT_LE(value, GetParam().highest);
  EXPECT_TRUE(is_better(GetParam(), GetParam().perfect, value));
  EXPECT_FALSE(is_better(GetParam(), value, GetParam().perfect));
}

TEST_P(EveryMetric, IsNaNWithoutTwoPairs) {
  const std::vector<double> nothing(50, kNaN);
  const std::vector<double> flow(50, 1.0);
  EXPECT_TRUE(std::isnan(compute(nothing, nothing)));
  EXPECT_TRUE(std::isnan(compute(nothing, flow)));
  EXPECT_TRUE(std::isnan(compute(flow, nothing)));
  EXPECT_TRUE(std::isnan(compute({}, {})));
  EXPECT_TRUE(std::isnan(compute({1.0}, {2.0})));
  EXPECT_TRUE(std::isnan(compute({1.0, kNaN}, {2.0, 3.0})));
}

TEST_P(EveryMetric, SurvivesConstantAndDrySeries) {
  const auto series = test::synthetic_series();
  for (const double level : {0.0, 0.1, -0.1, 1e100}) {
    const std::vector<double> constant(series.observed.size(), level);
    EXPECT_FALSE(std::isinf(compute(constant, series.simulated))) << level;
    EXPECT_FALSE(std::isinf(compute(series.observed, constant))) << level;
    EXPECT_FALSE(std::isinf(compute(constant, constant))) << level;
  }
}

TEST_P(EveryMetricOfPairs, ReadsAMissingValueAsAPairLess) {
  auto series = test::synthetic_series();
  std::vector<double> observed;
  std::vector<double> simulated;
  for (std::size_t i = 0; i < series.observed.size(); ++i) {
    if (i % 7 == 3) series.observed[i] = kNaN;
    if (i % 11 == 5) series.simulated[i] = kNaN;
    if (std::isnan(series.observed[i]) || std::isnan(series.simulated[i])) continue;
    observed.push_back(series.observed[i]);
    simulated.push_back(series.simulated[i]);
  }
  EXPECT_EQ(compute(series.observed, series.simulated), compute(observed, simulated));
}

TEST_P(EveryMetricOfPairs, DoesNotDependOnTheirOrder) {
  const auto series = test::synthetic_series();
  const double value = compute(series.observed, series.simulated);
  const std::vector<double> observed(series.observed.rbegin(), series.observed.rend());
  const std::vector<double> simulated(series.simulated.rbegin(), series.simulated.rend());
  EXPECT_NEAR(compute(observed, simulated), value, 1e-12 * std::max(1.0, std::abs(value)));
}

TEST_P(EveryScalingMetric, ScalesAsDeclared) {
  auto series = wet_series();
  const double value = compute(series.observed, series.simulated);
  for (const double factor : {0.25, 35.3}) {
    auto scaled = series;
    for (double& flow : scaled.observed) flow *= factor;
    for (double& flow : scaled.simulated) flow *= factor;
    const double expected = value * std::pow(factor, *GetParam().scale_power);
    EXPECT_NEAR(compute(scaled.observed, scaled.simulated), expected, 1e-11 * std::max(1.0, std::abs(expected)));
  }
}

template <typename Condition>
std::vector<Metric> metrics_where(Condition condition) {
  std::vector<Metric> chosen;
  std::ranges::copy_if(metrics(), std::back_inserter(chosen), condition);
  return chosen;
}

std::string name_of(const testing::TestParamInfo<Metric>& info) {
  return std::string(info.param.name);
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryMetric, testing::ValuesIn(metrics().begin(), metrics().end()), name_of);
INSTANTIATE_TEST_SUITE_P(Registry, EveryMetricOfPairs,
                         testing::ValuesIn(metrics_where([](const Metric& metric) { return !metric.uses_position; })), name_of);
INSTANTIATE_TEST_SUITE_P(Registry, EveryScalingMetric,
                         testing::ValuesIn(metrics_where([](const Metric& metric) { return metric.scale_power.has_value(); })),
                         name_of);

TEST(MetricRegistry, NamesAreUnique) {
  const std::vector<std::string> names = metric_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

TEST(MetricRegistry, KnowsNeuralHydrologysNames) {
  const std::vector<std::pair<const char*, const char*>> names = {{"NSE", "nse"},
                                                                  {"MSE", "mse"},
                                                                  {"RMSE", "rmse"},
                                                                  {"KGE", "kge_2009"},
                                                                  {"Alpha-NSE", "alpha"},
                                                                  {"Beta-NSE", "beta_nse"},
                                                                  {"Beta-KGE", "beta"},
                                                                  {"Pearson-r", "r"},
                                                                  {"FHV", "fhv"},
                                                                  {"FMS", "fms"},
                                                                  {"FLV", "flv"},
                                                                  {"Peak-Timing", "peak_timing"},
                                                                  {"Peak-MAPE", "peak_mape"},
                                                                  {"Missed-Peaks", "missed_peaks"}};
  for (const auto& [alias, name] : names) EXPECT_EQ(find_metric(alias).name, name);
  for (const std::string& name : metric_names()) EXPECT_EQ(find_metric(name).name, name);
}

TEST(MetricRegistry, NamesTheNearestForAMisspelling) {
  try {
    find_metric("kge_209");
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()), "`kge_209` is not a known metric. Did you mean `kge_2009`?");
  }
  try {
    find_metric("entirely wrong");
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("Known metrics: nse, kge_2009"), std::string::npos);
  }
}

TEST(MetricRegistry, NaNIsWorseThanAnyScore) {
  const Metric& metric = find_metric("nse");
  EXPECT_TRUE(is_better(metric, -100, kNaN));
  EXPECT_FALSE(is_better(metric, kNaN, -100));
  EXPECT_FALSE(is_better(metric, kNaN, kNaN));
  EXPECT_TRUE(is_better(find_metric("pbias"), -3, 5));
}

TEST(ScoreSeries, ComputesEveryMetricAndCountsPairs) {
  const auto series = test::synthetic_series();
  ScoreInput input{series.axis, series.observed, series.simulated};
  input.simulated[10] = -0.5;
  const std::vector<Score> scores = score_series(input);
  ASSERT_EQ(scores.size(), metrics().size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    EXPECT_EQ(scores[i].name, metrics()[i].name);
    EXPECT_EQ(scores[i].value, metrics()[i].compute({input.observed, input.simulated}));
  }
  const PairCounts counts = count_pairs(input);
  EXPECT_EQ(counts.steps, series.axis.size);
  EXPECT_EQ(counts.missing_observed, 10);
  EXPECT_EQ(counts.missing_simulated, 1);
  EXPECT_EQ(counts.valid_pairs, series.axis.size - 11);
  EXPECT_EQ(counts.negative_observed, 0);
  EXPECT_EQ(counts.negative_simulated, 1);
  input.observed.pop_back();
  EXPECT_THROW(score_series(input), InternalError);
}

}  // namespace
}  // namespace freshet
