#include "freshet/io/cf_time.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

TEST(CfTime, DecodesAllUnitsAndWaysToWriteTheReference) {
  const Time expected = *parse_time("2000-01-02 06:30");
  EXPECT_EQ(parse_cf_time_units("minutes since 2000-01-01", "").decode(1830), expected);
  EXPECT_EQ(parse_cf_time_units("hours since 2000-1-1 00:00:0.0", "gregorian").decode(30.5), expected);
  EXPECT_EQ(parse_cf_time_units("seconds since 2000-01-01T00:00:00Z", "standard").decode(109800), expected);
  EXPECT_EQ(parse_cf_time_units("days since 2000-01-01 06:30 UTC", "").decode(1), expected);
  EXPECT_EQ(parse_cf_time_units("hours since 2000-01-01 06:30:00 +02:00", "").decode(26), expected);
  EXPECT_EQ(parse_cf_time_units("h since 2000-01-01 00:00 -0530", "").decode(25), expected);
  EXPECT_EQ(parse_cf_time_units("days since 0001-01-01", "proleptic_gregorian").decode(0), make_day(1, 1, 1));
  EXPECT_EQ(parse_cf_time_units("days since 1950-01-01", "").decode(-1), make_day(1949, 12, 31));
}

TEST(CfTime, HourlyStepsInDaysRoundToWholeMinutes) {
  const CfTimeUnits units = parse_cf_time_units("days since 1900-01-01", "");
  EXPECT_EQ(units.decode(36524 + 1.0 / 24), Time{make_day(2000, 1, 1).minutes + 60});
}

TEST(CfTime, RefusesWhatIsNoTime) {
  const CfTimeUnits units = parse_cf_time_units("days since 2000-01-01", "");
  EXPECT_FALSE(units.decode(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(units.decode(std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(units.decode(0.0001));
  EXPECT_FALSE(units.decode(1e30));
  EXPECT_FALSE(units.decode(3e6)) << "year 10213";
}

TEST(CfTime, RefusesOtherCalendarsAndUnits) {
  for (const char* calendar : {"noleap", "365_day", "360_day", "julian", "none"}) {
    EXPECT_THROW(parse_cf_time_units("days since 2000-01-01", calendar), InputError) << calendar;
  }
  for (const char* units : {"", "days", "months since 2000-01-01", "days since 2000-02-30", "days since 01/01/2000",
                            "days since 2000-01-01 25:00", "days since 2000-01-01 00:00:30", "days since 2000-01-01 00:00:00.5",
                            "days since 2000-01-01 nonsense", "days since 0001-01-01"}) {
    EXPECT_THROW(parse_cf_time_units(units, "standard"), InputError) << units;
  }
}

TEST(TimeFaults, FindTheFirstIrregularDate) {
  const auto days = [](std::vector<int> numbers) {
    std::vector<Time> times;
    for (const int number : numbers) times.push_back({number * kMinutesPerDay});
    return times;
  };
  EXPECT_FALSE(find_step_fault(days({})));
  EXPECT_FALSE(find_step_fault(days({5})));
  EXPECT_FALSE(find_step_fault(days({0, 2, 4, 6})));
  EXPECT_EQ(find_step_fault(days({0, 2, 3, 4, 5}))->index, 1u) << "a gap at the start is not the step";
  EXPECT_EQ(find_step_fault(days({0, 1, 2, 4}))->expected, "1970-01-04");
  EXPECT_EQ(find_step_fault(days({0, 1, 1, 2}))->what, "the date occurs twice");
  EXPECT_EQ(find_step_fault(days({3, 2, 1}))->index, 1u);
  EXPECT_FALSE(find_order_fault(days({0, 2, 3})));
  EXPECT_EQ(find_order_fault(days({0, 2, 2}))->index, 2u);
  EXPECT_EQ(find_order_fault(days({0, 2, 1}))->index, 2u);
}

}  // namespace
}  // namespace freshet
