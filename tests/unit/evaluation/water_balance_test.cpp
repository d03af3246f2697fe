#include "freshet/evaluation/water_balance.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace freshet {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const float kNaN = std::nanf("");

PredictionSet set_of(const std::string& target, const std::string& unit, std::int64_t step_minutes = kMinutesPerDay) {
  return {.axis = {make_day(2001, 1, 1), step_minutes, 6}, .targets = {target}, .units = {unit}};
}

void add(PredictionSet& set, std::vector<float> rain, std::vector<float> observed, std::vector<float> simulated,
         double area = std::nan("")) {
  set.basins.push_back({.basin = std::to_string(set.basins.size() + 1),
                        .gauge = {.area_km2 = area},
                        .observed = {std::move(observed)},
                        .simulated = {std::move(simulated)},
                        .precipitation = std::move(rain)});
}

TEST(WaterBalance, IsOfTheDaysThatHaveAllThree) {
  PredictionSet set = set_of("QObs(mm/d)", "mm/day");
  // Days 1, 4 and 6 count: the second has no rain, the third no observation, the fifth no prediction.
  add(set, {10, kNaN, 9, 0, 9, 5}, {3, 9, kNaN, 1, 9, 2}, {4, 9, 9, 2, kNaN, 0});
  const auto balances = water_balances(set);
  ASSERT_THAT(balances, SizeIs(1));
  const WaterBalance& balance = balances.front();
  EXPECT_EQ(balance.basin, "1");
  EXPECT_EQ(balance.days, 3);
  EXPECT_DOUBLE_EQ(balance.precipitation, 5);
  EXPECT_DOUBLE_EQ(balance.observed, 2);
  EXPECT_DOUBLE_EQ(balance.simulated, 2);
  EXPECT_DOUBLE_EQ(balance.observed_ratio, 0.4);
  EXPECT_DOUBLE_EQ(balance.simulated_ratio, 0.4);
  EXPECT_DOUBLE_EQ(balance.difference(), 0);
}

TEST(WaterBalance, HasNoRatioToNoPrecipitationAndEmptyRowsForBasinsWithoutDays) {
  PredictionSet set = set_of("streamflow", "mm/day");
  add(set, {0, 0, 0, 0, 0, 0}, {1, 1, 1, 1, 1, 1}, {2, 2, 2, 2, 2, 2});
  add(set, {}, {1, 1, 1, 1, 1, 1}, {2, 2, 2, 2, 2, 2});
  add(set, {1, 1, 1, 1, 1, 1}, {}, {2, 2, 2, 2, 2, 2});
  add(set, {2, 2, 2, 2, 2, 2}, {1, 1, 1, 1, 1, 1}, {3, 3, 3, 3, 3, 3});
  const auto balances = water_balances(set);
  ASSERT_THAT(balances, SizeIs(4));
  EXPECT_EQ(balances[0].days, 6);
  EXPECT_DOUBLE_EQ(balances[0].simulated, 2);
  EXPECT_TRUE(std::isnan(balances[0].observed_ratio) && std::isnan(balances[0].simulated_ratio));
  for (const std::size_t b : {1, 2}) {
    EXPECT_EQ(balances[b].days, 0);
    EXPECT_TRUE(std::isnan(balances[b].precipitation) && std::isnan(balances[b].simulated) &&
                std::isnan(balances[b].difference()));
  }
  EXPECT_DOUBLE_EQ(balances[3].simulated_ratio, 1.5) << "impossible, and to be seen";
  EXPECT_DOUBLE_EQ(balances[3].difference(), 1);
}

TEST(WaterBalance, ConvertsUnits) {
  PredictionSet hourly = set_of("qobs_mm", "mm/h", 60);
  hourly.precipitation_unit = "mm";  // in the hour
  add(hourly, {2, 2, 2, 2, 2, kNaN}, {1, 1, 1, 1, 1, 1}, {0.5, 0.5, 0.5, 0.5, 0.5, 0.5});
  const auto balances = water_balances(hourly);
  ASSERT_THAT(balances, SizeIs(1));
  EXPECT_DOUBLE_EQ(balances[0].days, 5.0 / 24);
  EXPECT_DOUBLE_EQ(balances[0].precipitation, 48);
  EXPECT_DOUBLE_EQ(balances[0].observed, 24);
  EXPECT_DOUBLE_EQ(balances[0].simulated_ratio, 0.25);

  PredictionSet volumes = set_of("discharge", "m3/s");
  add(volumes, {10, 10, 10, 10, 10, 10}, {1, 1, 1, 1, 1, 1}, {2, 2, 2, 2, 2, 2}, 86.4);
  add(volumes, {10, 10, 10, 10, 10, 10}, {1, 1, 1, 1, 1, 1}, {2, 2, 2, 2, 2, 2});
  const auto of_volumes = water_balances(volumes);
  ASSERT_THAT(of_volumes, SizeIs(2));
  EXPECT_NEAR(of_volumes[0].observed, 1, 1e-12) << "1 m3/s over 86.4 km2 is 1 mm/day";
  EXPECT_NEAR(of_volumes[0].simulated_ratio, 0.2, 1e-12);
  EXPECT_EQ(of_volumes[1].days, 0) << "no area";
}

TEST(WaterBalance, ThereIsNoneOfOtherVariablesAndUnits) {
  const auto balances_of = [](const std::string& target, const std::string& unit, const std::string& rain_unit) {
    PredictionSet set = set_of(target, unit);
    set.precipitation_unit = rain_unit;
    add(set, {1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1}, 10);
    EXPECT_EQ(has_water_balance(set), !water_balances(set).empty());
    return water_balances(set);
  };
  EXPECT_THAT(balances_of("QObs(mm/d)", "mm/d", "mm/day"), SizeIs(1));
  EXPECT_THAT(balances_of("et", "mm/day", "mm/day"), IsEmpty()) << "not discharge";
  EXPECT_THAT(balances_of("discharge", "ft3/s", "mm/day"), IsEmpty());
  EXPECT_THAT(balances_of("discharge", "degC", "mm/day"), IsEmpty());
  EXPECT_THAT(balances_of("discharge", "mm/day", "inches"), IsEmpty());
  PredictionSet dry = set_of("discharge", "mm/day");
  add(dry, {}, {1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1});
  EXPECT_TRUE(has_water_balance(dry));
  EXPECT_THAT(water_balances(dry), IsEmpty()) << "no basin has a day that counts";
  EXPECT_THAT(water_balances({}), IsEmpty());
}

}  // namespace
}  // namespace freshet
