#include "freshet/data/datasets/camels_us.hpp"

#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::problem_of;
using testing_support::TemporaryFolder;

const fs::path kFixture = fs::path(FRESHET_FIXTURES) / "camels_us";
const std::string kTarget = "QObs(mm/d)";

std::unique_ptr<Dataset> open(const fs::path& folder, std::vector<std::string> forcings, std::string area_source = "header") {
  return open_dataset(
      {.name = "camels_us", .data_dir = folder, .forcings = std::move(forcings), .area_source = std::move(area_source)});
}

std::vector<std::string> names_of(const BasinSeries& series) {
  std::vector<std::string> names;
  for (const Column& column : series.columns) names.push_back(column.name);
  return names;
}

/// Equal, NaN to NaN.
void expect_values(const BasinSeries& series, const std::string& name, const std::vector<double>& expected) {
  const Column* const column = series.find(name);
  ASSERT_NE(column, nullptr) << name;
  ASSERT_EQ(column->values.size(), expected.size()) << name;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(column->values[i])) << name << " " << i;
    } else {
      EXPECT_NEAR(column->values[i], expected[i], 1e-6 * std::abs(expected[i])) << name << " " << i;
    }
  }
}

TEST(CamelsUs, OneProductKeepsItsNames) {
  const auto dataset = open(kFixture, {"daymet"});
  EXPECT_THAT(dataset->basins(), ElementsAre("00000101", "17000202"));
  EXPECT_THAT(dataset->precipitation_names(), ElementsAre("prcp(mm/day)"));
  EXPECT_THAT(dataset->target_names(), ElementsAre(kTarget));
  const BasinSeries series = dataset->read("00000101");
  EXPECT_THAT(names_of(series),
              ElementsAre("dayl(s)", "prcp(mm/day)", "srad(W/m2)", "swe(mm)", "tmax(C)", "tmin(C)", "vp(Pa)", kTarget));
  EXPECT_EQ(series.find("dayl(s)")->unit, "s");
  EXPECT_EQ(series.find("srad(W/m2)")->unit, "W/m2");
  EXPECT_EQ(series.find("tmax(C)")->unit, "degC");
  EXPECT_EQ(series.find(kTarget)->unit, "mm/day");
}

TEST(CamelsUs, AxisIsTheUnionAndMissingStaysMissing) {
  const BasinSeries series = open(kFixture, {"daymet"})->read("00000101");
  // Streamflow from 26 February, forcing from the 27th, both to 1 March 1996, a leap year.
  EXPECT_EQ(series.axis.first, make_day(1996, 2, 26));
  EXPECT_EQ(series.axis.size, 5);
  EXPECT_EQ(series.axis.step_minutes, kMinutesPerDay);
  expect_values(series, "prcp(mm/day)", {NAN, 0, 1.25, 0, 20});
  // 100 ft3/s over 100 km2: 100 * 28316846.592 mm3 * 86400 s / (1e8 m2 * 1e6 mm2/m2) = 2.44657554... mm/day.
  expect_values(series, kTarget, {2.4465755455, 2.4465755455, NAN, NAN, 0});
  EXPECT_EQ(series.area_km2, 100);
  EXPECT_EQ(series.area_source, "forcing header, daymet");
}

TEST(CamelsUs, SeveralProductsAreToldApartAndTheLastGivesTheArea) {
  const auto dataset = open(kFixture, {"daymet", "nldas", "maurer_extended"});
  EXPECT_THAT(dataset->basins(), ElementsAre("00000101"));
  EXPECT_THAT(dataset->precipitation_names(),
              ElementsAre("prcp(mm/day)_daymet", "PRCP(mm/day)_nldas", "prcp(mm/day)_maurer_extended"));
  const BasinSeries series = dataset->read("00000101");
  EXPECT_THAT(series.columns, SizeIs(22));
  EXPECT_EQ(series.axis.size, 6);
  EXPECT_EQ(series.find("Tmax(C)_nldas")->unit, "degC");
  expect_values(series, "PRCP(mm/day)_nldas", {NAN, NAN, 1, 0.1, 18, NAN});
  // 28 February is left out of the file; the maximum of 1 March is spelled NaN.
  expect_values(series, "prcp(mm/day)_maurer_extended", {NAN, 0.5, NAN, 0, 19, 2});
  expect_values(series, "tmax(C)_maurer_extended", {NAN, -3.1, NAN, 0.5, NAN, 3});
  expect_values(series, "srad(W/m2)_maurer_extended", {NAN, 176.2, NAN, 170, 100.25, 120});
  expect_values(series, kTarget, {1.22328777275, 1.22328777275, NAN, NAN, 0, NAN});
  EXPECT_EQ(series.area_source, "forcing header, maurer_extended");
  EXPECT_EQ(open(kFixture, {"maurer_extended", "daymet"})->read("00000101").area_km2, 100);
}

TEST(CamelsUs, AreaCanComeFromTheAttributes) {
  const auto gages = open(kFixture, {"daymet"}, "gages2");
  BasinSeries series = gages->read("00000101");
  EXPECT_EQ(series.area_km2, 105);
  EXPECT_EQ(series.area_source, "attribute area_gages2");
  expect_values(series, kTarget, {2.4465755455 / 1.05, 2.4465755455 / 1.05, NAN, NAN, 0});
  EXPECT_EQ(gages->sources("00000101").back().filename(), "camels_topo.txt");
  series = open(kFixture, {"daymet"}, "geospa_fabric")->read("17000202");
  EXPECT_EQ(series.area_km2, 50.5);

  const Problem problem = problem_of([&] { gages->read("17000202"); });
  EXPECT_EQ(problem.basin, "17000202");
  EXPECT_EQ(problem.variable, "area_gages2");
  EXPECT_THAT(problem.file, HasSubstr("camels_topo.txt"));
}

TEST(CamelsUs, BasinWithoutStreamflowHasNoDischargeColumn) {
  const auto dataset = open(kFixture, {"daymet"});
  const BasinSeries series = dataset->read("17000202");
  EXPECT_EQ(series.find(kTarget), nullptr);
  expect_values(series, "tmin(C)", {-11.16});
  EXPECT_THAT(dataset->sources("17000202"), SizeIs(1));
  EXPECT_THAT(dataset->sources("00000101"), SizeIs(2));
}

TEST(CamelsUs, AttributesOfAllTablesWithTwoDigitHuc) {
  const auto dataset = open(kFixture, {"daymet"});
  const AttributeTable table = dataset->attributes();
  EXPECT_THAT(table.basins, ElementsAre("00000101", "17000202"));
  const auto cell = [&](std::size_t basin, const std::string& name) {
    const auto found = std::ranges::find(table.names, name);
    EXPECT_NE(found, table.names.end()) << name;
    return found == table.names.end() ? "" : table.cell(basin, static_cast<std::size_t>(found - table.names.begin()));
  };
  EXPECT_EQ(table.names.size(), 60u);  // 2 name, 6 topo, 11 clim, 11 soil, 7 geol, 9 vege, 13 hydro, and huc
  EXPECT_EQ(cell(0, "huc_02"), "1");
  EXPECT_EQ(cell(0, "huc"), "01");
  EXPECT_EQ(cell(1, "huc"), "17");
  EXPECT_EQ(cell(0, "geol_porostiy"), "0.17");
  EXPECT_EQ(cell(0, "geol_2nd_class"), "");
  EXPECT_EQ(cell(1, "geol_2nd_class"), "");
  EXPECT_EQ(cell(0, "dom_land_cover"), "Mixed Forests");
  EXPECT_EQ(cell(1, "q_mean"), "");
  const Gauge gauge = dataset->gauge("00000101");
  EXPECT_EQ(gauge.name, "Made-up River at Nowhere, Maine");
  EXPECT_EQ(gauge.latitude, 45.05);
  EXPECT_EQ(gauge.longitude, -69.5);
  EXPECT_EQ(gauge.area_km2, 105);
  EXPECT_TRUE(std::isnan(dataset->gauge("17000202").area_km2));
}

TEST(CamelsUs, FolderIsFoundAboveAndBelow) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "downloads");
  fs::copy(kFixture, folder.path() / "downloads" / "camels", fs::copy_options::recursive);
  const auto expect_found = [](const fs::path& data_dir, std::size_t attributes) {
    const auto dataset = open(data_dir, {"daymet"});
    EXPECT_THAT(dataset->basins(), SizeIs(2)) << data_dir;
    EXPECT_THAT(dataset->attributes().basins, SizeIs(attributes)) << data_dir;
  };
  expect_found(folder.path() / "downloads", 2);
  expect_found(folder.path() / "downloads" / "camels", 2);
  const fs::path series = folder.path() / "downloads" / "camels" / "basin_dataset_public_v1p2";
  expect_found(series, 2);
  expect_found(series / "", 2);
  // The attributes within the series' folder, as NeuralHydrology wants them, and nested in a folder of their own name.
  fs::rename(folder.path() / "downloads" / "camels" / "camels_attributes_v2.0", series / "camels_attributes_v2.0");
  expect_found(folder.path() / "downloads", 2);
  expect_found(series, 2);
  fs::rename(series / "camels_attributes_v2.0", series / "inner");
  fs::create_directories(series / "camels_attributes_v2.0");
  fs::rename(series / "inner", series / "camels_attributes_v2.0" / "camels_attributes_v2.0");
  expect_found(series, 2);
  fs::remove_all(series / "camels_attributes_v2.0");
  expect_found(series, 0);
  EXPECT_TRUE(std::isnan(open(series, {"daymet"})->gauge("00000101").latitude));
}

TEST(CamelsUs, WrongFolderIsExplained) {
  const TemporaryFolder folder;
  folder.write("a/b/c/basin_mean_forcing/daymet/x", "");
  folder.write("notes.txt", "");
  Problem problem = problem_of([&] { open(folder.path(), {"daymet"}); });
  EXPECT_THAT(problem.what, HasSubstr("no CAMELS-US forcing"));
  EXPECT_THAT(problem.expected, HasSubstr("basin_mean_forcing"));
  EXPECT_EQ(problem.got, "a, notes.txt");
  EXPECT_THAT(open(folder.path() / "a", {"daymet"})->basins(), IsEmpty());

  problem = problem_of([&] { open(folder.path() / "nothing", {"daymet"}); });
  EXPECT_THAT(problem.what, HasSubstr("does not exist"));

  folder.write("second/basin_mean_forcing/daymet/x", "");
  folder.write("third/basin_mean_forcing/daymet/x", "");
  problem = problem_of([&] { open(folder.path(), {"daymet"}); });
  EXPECT_THAT(problem.what, HasSubstr("more than one"));
  EXPECT_THAT(problem.got, HasSubstr("second"));
  EXPECT_THAT(problem.got, HasSubstr("third"));
}

TEST(CamelsUs, WrongChoicesAreNamed) {
  Problem problem = problem_of([] { open(kFixture, {"daymett"}); });
  EXPECT_THAT(problem.what, HasSubstr("`daymett`"));
  EXPECT_THAT(problem.hint, HasSubstr("`daymet`"));
  problem = problem_of([] { open(kFixture, {"maurer"}); });
  EXPECT_THAT(problem.what, HasSubstr("not in the data folder"));
  EXPECT_EQ(problem.got, "daymet, maurer_extended, nldas");
  EXPECT_THAT(problem_of([] { open(kFixture, {"daymet", "daymet"}); }).what, HasSubstr("twice"));
  EXPECT_THAT(problem_of([] { open(kFixture, {}); }).hint, HasSubstr("daymet, maurer_extended, nldas"));
  EXPECT_THAT(problem_of([] { open(kFixture, {"daymet"}, "gages"); }).hint, HasSubstr("`gages2`"));
  EXPECT_THAT(problem_of([] { open_dataset({.name = "camels-us"}); }).hint, HasSubstr("`camels_us`"));
}

TEST(CamelsUs, TheOnlyProductNeedsNoName) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "basin_mean_forcing");
  fs::copy(kFixture / "basin_dataset_public_v1p2" / "basin_mean_forcing" / "nldas",
           folder.path() / "basin_mean_forcing" / "nldas");
  EXPECT_THAT(open(folder.path(), {})->basins(), ElementsAre("00000101"));
}

TEST(CamelsUs, BasinThatIsNotThereOrThereTwiceIsNamed) {
  const auto dataset = open(kFixture, {"daymet"});
  Problem problem = problem_of([&] { dataset->sources("00000102"); });
  EXPECT_EQ(problem.basin, "00000102");
  EXPECT_THAT(problem.what, HasSubstr("no daymet forcing file"));
  EXPECT_THAT(problem.hint, HasSubstr("`00000101`"));

  const TemporaryFolder folder;
  const std::string name = "00000101_lump_cida_forcing_leap.txt";
  folder.write("basin_mean_forcing/daymet/01/" + name, "");
  folder.write("basin_mean_forcing/daymet/02/" + name, "");
  problem = problem_of([&] { open(folder.path(), {"daymet"})->sources("00000101"); });
  EXPECT_THAT(problem.what, HasSubstr("two daymet forcing files"));
}

TEST(CamelsUs, KeyTellsReadingsApart) {
  const std::string key = open(kFixture, {"daymet", "nldas"})->reader_key();
  EXPECT_EQ(key, open(kFixture / "", {"daymet", "nldas"})->reader_key());
  EXPECT_NE(key, open(kFixture, {"nldas", "daymet"})->reader_key());
  EXPECT_NE(key, open(kFixture, {"daymet"})->reader_key());
  EXPECT_NE(key, open(kFixture, {"daymet", "nldas"}, "gages2")->reader_key());
  EXPECT_NE(key, open(kFixture / "basin_dataset_public_v1p2", {"daymet", "nldas"})->reader_key());
}

}  // namespace
}  // namespace freshet
