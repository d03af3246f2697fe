#include "freshet/io/time_column.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/input_errors.hpp"

namespace freshet {
namespace {

RegularRows rows_of(const std::string& text) {
  return regular_rows(parse_csv(text, "f.csv"), "date");
}

std::string error_of(const std::string& text) {
  return testing_support::input_error([&] { rows_of(text); });
}

TEST(TimeColumn, LaysRowsOnARegularAxis) {
  const RegularRows rows = rows_of("date\n2000-02-27\n2000-02-28\n2000-03-02\n2000-03-03\n2000-03-05\n");
  EXPECT_EQ(rows.axis, (TimeAxis{.first = make_day(2000, 2, 27), .step_minutes = kMinutesPerDay, .size = 8}));
  EXPECT_EQ(rows.position, (std::vector<std::int64_t>{0, 1, 4, 5, 7}));
  const std::vector<Period> gaps = {{make_day(2000, 2, 29), make_day(2000, 3, 1)}, {make_day(2000, 3, 4), make_day(2000, 3, 4)}};
  EXPECT_EQ(rows.gaps, gaps);
  const std::vector<double> series = on_axis(rows, std::vector<double>{1, 2, 3, 4, 5});
  EXPECT_EQ(series.size(), 8u);
  EXPECT_EQ(series[4], 3);
  EXPECT_TRUE(std::isnan(series[2]) && std::isnan(series[3]) && std::isnan(series[6]));
  EXPECT_THROW(on_axis(rows, std::vector<double>{1}), InternalError);
}

TEST(TimeColumn, FindsTheStep) {
  const RegularRows hourly = rows_of("date\n2000-01-01 00:00\n2000-01-01 01:00\n2000-01-01T04:00:00\n");
  EXPECT_EQ(hourly.axis.step_minutes, 60);
  EXPECT_EQ(hourly.axis.size, 5);
  const RegularRows single = rows_of("date\n31/12/1999\n");
  EXPECT_EQ(single.axis, (TimeAxis{.first = make_day(1999, 12, 31), .size = 1}));
}

TEST(TimeColumn, NamesCellsThatAreNoDates) {
  EXPECT_EQ(error_of("date,q\n2000-02-30,1\n,2\n2000-03-01,1\n"),
            "f.csv:2, variable date: the cell is not a date; expected YYYY-MM-DD, YYYY-MM-DD HH:MM or DD/MM/YYYY, "
            "got `2000-02-30`.\n"
            "f.csv:3, variable date: the cell is not a date; expected YYYY-MM-DD, YYYY-MM-DD HH:MM or DD/MM/YYYY, got ``.");
}

TEST(TimeColumn, NamesDatesOutOfOrder) {
  EXPECT_EQ(error_of("date\n2000-01-02\n2000-01-02\n2000-01-01\n"),
            "f.csv:3, variable date: the date stands in two rows; got `2000-01-02`. Leave one of them.\n"
            "f.csv:4, variable date: the date is earlier than that of the row above; got `2000-01-01`. Sort the rows by date.");
}

TEST(TimeColumn, NamesIrregularDates) {
  EXPECT_EQ(error_of("date\n2000-01-01\n2000-01-03\n2000-01-06\n"),
            "f.csv:4, variable date: the dates are not a whole number of steps apart; "
            "expected a multiple of 2880 minutes after 2000-01-01, the first row, got `2000-01-06`.");
}

TEST(TimeColumn, RefusesAnEndlessAxis) {
  EXPECT_THAT(error_of("date\n2000-01-01 00:00\n2000-01-01 00:01\n9999-01-01\n"),
              testing::HasSubstr("the time axis would be too long"));
  EXPECT_EQ(error_of("date\n"), "f.csv: the table has no rows.");
  EXPECT_EQ(error_of("data\n2000-01-01\n"), "f.csv: there is no column `date`. Did you mean `data`?");
}

}  // namespace
}  // namespace freshet
