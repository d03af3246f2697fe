#include "freshet/calibration/objective.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "freshet/core/rng.hpp"
#include "support/input_errors.hpp"

namespace freshet::calibration {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const TimeAxis kAxis{.first = make_day(2000, 1, 1), .size = 300};

struct Flows {
  std::vector<double> observed, simulated;
};

Flows random_flows() {
  RngStream rng(3, RngUse::kSynthetic);
  Flows flows;
  for (std::int64_t t = 0; t < kAxis.size; ++t) {
    const double q = rng.gamma(0.8, 2.0);
    flows.observed.push_back(t < 20 || t % 17 == 0 ? kNaN : q);
    flows.simulated.push_back(0.2 + 0.7 * q + 0.3 * rng.uniform());
  }
  return flows;
}

template <class T>
std::vector<LaneSums> sums_of(const BasinObjective<T>& objective, const std::vector<double>& simulated) {
  std::vector<LaneSums> sums;
  for (const auto& o : objective.transformed()) {
    LaneSums& sum = sums.emplace_back();
    for (std::size_t i = 0; i < objective.steps().size(); ++i) {
      const double s = o.transform(simulated[static_cast<std::size_t>(objective.steps()[i])]) - static_cast<double>(o.centre);
      sum.first += s;
      sum.second += s * s;
      sum.product += s * static_cast<double>(o.deviations[i]);
    }
  }
  return sums;
}

/// One metric of each kind of objective: name, transform of flow.
class EveryMomentMetric : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(EveryMomentMetric, AgreesWithTheRegistry) {
  const auto& [metric, transform] = GetParam();
  const Flows flows = random_flows();
  const Objective objective({.metrics = {metric}, .flow_transform = transform});
  ASSERT_TRUE(objective.differentiable());
  const BasinObjective<double> basin(objective, "b", kAxis, flows.observed);
  const double expected = basin.value_of_series(flows.simulated);
  ASSERT_TRUE(std::isfinite(expected));
  EXPECT_NEAR(basin.value(sums_of(basin, flows.simulated), {}), expected, 1e-10 * std::max(1.0, expected));
}

TEST_P(EveryMomentMetric, HasTheDerivativesOfItsValue) {
  const auto& [metric, transform] = GetParam();
  Flows flows = random_flows();
  const Objective objective({.metrics = {metric}, .flow_transform = transform});
  const BasinObjective<double> basin(objective, "b", kAxis, flows.observed);
  std::vector<LaneSums> slopes(basin.transformed().size());
  basin.differentiate(sums_of(basin, flows.simulated), slopes);
  for (const std::size_t i : {std::size_t{3}, std::size_t{77}, std::size_t{200}}) {
    const auto t = static_cast<std::size_t>(basin.steps()[i]);
    const auto& o = basin.transformed().front();
    const double q = flows.simulated[t], h = 1e-5;
    const double s = o.transform(q) - o.centre;
    const double slope =
        (slopes[0].first + 2 * slopes[0].second * s + slopes[0].product * o.deviations[i]) * o.transform.slope(q);
    const auto value_at = [&](double flow) {
      flows.simulated[t] = flow;
      return basin.value_of_series(flows.simulated);
    };
    const double expected = (value_at(q + h) - value_at(q - h)) / (2 * h);
    value_at(q);
    EXPECT_NEAR(slope, expected, 1e-6 * std::abs(expected) + 1e-9);
  }
}

std::vector<std::tuple<std::string, std::string>> cases() {
  std::vector<std::tuple<std::string, std::string>> all = {{"log_nse", "none"}, {"sqrt_nse", "none"}};
  for (const MomentMetric& metric : moment_metrics()) all.emplace_back(std::string(metric.name), "none");
  for (const std::string& transform : flow_transform_names()) all.emplace_back("nse", transform);
  all.emplace_back("kge_2012", "sqrt");
  return all;
}
INSTANTIATE_TEST_SUITE_P(All, EveryMomentMetric, ::testing::ValuesIn(cases()));

TEST(Objective, IsTheWeightedMeanOfDistances) {
  const Flows flows = random_flows();
  const auto value = [&](const ObjectiveOptions& options) {
    const Objective objective(options);
    return BasinObjective<double>(objective, "b", kAxis, flows.observed).value_of_series(flows.simulated);
  };
  const double mixed = value({.metrics = {"nse", "fhv"}, .weights = {3, 1}});
  EXPECT_NEAR(mixed, 0.75 * value({.metrics = {"nse"}}) + 0.25 * value({.metrics = {"fhv"}}), 1e-12);
  const Objective objective({.metrics = {"nse", "fhv"}, .weights = {3, 1}});
  EXPECT_FALSE(objective.differentiable());
  EXPECT_EQ(objective.text(), "0.75 nse + 0.25 fhv");
}

TEST(Objective, TakesMomentsAndSeriesTogether) {
  const Flows flows = random_flows();
  const Objective objective({.metrics = {"mae", "kge_2009"}});
  const BasinObjective<double> basin(objective, "b", kAxis, flows.observed);
  EXPECT_TRUE(basin.needs_series());
  EXPECT_NEAR(basin.value(sums_of(basin, flows.simulated), flows.simulated), basin.value_of_series(flows.simulated), 1e-12);
}

TEST(Objective, AConstantSimulationHasNoCorrelationOnlyRounding) {
  const Flows flows = random_flows();
  const Objective objective({.metrics = {"kge_2009"}});
  const BasinObjective<float> basin(objective, "b", kAxis, flows.observed);
  const std::vector<double> constant(flows.observed.size(), 1.37);
  EXPECT_TRUE(std::isnan(basin.value(sums_of(basin, constant), {})));
}

TEST(Objective, NotDefinedNamesTheBasin) {
  const auto first_problem = [](const ObjectiveOptions& options, const std::vector<double>& observed) {
    const Objective objective(options);
    return testing_support::problems_of([&] { BasinObjective<float>(objective, "01234567", kAxis, observed); }).at(0);
  };
  std::vector<double> flow(static_cast<std::size_t>(kAxis.size), 2.5);
  Problem problem = first_problem({}, flow);
  EXPECT_EQ(problem.basin, "01234567");
  EXPECT_EQ(problem.variable, "discharge");
  EXPECT_NE(problem.what.find("same on all days"), std::string::npos);
  flow[10] = -1;
  problem = first_problem({.metrics = {"nse"}, .flow_transform = "sqrt"}, flow);
  EXPECT_EQ(problem.date, "2000-01-11");
  problem = first_problem({}, std::vector<double>(flow.size(), kNaN));
  EXPECT_NE(problem.what.find("no observed discharge"), std::string::npos);
}

}  // namespace
}  // namespace freshet::calibration
