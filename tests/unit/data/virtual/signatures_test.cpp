#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/data/virtual/climate_attributes.hpp"
#include "freshet/data/virtual/flow_attributes.hpp"
#include "freshet/data/virtual/observation.hpp"
#include "freshet/data/virtual/spells.hpp"
#include "support/data_dir.hpp"

namespace freshet::synth {
namespace {

Weather weather(std::vector<double> precipitation, const std::vector<double>& temperature) {
  Weather w;
  w.precipitation = std::move(precipitation);
  w.tmax = w.tmin = temperature;
  return w;
}

TEST(SpellsTest, CountsDaysPerYearAndMeanRunLength) {
  const Spells s = spells({true, true, false, true, false, false, true, true, true, false});
  EXPECT_NEAR(s.days_per_year, 0.6 * 365.25, 1e-12);
  EXPECT_NEAR(s.mean_length, 2.0, 1e-12);  // runs of 2, 1, 3
  EXPECT_EQ(spells({false, false}).mean_length, 0.0);
}

// Ten days from 1 January: P 0 0 30 0 0 2 0.5 0 0 0.5, mean 3.3. Five times the mean is 16.5: one day. Below 1 mm: eight days in
// runs of 2, 2, 4. At most 1 degC on the days with 2 and 0.5 mm: 2.5 of 33 mm
// as snow.
TEST(ClimateAttributesTest, MatchesTenDaysByHand) {
  const std::vector<double> p = {0, 0, 30, 0, 0, 2, 0.5, 0, 0, 0.5};
  const std::vector<double> temperature = {1, 2, 3, 1, 0, -1, -2, -3, 0, 4};
  const ClimateAttributes a =
      climate_attributes(weather(p, temperature), std::vector<double>(10, 1.65), {make_day(2001, 1, 1), kMinutesPerDay, 10});
  EXPECT_NEAR(a.p_mean, 3.3, 1e-12);
  EXPECT_NEAR(a.aridity, 0.5, 1e-12);
  EXPECT_NEAR(a.frac_snow, 2.5 / 33, 1e-12);
  EXPECT_NEAR(a.high_prec_freq, 36.525, 1e-9);
  EXPECT_NEAR(a.high_prec_dur, 1.0, 1e-12);
  EXPECT_EQ(a.high_prec_timing, "djf");
  EXPECT_NEAR(a.low_prec_freq, 0.8 * 365.25, 1e-9);
  EXPECT_NEAR(a.low_prec_dur, 8.0 / 3.0, 1e-12);
}

TEST(ClimateAttributesTest, SeasonalityHasTheAmplitudeAndTheSignOfSummerRain) {
  const TimeAxis axis{make_day(2001, 1, 1), kMinutesPerDay, 1461};
  std::vector<double> summer, winter, temperature;
  for (std::int64_t t = 0; t < axis.size; ++t) {
    const double wave = std::cos(2 * std::numbers::pi * (day_of_year(axis.at(t)) - 200) / 365.25);
    summer.push_back(3 * (1 + 0.4 * wave));
    winter.push_back(3 * (1 - 0.4 * wave));
    temperature.push_back(10 + 12 * wave);
  }
  const std::vector<double> pet(summer.size(), 2.0);
  EXPECT_NEAR(climate_attributes(weather(summer, temperature), pet, axis).p_seasonality, 0.4, 2e-3);
  EXPECT_NEAR(climate_attributes(weather(winter, temperature), pet, axis).p_seasonality, -0.4, 2e-3);
}

TEST(FlowAttributesTest, MatchesAStepYearByHand) {
  // A water year of 365 days: 1 mm/day for 200 days, then 3 mm/day for 165; P twice that. Half of 695 has passed on the day after
  // 200 + 147.5 / 3 = 249.2, which is day 249 counted from 0.
  std::vector<double> q(365, 1.0), p(365, 2.0);
  for (std::size_t t = 200; t < 365; ++t) q[t] = 3.0, p[t] = 6.0;
  const TimeAxis axis{make_day(2000, 10, 1), kMinutesPerDay, 365};
  const FlowAttributes a = flow_attributes(q, p, axis);
  EXPECT_NEAR(a.q_mean, 695.0 / 365.0, 1e-12);
  EXPECT_NEAR(a.runoff_ratio, 0.5, 1e-12);
  EXPECT_NEAR(a.q5, 1.0, 1e-12);
  EXPECT_NEAR(a.q95, 3.0, 1e-12);
  EXPECT_NEAR(a.slope_fdc, std::log(3.0) / 0.33, 1e-12);
  EXPECT_NEAR(a.hfd_mean, 249.0, 1e-12);
  EXPECT_EQ(a.high_q_freq, 0.0);
  EXPECT_EQ(a.zero_q_freq, 0.0);
  EXPECT_TRUE(std::isnan(a.stream_elas));  // one year only
  EXPECT_GT(a.baseflow_index, 0.5);
  EXPECT_LT(a.baseflow_index, 1.0);
}

TEST(FlowAttributesTest, SkipsMissingDaysAndIsHonestAboutADryRiver) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const TimeAxis axis{make_day(2000, 10, 1), kMinutesPerDay, 4};
  EXPECT_NEAR(flow_attributes({1, nan, 3, nan}, {2, 100, 2, 100}, axis).runoff_ratio, 1.0, 1e-12);
  const FlowAttributes dry = flow_attributes({0, 0, 0, 0}, {1, 1, 1, 1}, axis);
  EXPECT_EQ(dry.q_mean, 0.0);
  EXPECT_NEAR(dry.zero_q_freq, 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(dry.slope_fdc));
  EXPECT_TRUE(std::isnan(dry.baseflow_index));
}

TEST(FlowAttributesTest, ElasticityIsTheExponentOfAPowerLaw) {
  // Annual P of 0.9, 1 and 1.1 and Q of 0.8, 1 and 1.2 times the mean: 2 % of discharge per % of precipitation.
  std::vector<double> q, p;
  for (const double year : {-0.1, 0.0, 0.1}) {
    q.insert(q.end(), 365, 2.0 * (1 + 2 * year));
    p.insert(p.end(), 365, 4.0 * (1 + year));
  }
  EXPECT_NEAR(flow_attributes(q, p, {make_day(2000, 10, 1), kMinutesPerDay, 1095}).stream_elas, 2.0, 1e-9);
}

/// The row of a basin in one of the attribute tables, after its id.
std::vector<std::string> published_row(const std::filesystem::path& folder, const std::string& table, const std::string& basin) {
  std::ifstream file(folder / "camels_attributes_v2.0" / ("camels_" + table + ".txt"));
  std::vector<std::string> cells;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(basin + ";", 0) != 0) continue;
    std::istringstream row(line.substr(basin.size() + 1));
    for (std::string cell; std::getline(row, cell, ';');) cells.push_back(cell);
  }
  return cells;
}

// The published attributes of a real basin, 01031500, come from the same definitions: 1989-10-01 to 2009-09-30, Daymet.
class PublishedAttributes : public testing::Test {
 protected:
  void SetUp() override {
    FRESHET_REQUIRE_DATA_DIR(data_dir);
    folder_ = data_dir / "camels_us";
    std::ifstream forcing(folder_ / "basin_dataset_public_v1p2/basin_mean_forcing/daymet/01/01031500_lump_cida_forcing_leap.txt");
    for (std::string line; std::getline(forcing, line);) {
      std::istringstream row(line);
      int year = 0, month = 0, day = 0, hour = 0;
      double day_length, precipitation, radiation, swe, tmax, tmin;
      if (!(row >> year >> month >> day >> hour >> day_length >> precipitation >> radiation >> swe >> tmax >> tmin)) continue;
      if (!axis_.index_of(make_day(year, month, day)) || outside(year, month, day)) continue;
      weather_.precipitation.push_back(precipitation);
      weather_.tmax.push_back(tmax);
      weather_.tmin.push_back(tmin);
    }
    discharge_.assign(static_cast<std::size_t>(axis_.size), std::numeric_limits<double>::quiet_NaN());
    std::ifstream flow(folder_ / "basin_dataset_public_v1p2/usgs_streamflow/01/01031500_streamflow_qc.txt");
    for (std::string id, flag, line; std::getline(flow, line);) {
      std::istringstream row(line);
      int year = 0, month = 0, day = 0;
      double cfs = 0;
      row >> id >> year >> month >> day >> cfs >> flag;
      if (outside(year, month, day) || cfs < 0) continue;
      discharge_[static_cast<std::size_t>(*axis_.index_of(make_day(year, month, day)))] = cfs;
    }
    ASSERT_EQ(weather_.size(), discharge_.size());
  }

  bool outside(int year, int month, int day) const {
    const Time time = make_day(year, month, day);
    return time < axis_.first || time > axis_.last();
  }

  TimeAxis axis_{make_day(1989, 10, 1), kMinutesPerDay, 7305};
  std::filesystem::path folder_;
  Weather weather_;
  std::vector<double> discharge_;  ///< ft3/s: only what does not depend on the unit is compared
};

TEST_F(PublishedAttributes, OfFlowAreMatched) {
  const FlowAttributes a = flow_attributes(discharge_, weather_.precipitation, axis_);
  const std::vector<std::string> published = published_row(folder_, "hydro", "01031500");
  ASSERT_EQ(published.size(), 13u);
  const auto near = [&](double got, std::size_t column, double tolerance) {
    const double expected = std::stod(published[column]);
    EXPECT_NEAR(got, expected, tolerance * expected) << "column " << column;
  };
  near(a.baseflow_index, 3, 0.002);
  near(a.stream_elas, 4, 0.02);
  near(a.high_q_freq, 7, 1e-6);
  near(a.high_q_dur, 8, 1e-6);
  near(a.low_q_freq, 9, 1e-6);
  near(a.low_q_dur, 10, 1e-6);
  near(a.hfd_mean, 12, 0.01);
}

TEST_F(PublishedAttributes, OfClimateAreMatched) {
  const ClimateAttributes a = climate_attributes(weather_, std::vector<double>(weather_.size(), 2.0), axis_);
  const std::vector<std::string> published = published_row(folder_, "clim", "01031500");
  ASSERT_EQ(published.size(), 11u);
  const auto near = [&](double got, std::size_t column, double tolerance) {
    const double expected = std::stod(published[column]);
    EXPECT_NEAR(got, expected, tolerance * std::abs(expected)) << "column " << column;
  };
  near(a.p_mean, 0, 1e-9);
  EXPECT_NEAR(a.p_seasonality, std::stod(published[2]), 0.03);
  near(a.frac_snow, 3, 1e-9);
  near(a.high_prec_freq, 5, 1e-6);
  near(a.high_prec_dur, 6, 1e-6);
  EXPECT_EQ(a.high_prec_timing, published[7]);
  near(a.low_prec_freq, 8, 1e-6);
  near(a.low_prec_dur, 9, 1e-6);
  EXPECT_EQ(a.low_prec_timing, published[10]);
}

TEST(CfsToMmPerDay, MatchesTheArithmetic) {
  // 1 ft3/s is 0.028316846592 m3/s, 2446.58 m3 a day; over 1 km2 that is 2.44658 mm.
  EXPECT_NEAR(cfs_to_mm_per_day(1.0, 1.0), 2.446575545549, 1e-11);
  EXPECT_NEAR(cfs_to_mm_per_day(100.0, 250.0), 0.9786302182, 1e-9);
}

}  // namespace
}  // namespace freshet::synth
