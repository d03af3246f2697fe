#include "freshet/data/datasets/generic.hpp"

#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/input_errors.hpp"

namespace freshet {
namespace {

using std::filesystem::path;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::problem_of;

const path kFixtures = path(FRESHET_FIXTURES) / "generic";

std::unique_ptr<Dataset> open(const path& data_dir) {
  return open_dataset({.name = "generic", .data_dir = data_dir});
}

TEST(Generic, ReadsHourlyPackedSeries) {
  const auto generic = open(kFixtures / "good");
  EXPECT_THAT(generic->basins(), ElementsAre("0042", "x7"));
  const BasinSeries series = generic->read("0042");
  EXPECT_EQ(series.axis, (TimeAxis{*parse_time("2000-02-28 22:00"), 60, 50}));
  ASSERT_EQ(series.columns.size(), 3u);
  const auto at = [&](const char* name, std::size_t i) { return series.find(name)->values.at(i); };
  EXPECT_EQ(at("precipitation", 9), 4.0f);
  EXPECT_NEAR(at("temperature", 49), 4.9f, 1e-6);
  EXPECT_TRUE(std::isnan(at("qobs_mm_per_hour", 7)));
  EXPECT_NEAR(at("qobs_mm_per_hour", 49), 0.99f, 1e-6);
  EXPECT_TRUE(std::isnan(series.area_km2));
}

TEST(Generic, ReadsUnitsAndLeavesScalarsAndTextsOut) {
  const BasinSeries series = open(kFixtures / "good")->read("x7");
  EXPECT_EQ(series.axis, (TimeAxis{*parse_time("2000-02-29 08:00"), 60, 5}));
  ASSERT_EQ(series.columns.size(), 2u);
  EXPECT_EQ(series.find("QObs_mm_h")->unit, "mm/h");
  EXPECT_EQ(series.find("QObs_mm_h")->values[1], 0.25f);
}

TEST(Generic, NamesTargetsAndPrecipitation) {
  const auto generic = open(kFixtures / "good");
  EXPECT_THAT(generic->target_names(), ElementsAre("qobs_mm_per_hour"));
  EXPECT_THAT(generic->precipitation_names(), ElementsAre("precipitation"));
}

TEST(Generic, JoinsAttributesAndKnowsGauges) {
  const auto generic = open(kFixtures / "good");
  const AttributeTable table = generic->attributes();
  EXPECT_THAT(table.basins, ElementsAre("0042", "x7"));
  EXPECT_THAT(table.names, ElementsAre("p_mean", "area_km2", "lat", "lon", "gauge_name"));
  EXPECT_EQ(table.cell(1, 0), "3.5");
  EXPECT_EQ(generic->gauge("0042").name, "Ditch");
  EXPECT_EQ(generic->gauge("0042").area_km2, 10.5);
  EXPECT_TRUE(std::isnan(generic->gauge("x7").latitude));
  EXPECT_THAT(problem_of([] { open(kFixtures / "bad")->attributes(); }).what, HasSubstr("neither"));
}

TEST(Generic, FaultsAreNamed) {
  const auto generic = open(kFixtures / "bad");
  struct Fault {
    const char* basin;
    const char* what;
    const char* date;
    const char* variable;
  };
  for (const Fault& fault :
       {Fault{"twice", "two files", "", ""}, Fault{"gap", "constant", "2000-01-05", ""},
        Fault{"unordered", "ascend", "2000-01-04", "date"}, Fault{"infinite", "not finite", "2000-01-03", "discharge"},
        Fault{"no_time", "no such variable", "", "date"}, Fault{"two_dimensions", "not a series", "", "soil"},
        Fault{"cut_off", "cannot open", "", ""}, Fault{"not_netcdf", "cannot open", "", ""},
        Fault{"absent", "no series", "", ""}}) {
    const Problem problem = problem_of([&] { generic->read(fault.basin); });
    EXPECT_THAT(problem.what, HasSubstr(fault.what)) << fault.basin;
    EXPECT_EQ(problem.date, fault.date) << fault.basin;
    EXPECT_EQ(problem.variable, fault.variable) << fault.basin;
    EXPECT_EQ(problem.basin, fault.basin);
    EXPECT_FALSE(problem.file.empty()) << fault.basin;
  }
}

TEST(Generic, TheRootIsOneFolder) {
  EXPECT_THAT(problem_of([] { open(kFixtures); }).what, HasSubstr("several folders"));
  EXPECT_THAT(problem_of([] { open(kFixtures / "good/time_series"); }).hint, HasSubstr("good"));
}

TEST(DatasetRegistry, NamesTheNearestKind) {
  EXPECT_THAT(problem_of([] { open_dataset({.name = "carvan"}); }).hint, HasSubstr("`caravan`"));
}

}  // namespace
}  // namespace freshet
