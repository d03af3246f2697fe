#include "freshet/data/datasets/caravan.hpp"

#include <cmath>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/data_dir.hpp"
#include "support/input_errors.hpp"
#include "support/temporary_folder.hpp"

namespace freshet {
namespace {

using std::filesystem::path;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::problem_of;
using testing_support::TemporaryFolder;

const path kFixtures = FRESHET_FIXTURES;

std::unique_ptr<Dataset> open(const path& data_dir) {
  return open_dataset({.name = "caravan", .data_dir = data_dir});
}

/// The value of a day; NaN, which equals nothing, if there is no such column or day.
float value(const BasinSeries& series, const std::string& name, const char* date) {
  const Column* column = series.find(name);
  const auto index = series.axis.index_of(*parse_time(date));
  if (!column || !index || *index < 0 || *index >= series.axis.size) {
    ADD_FAILURE() << "no " << name << " on " << date;
    return std::numeric_limits<float>::quiet_NaN();
  }
  return column->values[static_cast<std::size_t>(*index)];
}

std::string unit(const BasinSeries& series, const std::string& name) {
  const Column* column = series.find(name);
  return column ? column->unit : "no such column";
}

TEST(CaravanNetcdf, ReadsNewNamesUnitsAndMissingValues) {
  const auto caravan = open(kFixtures / "caravan_netcdf");
  EXPECT_THAT(caravan->basins(), ElementsAre("aaa_0101", "aaa_0102", "bbb_x_1"));
  const BasinSeries series = caravan->read("aaa_0101");
  EXPECT_EQ(series.axis, (TimeAxis{make_day(2000, 2, 20), kMinutesPerDay, 40}));
  EXPECT_EQ(value(series, "total_precipitation_sum", "2000-02-29"), 3.0f) << "day 9 of the file: 1.5 * (9 mod 7)";
  EXPECT_EQ(value(series, "streamflow", "2000-02-22"), 1.25f);
  EXPECT_TRUE(std::isnan(value(series, "streamflow", "2000-02-23")));
  EXPECT_EQ(value(series, "potential_evaporation_sum_ERA5_LAND", "2000-03-01"), 2.5f);
  EXPECT_EQ(value(series, "potential_evaporation_sum_FAO_PENMAN_MONTEITH", "2000-03-01"), 1.25f);
  EXPECT_NEAR(value(series, "surface_pressure_mean", "2000-02-21"), 99010.0f, 0.01f) << "kPa become Pa";
  EXPECT_EQ(unit(series, "surface_pressure_mean"), "Pa");
  EXPECT_EQ(unit(series, "streamflow"), "mm/day");
  EXPECT_EQ(unit(series, "potential_evaporation_sum_FAO_PENMAN_MONTEITH"), "mm/day");
  EXPECT_EQ(unit(series, "temperature_2m_mean"), "degC");
  EXPECT_EQ(series.area_km2, 40.5);
  EXPECT_EQ(series.area_source, "attributes_other_aaa.csv");
}

TEST(CaravanNetcdf, ALaterStartAndNumericFillValues) {
  const auto caravan = open(kFixtures / "caravan_netcdf");
  const BasinSeries series = caravan->read("aaa_0102");
  EXPECT_EQ(series.axis.first, make_day(2000, 3, 11));
  EXPECT_EQ(value(series, "streamflow", "2000-03-17"), 1.75f);
  EXPECT_TRUE(std::isnan(value(series, "streamflow", "2000-03-18")));
  EXPECT_TRUE(std::isnan(series.area_km2)) << "an empty cell";
}

TEST(CaravanNetcdf, OldNamesExtraColumnsAndAMissingDay) {
  const auto caravan = open(kFixtures / "caravan_netcdf");
  const BasinSeries series = caravan->read("bbb_x_1");
  EXPECT_EQ(series.axis.size, 6);
  EXPECT_EQ(value(series, "potential_evaporation_sum", "2001-01-01"), 2.5f);
  EXPECT_EQ(value(series, "gauge_height", "2001-01-02"), 1.0f);
  EXPECT_TRUE(std::isnan(value(series, "gauge_height", "2001-01-03")));
  EXPECT_EQ(value(series, "gauge_height", "2001-01-04"), 2.0f);
  EXPECT_EQ(unit(series, "gauge_height"), "");
}

TEST(CaravanNetcdf, JoinsAttributesInnerWithinASubset) {
  const auto caravan = open(kFixtures / "caravan_netcdf");
  const AttributeTable table = caravan->attributes();
  EXPECT_THAT(table.basins, ElementsAre("aaa_0101", "aaa_0102", "bbb_x_1")) << "aaa_0103 is in one table only";
  EXPECT_THAT(table.names, ElementsAre("p_mean", "pet_mean_ERA5_LAND", "pet_mean_FAO_PM", "ele_mt_sav", "gauge_name", "country",
                                       "gauge_lat", "gauge_lon", "area", "pet_mean"));
  EXPECT_EQ(table.cell(0, 3), "250");
  EXPECT_EQ(table.cell(0, 2), "");
  EXPECT_EQ(table.cell(2, 1), "") << "the other subset has the older name";
  EXPECT_EQ(table.cell(2, 9), "2.5");
}

TEST(CaravanNetcdf, KnowsGauges) {
  const auto caravan = open(kFixtures / "caravan_netcdf");
  const Gauge gauge = caravan->gauge("aaa_0101");
  EXPECT_EQ(gauge.name, "Brook, upper");
  EXPECT_EQ(gauge.latitude, 49.5);
  EXPECT_EQ(gauge.longitude, 6.25);
  EXPECT_EQ(caravan->gauge("bbb_x_1").area_km2, 1200);
  EXPECT_TRUE(std::isnan(caravan->gauge("ccc_1").area_km2));
}

TEST(CaravanNetcdf, SourcesAreAllFilesABasinNeeds) {
  const auto caravan = open(kFixtures / "caravan_netcdf");
  const std::vector<path> sources = caravan->sources("aaa_0101");
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(sources[0].filename(), "aaa_0101.nc");
  EXPECT_EQ(sources[1].filename(), "attributes_other_aaa.csv");
  const Problem problem = problem_of([&] { caravan->sources("aaa_0103"); });
  EXPECT_EQ(problem.basin, "aaa_0103");
  EXPECT_THAT(problem.expected, HasSubstr("netcdf/aaa/aaa_0103.nc"));
  EXPECT_THAT(problem.hint, HasSubstr("aaa_010"));
}

TEST(CaravanNetcdf, SeveralThreadsReadAtOnce) {
  const auto caravan = open(kFixtures / "caravan_netcdf");
  std::vector<std::thread> threads;
  std::vector<double> areas(4, 0);
  for (double& area : areas) threads.emplace_back([&] { area = caravan->read("aaa_0101").area_km2; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(areas, testing::Each(40.5));
}

TEST(CaravanNames, AliasesGoBothWaysAndNeverMixProducts) {
  EXPECT_EQ(caravan_alias("potential_evaporation_sum"), "potential_evaporation_sum_ERA5_LAND");
  EXPECT_EQ(caravan_alias("aridity_ERA5_LAND"), "aridity");
  EXPECT_FALSE(caravan_alias("potential_evaporation_sum_FAO_PENMAN_MONTEITH"));
  EXPECT_FALSE(caravan_alias("streamflow"));
}

class CaravanRoot : public testing::Test {
 protected:
  void copy_fixture(const path& to) const {
    std::filesystem::create_directories((folder_ / to).parent_path());
    std::filesystem::copy(kFixtures / "caravan_netcdf", folder_ / to, std::filesystem::copy_options::recursive);
  }
  TemporaryFolder folder_;
};

TEST_F(CaravanRoot, IsFoundOneAndTwoLevelsDown) {
  copy_fixture("unpacked/Caravan-nc");
  EXPECT_EQ(open(folder_ / "unpacked")->basins().size(), 3u);
  EXPECT_EQ(open(folder_.path())->basins().size(), 3u);
  copy_fixture("unpacked/Caravan-again");
  EXPECT_THAT(problem_of([&] { open(folder_.path()); }).got, HasSubstr("Caravan-again"));
}

TEST_F(CaravanRoot, IsExplainedWhereItIsNotFound) {
  copy_fixture("a/b/c");
  const Problem deep = problem_of([&] { open(folder_.path()); });
  EXPECT_THAT(deep.expected, HasSubstr("timeseries/netcdf"));
  EXPECT_EQ(deep.got, "a");
  const Problem inside = problem_of([&] { open(folder_ / "a/b/c/timeseries/netcdf"); });
  EXPECT_THAT(inside.hint, HasSubstr((folder_ / "a/b/c").string()));
  EXPECT_THAT(problem_of([&] { open(folder_ / "absent"); }).what, HasSubstr("not a folder"));
}

TEST_F(CaravanRoot, FilesInTheFolderOfAnotherSubsetAreNotTaken) {
  copy_fixture("caravan");
  const path series = folder_ / "caravan/timeseries/netcdf";
  std::filesystem::rename(series / "bbb", series / "bbb_x");
  EXPECT_THAT(open(folder_.path())->basins(), ElementsAre("aaa_0101", "aaa_0102"));
  EXPECT_THAT(problem_of([&] { open(folder_.path())->read("bbb_x_1"); }).got, HasSubstr("bbb_x/bbb_x_1.nc"));
}

TEST_F(CaravanRoot, NetcdfComesBeforeCsv) {
  copy_fixture("caravan");
  std::filesystem::create_directories(folder_ / "caravan/timeseries/csv/bbb");
  std::filesystem::copy_file(kFixtures / "caravan_csv_bad/timeseries/csv/bad/bad_fine.csv",
                             folder_ / "caravan/timeseries/csv/bbb/bbb_x_1.csv");
  EXPECT_EQ(open(folder_.path())->basins().size(), 3u);
  EXPECT_EQ(open(folder_.path())->read("bbb_x_1").axis.first, make_day(2001, 1, 1));
}

TEST(CaravanCsv, ReadsMissingCellsAndUnknownColumns) {
  const BasinSeries series = open(kFixtures / "caravan_csv_bad")->read("bad_fine");
  EXPECT_EQ(series.axis, (TimeAxis{make_day(2000, 2, 28), kMinutesPerDay, 3}));
  EXPECT_TRUE(std::isnan(value(series, "streamflow", "2000-02-29")));
  EXPECT_EQ(value(series, "streamflow", "2000-03-01"), 0.7f);
  EXPECT_EQ(unit(series, "eobs"), "");
  EXPECT_EQ(series.area_km2, 10);
}

TEST(CaravanCsv, ADayWithoutARowIsMissing) {
  const BasinSeries series = open(kFixtures / "caravan_csv_bad")->read("bad_gap");
  EXPECT_EQ(series.axis.size, 3);
  EXPECT_TRUE(std::isnan(value(series, "total_precipitation_sum", "2000-02-29")));
  EXPECT_EQ(value(series, "total_precipitation_sum", "2000-03-01"), 3.0f);
}

struct Fault {
  const char* basin;
  const char* what;
  std::size_t line;
  const char* date;
  const char* variable;
};

TEST(CaravanCsv, FaultsAreNamed) {
  const auto caravan = open(kFixtures / "caravan_csv_bad");
  for (const Fault& fault :
       {Fault{"bad_no_date_column", "no date column", 1, "", ""}, Fault{"bad_no_rows", "no dates", 0, "", ""},
        Fault{"bad_duplicate", "twice", 4, "2000-02-29", ""}, Fault{"bad_unordered", "ascend", 4, "2000-02-29", ""},
        Fault{"bad_impossible_date", "not a date", 3, "", "date"}, Fault{"bad_not_a_day", "not a day", 0, "2000-02-29 12:00", ""},
        Fault{"bad_text_in_cell", "not a number", 4, "2000-03-01", "streamflow"},
        Fault{"bad_infinite", "not a number", 3, "2000-02-29", "total_precipitation_sum"},
        Fault{"bad_out_of_range", "not a number", 3, "2000-02-29", "total_precipitation_sum"},
        Fault{"bad_cut_off", "another number of fields", 3, "", ""}, Fault{"bad_repeated_column", "same name", 1, "", ""},
        Fault{"bad_bad_area", "not a number", 0, "", "area"}}) {
    const Problem problem = problem_of([&] { caravan->read(fault.basin); });
    EXPECT_THAT(problem.what, HasSubstr(fault.what)) << fault.basin;
    EXPECT_EQ(problem.line, fault.line) << fault.basin;
    EXPECT_EQ(problem.date, fault.date) << fault.basin;
    EXPECT_EQ(problem.variable, fault.variable) << fault.basin;
    EXPECT_EQ(problem.basin, fault.basin);
    EXPECT_FALSE(problem.file.empty()) << fault.basin;
  }
}

/// The Aalbach at Bous, Luxembourg, as published; expected values read off the file by hand.
class CaravanSample : public testing::Test {
 protected:
  void SetUp() override {
    FRESHET_REQUIRE_DATA_DIR(data_dir);
    caravan_ = open(data_dir / "caravan");
  }
  std::unique_ptr<Dataset> caravan_;
};

struct Summary {
  double mean = 0;
  std::int64_t first = -1, last = -1, count = 0;
};

Summary summary(const std::vector<float>& values) {
  Summary result;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    if (result.first < 0) result.first = static_cast<std::int64_t>(i);
    result.last = static_cast<std::int64_t>(i);
    result.mean += values[i];
    ++result.count;
  }
  result.mean /= static_cast<double>(result.count);
  return result;
}

TEST_F(CaravanSample, HasTheKnownPeriodMeansAndDischargeRecord) {
  EXPECT_THAT(caravan_->basins(), ElementsAre("camelslx_054"));
  const BasinSeries series = caravan_->read("camelslx_054");
  EXPECT_EQ(series.axis, (TimeAxis{make_day(2000, 1, 2), kMinutesPerDay, 8399}));
  EXPECT_EQ(series.axis.last(), make_day(2022, 12, 30));
  EXPECT_EQ(series.columns.size(), 40u);
  const Summary precipitation = summary(series.find("total_precipitation_sum")->values);
  EXPECT_EQ(precipitation.count, 8399);
  EXPECT_NEAR(precipitation.mean, 2.46, 0.005);
  const Summary flow = summary(series.find("streamflow")->values);
  EXPECT_NEAR(flow.mean, 1.45, 0.005);
  EXPECT_EQ(series.axis.at(flow.first), make_day(2004, 11, 1));
  EXPECT_EQ(series.axis.at(flow.last), make_day(2021, 10, 31));
  EXPECT_EQ(flow.count, flow.last - flow.first + 1) << "none missing inside";
}

TEST_F(CaravanSample, HasTheValuesOfTheFile) {
  const BasinSeries series = caravan_->read("camelslx_054");
  EXPECT_EQ(value(series, "temperature_2m_mean", "2000-01-02"), 3.65f);
  EXPECT_NEAR(value(series, "surface_pressure_mean", "2000-01-02"), 99540.0f, 0.01f);
  EXPECT_EQ(value(series, "u_component_of_wind_10m_min", "2000-01-02"), -0.88f);
  EXPECT_EQ(value(series, "total_precipitation_sum", "2000-01-03"), 0.11f);
  EXPECT_EQ(value(series, "potential_evaporation_sum", "2000-01-03"), 0.26f);
  EXPECT_EQ(unit(series, "volumetric_soil_water_layer_3_max"), "m3/m3");
  EXPECT_EQ(unit(series, "eobs"), "");
}

TEST_F(CaravanSample, HasGaugeAndAttributesOfBothSubsets) {
  const Gauge gauge = caravan_->gauge("camelslx_054");
  EXPECT_EQ(gauge.name, "Aalbach_Bous");
  EXPECT_EQ(gauge.latitude, 49.557468);
  EXPECT_EQ(gauge.longitude, 6.352567);
  EXPECT_EQ(gauge.area_km2, 40.87);
  EXPECT_EQ(caravan_->gauge("camels_01022500").name, "Narraguagus River at Cherryfield, Maine");
  const AttributeTable table = caravan_->attributes();
  EXPECT_EQ(table.basins.size(), 364u);
  for (const char* name : {"p_mean", "ele_mt_sav", "area", "country"}) {
    EXPECT_THAT(table.names, testing::Contains(std::string(name)));
  }
}

}  // namespace
}  // namespace freshet
