#include "freshet/core/time.hpp"

#include <gtest/gtest.h>

namespace freshet {
namespace {

TEST(Time, ReadsBothDateFormsAndRefusesImpossibleDates) {
  EXPECT_EQ(parse_time("1999-10-01"), make_day(1999, 10, 1));
  EXPECT_EQ(parse_time("01/10/1999"), make_day(1999, 10, 1));
  EXPECT_EQ(parse_time("2000-02-29"), make_day(2000, 2, 29));
  EXPECT_EQ(parse_time("2000-01-01 06:30:00")->minutes, make_day(2000, 1, 1).minutes + 390);
  for (const char* bad : {"1999-02-29", "1999-13-01", "31/04/2000", "1999-1-1", "1999-10-01x", "", "1999", "2000-01-01 24:00"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

TEST(Time, DayZeroIsTheEpochAndLeapDaysCount) {
  EXPECT_EQ(make_day(1970, 1, 1).minutes, 0);
  EXPECT_EQ(make_day(2000, 3, 1).minutes - make_day(2000, 2, 28).minutes, 2 * kMinutesPerDay);
  EXPECT_EQ(day_of_year(make_day(2000, 12, 31)), 366);
  EXPECT_EQ(to_string(make_day(1980, 1, 2)), "1980-01-02");
}

TEST(Period, ThroughABareDateHoldsTheWholeDay) {
  const Period days = period_through(make_day(1999, 10, 1), make_day(2000, 9, 30));
  EXPECT_EQ(days.last.minutes, make_day(2000, 10, 1).minutes - 1);
  EXPECT_EQ(to_string(days), "1999-10-01 to 2000-09-30");
  const Time noon{make_day(2000, 9, 30).minutes + 720};
  EXPECT_EQ(period_through(make_day(1999, 10, 1), noon).last, noon);
  EXPECT_EQ(to_string(period_through(make_day(1999, 10, 1), noon)), "1999-10-01 to 2000-09-30 12:00");
}

TEST(TimeAxis, FindsIndicesAndRefusesTimesBetweenSteps) {
  const TimeAxis axis{make_day(1980, 1, 1), kMinutesPerDay, 366};
  EXPECT_EQ(axis.last(), make_day(1980, 12, 31));
  EXPECT_EQ(axis.index_of(make_day(1980, 2, 1)), 31);
  EXPECT_EQ(axis.index_of(make_day(1979, 12, 31)), -1);
  EXPECT_FALSE(axis.index_of(Time{make_day(1980, 1, 1).minutes + 60}));
}

}  // namespace
}  // namespace freshet
