#include "freshet/data/datasets/camels_us_files.hpp"

#include <cmath>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/time.hpp"
#include "support/input_errors.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::problems_of;

const std::string kHeader = "45.06\n318\n1000000\n";
const std::string kNames = "Year Mnth Day Hr prcp(mm/day) tmax(C)\n";

std::int64_t day(int y, int m, int d) {
  return make_day(y, m, d).minutes / kMinutesPerDay;
}

/// A text with something wrong, and what the error must say.
struct BadText {
  const char* name;
  std::string text;
  std::size_t line;
  std::string what;
  std::string date = {};
  std::string variable = {};
  std::string expected = {};
  std::string got = {};
};
void PrintTo(const BadText& bad, std::ostream* out) {
  *out << bad.name;
}

void expect_problem(const std::function<void()>& call, const BadText& bad) {
  const std::vector<Problem> problems = problems_of(call);
  EXPECT_EQ(problems.size(), 1u);
  const Problem& problem = problems.front();
  EXPECT_EQ(problem.file, "some.txt");
  EXPECT_EQ(problem.basin, "01013500");
  EXPECT_EQ(problem.line, bad.line);
  EXPECT_THAT(problem.what, HasSubstr(bad.what));
  EXPECT_EQ(problem.date, bad.date);
  EXPECT_EQ(problem.variable, bad.variable);
  EXPECT_THAT(problem.expected, HasSubstr(bad.expected));
  EXPECT_THAT(problem.got, HasSubstr(bad.got));
}

TEST(CamelsUsForcing, ReadsNamesDaysAndValues) {
  const CamelsUsForcing forcing =
      parse_camels_us_forcing(kHeader + kNames + "1996 2 28 12\t0.5\t-1.25\n1996 03 01 12 2 NaN\n", "some.txt", "01013500");
  EXPECT_EQ(forcing.area_m2, 1e6);
  EXPECT_THAT(forcing.names, ElementsAre("prcp(mm/day)", "tmax(C)"));
  EXPECT_THAT(forcing.days, ElementsAre(day(1996, 2, 28), day(1996, 3, 1)));
  EXPECT_THAT(forcing.columns[0], ElementsAre(0.5f, 2.0f));
  EXPECT_EQ(forcing.columns[1][0], -1.25f);
  EXPECT_TRUE(std::isnan(forcing.columns[1][1]));
}

class BadForcing : public testing::TestWithParam<BadText> {};

TEST_P(BadForcing, IsNamed) {
  expect_problem([] { parse_camels_us_forcing(GetParam().text, "some.txt", "01013500"); }, GetParam());
}

const std::string kDay = "1996 02 28 12 0.5 -1.25\n";

INSTANTIATE_TEST_SUITE_P(
    All, BadForcing,
    testing::Values(
        BadText{"Empty", "", 1, "ends within its header", "", "", "latitude"},
        BadText{"EndsInHeader", "45.06\n318\n", 3, "ends within its header", "", "", "area"},
        BadText{"HeaderText", "latitude\n318\n1000000\n", 1, "not a number", "", "", "latitude", "`latitude`"},
        BadText{"HeaderTwoCells", "45.06 318\n1000000\n", 1, "more than a number", "", "", "latitude", "2 cells"},
        BadText{"Latitude", "145.06\n318\n1000000\n", 1, "no such latitude", "", "", "-90 to 90", "145.06"},
        BadText{"AreaZero", "45.06\n318\n0\n" + kNames + kDay, 3, "area is not positive", "", "", "m2", "0"},
        BadText{"AreaNegative", "45.06\n318\n-5\n" + kNames + kDay, 3, "area is not positive", "", "", "m2", "-5"},
        BadText{"AreaText", "45.06\n318\nNaN\n" + kNames + kDay, 3, "not a number", "", "", "area", "`NaN`"},
        BadText{"NoNames", kHeader + kDay, 4, "no `Year`", "", "", "Year Mnth Day Hr", "`1996`"},
        BadText{"OtherNames", kHeader + "Year Month Day Hr prcp(mm/day)\n", 4, "no `Mnth`", "", "", "Mnth", "`Month`"},
        BadText{"NoVariable", kHeader + "Year Mnth Day Hr\n", 4, "no variable"},
        BadText{"NameTwice", kHeader + "Year Mnth Day Hr prcp prcp\n", 4, "same name", "", "prcp"},
        BadText{"NoRow", kHeader + kNames, 5, "no row"},
        BadText{"CutShort", kHeader + kNames + kDay + "1996 02 29 12 0.5\n", 6, "cut short", "1996-02-29", "tmax(C)", "6 cells",
                "5"},
        BadText{"CutInDate", kHeader + kNames + kDay + "1996 02", 6, "ends within its date", "", "", "year, month and day"},
        BadText{"TooMany", kHeader + kNames + "1996 02 29 12 0.5 1 2\n", 5, "too many cells", "1996-02-29", "", "6 cells", "7"},
        BadText{"Text", kHeader + kNames + kDay + "1996 02 29 12 0.5 warm\n", 6, "not a number", "1996-02-29", "tmax(C)",
                "a number", "`warm`"},
        BadText{"Infinite", kHeader + kNames + "1996 02 29 12 inf 1\n", 5, "not a number", "1996-02-29", "prcp(mm/day)",
                "a number", "`inf`"},
        BadText{"DecimalComma", kHeader + kNames + "1996 02 29 12 0,5 1\n", 5, "not a number", "1996-02-29", "prcp(mm/day)", "",
                "`0,5`"},
        BadText{"ZeroBytes", kHeader + kNames + kDay + std::string(4, '\0'), 6, "not made of whole numbers", "", "", "year",
                "`????`"},
        BadText{"DateText", kHeader + kNames + "1996 Feb 29 12 0.5 1\n", 5, "not made of whole numbers", "", "", "", "`Feb`"},
        BadText{"NoLeapDay", kHeader + kNames + "1997 02 29 12 0.5 1\n", 5, "no such day", "", "", "",
                "year 1997, month 2, day 29"},
        BadText{"FarYear", kHeader + kNames + "19960 02 29 12 0.5 1\n", 5, "no such day", "", "", "", "year 19960"},
        BadText{"DateTwice", kHeader + kNames + kDay + kDay, 6, "occurs twice", "1996-02-28", "", "after 1996-02-28"},
        BadText{"OutOfOrder", kHeader + kNames + kDay + "1996 02 27 12 0.5 1\n", 6, "out of order", "1996-02-27", "",
                "after 1996-02-28"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(CamelsUsStreamflow, NegativeDischargeIsMissing) {
  const CamelsUsStreamflow flow = parse_camels_us_streamflow(
      "01013500 1980 01 01   655.00 A\r\n1013500 1980 01 03  -999.00 M\r\n01013500 1980 01 04 -0.5 A:<", "some.txt", "01013500");
  EXPECT_THAT(flow.days, ElementsAre(day(1980, 1, 1), day(1980, 1, 3), day(1980, 1, 4)));
  EXPECT_EQ(flow.discharge_ft3_s[0], 655);
  EXPECT_TRUE(std::isnan(flow.discharge_ft3_s[1]));
  EXPECT_TRUE(std::isnan(flow.discharge_ft3_s[2]));
}

class BadStreamflow : public testing::TestWithParam<BadText> {};

TEST_P(BadStreamflow, IsNamed) {
  expect_problem([] { parse_camels_us_streamflow(GetParam().text, "some.txt", "01013500"); }, GetParam());
}

const std::string kFlow = "01013500 1980 01 01 655.00 A\n";

INSTANTIATE_TEST_SUITE_P(
    All, BadStreamflow,
    testing::Values(
        BadText{"Empty", "\n", 2, "no row"},
        BadText{"OtherGauge", kFlow + "01013501 1980 01 02 1 A\n", 2, "another gauge", "", "", "01013500", "`01013501`"},
        BadText{"CutShort", kFlow + "01013500 1980 01 02\n", 2, "cut short", "1980-01-02", "discharge", "6 cells", "4"},
        BadText{"NoFlag", kFlow + "01013500 1980 01 02 65", 2, "cut short", "1980-01-02", "flag", "6 cells", "5"},
        BadText{"TooMany", kFlow + "01013500 1980 01 02 65 A e\n", 2, "too many cells", "1980-01-02", "", "6 cells", "7"},
        BadText{"Text", kFlow + "01013500 1980 01 02 Ice A\n", 2, "not a number", "1980-01-02", "discharge", "a number", "`Ice`"},
        BadText{"DateTwice", kFlow + kFlow, 2, "occurs twice", "1980-01-01", "", "after 1980-01-01"},
        BadText{"OutOfOrder", kFlow + "01013500 1979 12 31 1 A\n", 2, "out of order", "1979-12-31", "", "after 1980-01-01"},
        BadText{"NoSuchDay", "01013500 1980 13 01 1 A\n", 1, "no such day", "", "", "", "month 13"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace freshet
