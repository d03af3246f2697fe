#include "freshet/metrics/signatures.hpp"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/metrics/signature_registry.hpp"
#include "freshet/metrics/summary.hpp"
#include "unit/metrics/synthetic_series.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Expected values: reference.py.
TEST(Signatures, AgreeWithTheReference) {
  const auto series = test::synthetic_series();
  const auto& q = series.observed;
  EXPECT_EQ(high_flow_frequency(series.axis, q), 4);
  EXPECT_EQ(high_flow_frequency(series.axis, q, 3), 60.5);
  EXPECT_EQ(low_flow_frequency(series.axis, q), 0.75);
  EXPECT_EQ(low_flow_frequency(series.axis, q, 0.6), 196);
  EXPECT_EQ(high_flow_duration(series.axis, q, 3), 2);
  EXPECT_NEAR(low_flow_duration(series.axis, q, 0.6), 6.309352517985611, 1e-14);
  EXPECT_NEAR(zero_flow_frequency(q), 0.007874015748031496, 1e-16);
  EXPECT_EQ(half_flow_date(series.axis, q), 166);
  EXPECT_NEAR(slope_of_flow_duration_curve(q), 2.269790113451133, 1e-12);
  EXPECT_NEAR(stream_elasticity(series.axis, q, series.rain), 1.0891382333321011, 1e-11);
  EXPECT_NEAR(runoff_ratio(q, series.rain), 0.6418567827495, 1e-13);
  EXPECT_NEAR(quantile_valid(q, 0.05), 0.18348958239900404, 1e-14);
  EXPECT_NEAR(quantile_valid(q, 0.95), 2.2818054982086178, 1e-13);
  EXPECT_NEAR(mean_valid(q), 0.6951401791798385, 1e-14);
}

TEST(Baseflow, AgreesWithTheReference) {
  const auto series = test::synthetic_series();
  EXPECT_NEAR(baseflow_index(series.observed), 0.43001533215936877, 1e-12);
  EXPECT_NEAR(baseflow_index(series.observed, {.alpha = 0.925}), 0.4729107648245431, 1e-12);
  EXPECT_NEAR(baseflow_index(series.observed, {.passes = 9}), 0.2637004872351763, 1e-12);
}

TEST(Baseflow, FollowsTheFlowAndItsGaps) {
  const auto series = test::synthetic_series();
  const std::vector<double> base = baseflow(series.observed);
  ASSERT_EQ(base.size(), series.observed.size());
  for (std::size_t i = 0; i < base.size(); ++i) {
    EXPECT_EQ(std::isnan(base[i]), std::isnan(series.observed[i])) << i;
    EXPECT_FALSE(base[i] > series.observed[i]) << i;
  }
  // A run no longer than the warm-up cannot be mirrored.
  const std::vector<double> base_of_short = baseflow(std::vector<double>(30, 1.0));
  EXPECT_TRUE(std::isnan(base_of_short.front()));
  EXPECT_TRUE(std::isnan(baseflow_index(std::vector<double>(30, 1.0))));
  EXPECT_THROW(baseflow(series.observed, {.passes = 2}), InternalError);
}

TEST(Baseflow, IsNotShiftedInTime) {
  // A step of flow in the second half: the base must rise there, whichever way the last pass ran.
  std::vector<double> flow(400, 1.0);
  for (std::size_t i = 200; i < flow.size(); ++i) flow[i] = 10.0;
  const std::vector<double> base = baseflow(flow);
  EXPECT_LT(base[150], 1.0 + 1e-12);
  EXPECT_GT(base[350], 2.0);
}

TEST(Signatures, CountOnlyYearsTheRecordGoesBeyond) {
  // Two calendar years, the first with ten high days, the second with none, and one more day.
  TimeAxis axis{.first = make_day(2001, 1, 1), .size = 731};
  std::vector<double> flow(731, 1.0);
  for (int i = 100; i < 110; ++i) flow[i] = 20;
  EXPECT_EQ(high_flow_frequency(axis, flow), 5);
  axis.size = 730;
  flow.pop_back();
  EXPECT_EQ(high_flow_frequency(axis, flow), 10);
  axis.first = make_day(2001, 1, 2);  // up to 1 January 2003: only the second year is whole
  EXPECT_EQ(high_flow_frequency(axis, flow), 0);
  axis.first = make_day(2000, 12, 31);
  axis.size = 365;
  flow.resize(365);
  EXPECT_TRUE(std::isnan(high_flow_frequency(axis, flow)));
}

TEST(Signatures, RunsAreCountedInDaysAndEndAtGaps) {
  const TimeAxis axis{.first = make_day(2001, 1, 1), .step_minutes = 6 * 60, .size = 20};
  std::vector<double> flow(20, 1.0);
  for (int i = 4; i < 8; ++i) flow[i] = 20;
  EXPECT_EQ(high_flow_duration(axis, flow), 1);
  flow[5] = kNaN;
  EXPECT_EQ(high_flow_duration(axis, flow), 3 * 0.25 / 2);
  EXPECT_TRUE(std::isnan(low_flow_duration(axis, flow)));
}

TEST(Signatures, NothingKnownGivesNaN) {
  const TimeAxis axis{.first = make_day(2001, 1, 1), .size = 1000};
  const std::vector<double> nothing(1000, kNaN);
  for (const Signature& signature : signatures()) {
    EXPECT_TRUE(std::isnan(signature.compute({axis, nothing, nothing}))) << signature.name;
    EXPECT_TRUE(std::isnan(signature.compute({axis, nothing, {}}))) << signature.name;
    EXPECT_TRUE(std::isnan(signature.compute({TimeAxis{}, {}, {}}))) << signature.name;
  }
  EXPECT_THROW(high_flow_frequency(axis, std::vector<double>(3)), InternalError);
}

TEST(Signatures, EveryRegisteredOneHasAValueForAPlainRecord) {
  const auto series = test::synthetic_series();
  for (const Signature& signature : signatures()) {
    EXPECT_TRUE(std::isfinite(signature.compute({series.axis, series.observed, series.rain}))) << signature.name;
  }
}

/// The columns of a delimited file by name; cells as text.
std::map<std::string, std::vector<std::string>> read_columns(const std::string& path, char separator) {
  std::ifstream file(path);
  std::map<std::string, std::vector<std::string>> columns;
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line);
    std::size_t i = 0;
    for (std::string cell; std::getline(cells, cell, separator); ++i) {
      if (columns.size() == i && columns[cell].empty() && names.size() == i) {
        names.push_back(cell);
      } else {
        columns[names.at(i)].push_back(cell);
      }
    }
  }
  return columns;
}

/// The attributes published with CAMELS-US (water years 1990 to 2009) against the discharge they were computed from. That was
/// converted with another catchment area, hence the factor; published half-flow dates count from 1; flow frequencies are ours per
/// calendar year. The published slope of the flow-duration curve has another definition.
TEST(Signatures, AgreeWithThePublishedOnesOfBasin01013500) {
  const char* folder = std::getenv("FRESHET_DATA_DIR");
  if (folder == nullptr) GTEST_SKIP() << "FRESHET_DATA_DIR is not set";
  const std::string root = folder;
  auto series = read_columns(root + "/camels_us_exphydro_01013500/01013500.csv", ',');
  auto published = read_columns(root + "/camels_us/camels_attributes_v2.0/camels_hydro.txt", ';');
  ASSERT_EQ(published["gauge_id"].at(0), "01013500");

  constexpr double kAreaRatio = 1.003384;
  // One day more than the twenty years, so that the last of them counts.
  const Time first = make_day(1989, 10, 1);
  TimeAxis axis{.first = first, .size = (make_day(2009, 10, 1).minutes - first.minutes) / kMinutesPerDay + 1};
  const std::int64_t offset = (first.minutes - make_day(1980, 10, 1).minutes) / kMinutesPerDay;
  std::vector<double> flow;
  std::vector<double> rain;
  for (std::int64_t i = offset; i < offset + axis.size; ++i) {
    flow.push_back(kAreaRatio * std::stod(series["flow(mm)"].at(i)));
    rain.push_back(std::stod(series["prcp(mm/day)"].at(i)));
  }
  for (const Signature& signature : signatures()) {
    const std::string name(signature.name);
    if (name == "slope_fdc" || name == "baseflow_index") continue;
    const double value = signature.compute({axis, flow, rain}) + (name == "hfd_mean" ? 1 : 0);
    const double expected = std::stod(published[name == "baseflow_index_camels" ? "baseflow_index" : name].at(0));
    EXPECT_NEAR(value, expected, (name.ends_with("q_freq") ? 0.02 : 0.001) * expected) << name;
  }
}

}  // namespace
}  // namespace freshet
