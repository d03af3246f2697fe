#include "freshet/data/process_forcing.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "data_testing.hpp"
#include "freshet/data/forcing_names.hpp"
#include "freshet/data/pet.hpp"
#include "freshet/io/netcdf_writer.hpp"
#include "freshet/physics/pet.hpp"

namespace freshet {
namespace {

using testing_support::input_error;
using testing_support::problem_of;
using testing_support::problems_of;
using testing_support::Recorder;
using testing_support::TemporaryFolder;

const std::vector<ForcingNeed> kNeeds = {{"precipitation", 0}, {"temperature"}, {"pet", 0}};
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

ProcessForcing read(const ForcingOptions& options, const std::vector<ForcingNeed>& needs = kNeeds) {
  Recorder recorder;
  return read_process_forcing(options, needs, recorder);
}

void expect_text(const std::string& text, const std::vector<std::string>& pieces) {
  for (const std::string& piece : pieces) EXPECT_NE(text.find(piece), std::string::npos) << piece << "\nin: " << text;
}

TEST(ProcessForcingCsv, GivesVariablesInTheModelsOrder) {
  const TemporaryFolder folder;
  const auto file = folder.write("01013500.csv", "pet,date,tmean,prcp,qobs\n0.5,2000-02-28,-1.5,3,1.25\n0.25,2000-02-29,2,0,\n");
  const ProcessForcing forcing = read({.source = file, .discharge = true});
  ASSERT_EQ(forcing.basins.size(), 1u);
  const BasinForcing& basin = forcing.basins[0];
  EXPECT_EQ(basin.id, "01013500");
  EXPECT_EQ(to_string(forcing.axis.first), "2000-02-28");
  EXPECT_EQ(forcing.axis.size, 2);
  EXPECT_EQ(basin.variables, (std::vector<std::vector<double>>{{3, 0}, {-1.5, 2}, {0.5, 0.25}}));
  EXPECT_EQ(basin.observed[0], 1.25);
  EXPECT_TRUE(std::isnan(basin.observed[1]));
  EXPECT_EQ(basin.pet, "given");
  EXPECT_TRUE(forcing.refused.empty());
}

TEST(ProcessForcingCsv, KeepsAllDigitsOfDouble) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.csv", "date,prcp,tmean,pet\n2000-01-01,0.1,10.530000000000001,0.4719996527777777\n");
  const auto variables = read({.source = file}).basins[0].variables;
  EXPECT_EQ(variables[0][0], 0.1);
  EXPECT_EQ(variables[1][0], 10.530000000000001);
  EXPECT_EQ(variables[2][0], 0.4719996527777777);
}

struct NameCase {
  const char* header;
  const char* row;
};
class ColumnNames : public testing::TestWithParam<NameCase> {};

TEST_P(ColumnNames, OfTheFieldAreFound) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.csv", std::string(GetParam().header) + "\n" + GetParam().row + "\n");
  const auto variables = read({.source = file}).basins[0].variables;
  EXPECT_DOUBLE_EQ(variables[0][0], 4);
  EXPECT_DOUBLE_EQ(variables[1][0], 10);
  EXPECT_DOUBLE_EQ(variables[2][0], 2);
}

INSTANTIATE_TEST_SUITE_P(
    Formats, ColumnNames,
    testing::Values(NameCase{"date,prcp,tmean,pet", "2000-01-01,4,10,2"},
                    NameCase{"date,prcp(mm/day),tmean(C),pet(mm/day)", "2000-01-01,4,10,2"},
                    NameCase{"date,PRCP(mm/day),Tmax(C),Tmin(C),PET", "2000-01-01,4,14,6,2"},
                    NameCase{"date,total_precipitation_sum,temperature_2m_mean,potential_evaporation_sum_FAO_PENMAN_MONTEITH",
                             "2000-01-01,4,10,2"},
                    NameCase{"DatesR,P,T,E,Qls,Qmm", "2000-01-01,4,10,2,2640,0.6"},
                    NameCase{"Date,Ptot,Temp,Evap,Qls,Qmmd", "2000-01-01,4,10,2,2640,0.6"},
                    NameCase{"date;precipitation;temperature;pet", "2000-01-01;4;10;2"},
                    NameCase{"date,prcp(m),tmean(K),pet(mm/h)", "2000-01-01,0.004,283.15,0.083333333333333333"}));

TEST(ProcessForcingCsv, RowsOfSeveralBasins) {
  const TemporaryFolder folder;
  const auto file = folder.write("all.csv",
                                 "basin,date,prcp,tmean,pet\n01,2000-01-01,1,0,0\n02,2000-01-01,2,0,0\n"
                                 "01,2000-01-02,3,0,0\n02,2000-01-02,4,0,0\n02,2000-01-03,5,0,0\n");
  const ProcessForcing all = read({.source = file});
  ASSERT_EQ(all.basins.size(), 2u);
  EXPECT_EQ(all.axis.size, 2);  // what both have
  EXPECT_EQ(all.basins[1].variables[0], (std::vector<double>{2, 4}));
  const ProcessForcing one = read({.source = file, .basins = {"02"}});
  EXPECT_EQ(one.basins[0].variables[0], (std::vector<double>{2, 4, 5}));
  expect_text(input_error([&] { read({.source = file, .basins = {"03"}}); }), {"basin 03", "no such basin"});
}

struct Wrong {
  const char* name;
  const char* text;
  std::vector<std::string> pieces;
};
class WrongCsv : public testing::TestWithParam<Wrong> {};

TEST_P(WrongCsv, IsNamed) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.csv", GetParam().text);
  std::vector<std::string> pieces = GetParam().pieces;
  pieces.push_back("a.csv");
  expect_text(input_error([&] { read({.source = file}); }), pieces);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, WrongCsv,
    testing::Values(
        Wrong{"MissingValue",
              "date,prcp,tmean,pet\n2000-01-01,1,2,3\n2000-01-02,,2,3\n",
              {"a.csv:3", "basin a", "2000-01-02", "prcp", "missing"}},
        Wrong{"NanInTheFirstRow",
              "date,prcp,tmean,pet\n2000-01-01,NaN,NaN,NaN\n2000-01-02,1,2,3\n",
              {"a.csv:2", "2000-01-01", "missing"}},
        Wrong{"Negative", "date,prcp,tmean,pet\n2000-01-01,-1,2,3\n", {"a.csv:2", "2000-01-01", "prcp", "negative", "-1"}},
        Wrong{"NegativePet", "date,prcp,tmean,pet\n2000-01-01,1,2,-0.5\n", {"2000-01-01", "pet", "negative", "-0.5"}},
        Wrong{"Kelvin", "date,prcp,tmean,pet\n2000-01-01,1,281,3\n", {"2000-01-01", "tmean", "281", "(K)"}},
        Wrong{"MarkedMissing", "date,prcp,tmean,pet\n2000-01-01,1,-999,3\n", {"2000-01-01", "tmean", "-999"}},
        Wrong{"Text", "date,prcp,tmean,pet\n2000-01-01,1,cold,3\n", {"a.csv:2", "tmean", "`cold`"}},
        Wrong{"Twice", "date,prcp,tmean,pet\n2000-01-01,1,2,3\n2000-01-01,1,2,3\n", {"a.csv:3", "stands in two rows"}},
        Wrong{"Unsorted", "date,prcp,tmean,pet\n2000-01-02,1,2,3\n2000-01-01,1,2,3\n", {"a.csv:3", "earlier"}},
        Wrong{"Gap",
              "date,prcp,tmean,pet\n2000-01-01,1,2,3\n2000-01-02,1,2,3\n2000-01-05,1,2,3\n",
              {"2000-01-03", "2000-01-04", "missing"}},
        Wrong{"NoDate", "day,prcp,tmean,pet\n2000-01-01,1,2,3\n", {"no date column"}},
        Wrong{"NoRows", "date,prcp,tmean,pet\n", {"no rows"}},
        Wrong{"NotADate", "date,prcp,tmean,pet\n2000-02-30,1,2,3\n", {"a.csv:2", "not a date", "2000-02-30"}},
        Wrong{"NoPrecipitation", "date,rain_gauge,tmean,pet\n2000-01-01,1,2,3\n", {"precipitation", "rain_gauge", "--column"}},
        Wrong{"NoPet", "date,prcp,tmean\n2000-01-01,1,2\n", {"pet", "latitude", "oudin", "--latitude"}},
        Wrong{"Unit", "date,prcp(inch),tmean,pet\n2000-01-01,1,2,3\n", {"prcp(inch)", "`inch`", "mm/day"}},
        Wrong{"OtherUnit", "date,prcp(C),tmean,pet\n2000-01-01,1,2,3\n", {"prcp(C)", "mm/day"}},
        Wrong{"Ambiguous",
              "date,prcp(mm/day)_daymet,prcp(mm/day)_nldas,tmean,pet\n2000-01-01,1,1,2,3\n",
              {"precipitation", "prcp(mm/day)_daymet, prcp(mm/day)_nldas", "--column"}}),
    [](const auto& test_case) { return test_case.param.name; });

TEST(ProcessForcingCsv, AllProblemsOfTheFirstKindTogetherAndBounded) {
  const TemporaryFolder folder;
  std::string text = "date,prcp,tmean,pet\n";
  for (int day = 1; day <= 28; ++day) text += "2001-02-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + ",,-500,3\n";
  const auto problems = problems_of([&] { read({.source = folder.write("a.csv", text)}); });
  ASSERT_EQ(problems.size(), 10u);
  EXPECT_EQ(problems[9].date, "2001-02-10");
  EXPECT_EQ(problems[9].variable, "prcp");
  EXPECT_NE(problems[9].hint.find("18 more"), std::string::npos);
}

TEST(ProcessForcingCsv, AFaultyBasinDoesNotStopTheOthers) {
  const TemporaryFolder folder;
  const auto file = folder.write("all.csv",
                                 "basin,date,prcp,tmean,pet\ngood,2000-01-01,1,0,0\ngood,2000-01-02,1,0,0\n"
                                 "gap,2000-01-01,2,0,0\ngap,2000-01-02,2,0,0\ngap,2000-01-04,2,0,0\n"
                                 "nan,2000-01-01,3,0,0\nnan,2000-01-02,,0,0\n");
  const ProcessForcing forcing = read({.source = file});
  ASSERT_EQ(forcing.basins.size(), 1u);
  EXPECT_EQ(forcing.basins[0].id, "good");
  ASSERT_EQ(forcing.refused.size(), 2u);
  EXPECT_EQ(forcing.refused[0].basin, "gap");
  EXPECT_EQ(forcing.refused[0].date, "2000-01-03");
  EXPECT_EQ(forcing.refused[1].basin, "nan");
  EXPECT_EQ(forcing.refused[1].date, "2000-01-02");
}

TEST(ProcessForcingCsv, APeriodIsCutOutAndMustBeCovered) {
  const TemporaryFolder folder;
  const auto file =
      folder.write("a.csv", "date,prcp,tmean,pet\n2000-01-01,1,0,0\n2000-01-02,2,0,0\n2000-01-03,3,0,0\n2000-01-04,,0,0\n");
  const ProcessForcing part = read({.source = file, .first = make_day(2000, 1, 2), .last = make_day(2000, 1, 3)});
  EXPECT_EQ(part.basins[0].variables[0], (std::vector<double>{2, 3}));
  expect_text(input_error([&] { read({.source = file, .first = make_day(1999, 12, 31)}); }),
              {"does not cover", "1999-12-31 to 2000-01-04", "2000-01-01 to 2000-01-04"});
  expect_text(input_error([&] { read({.source = file, .first = make_day(2000, 1, 3), .last = make_day(2000, 1, 2)}); }),
              {"ends before it begins"});
}

TEST(ProcessForcingCsv, AColumnCanBeNamed) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.csv", "date,prcp,tmean,pet,pet_fao\n2000-01-01,1,0,5,2\n");
  EXPECT_EQ(read({.source = file, .columns = {{"pet", "pet_fao"}}}).basins[0].variables[2][0], 2);
  expect_text(input_error([&] {
                read({.source = file, .columns = {{"pet", "pet_fa"}}});
              }),
              {"`pet_fa`", "Did you mean `pet_fao`"});
  expect_text(input_error([&] { read({.source = file, .columns = {{"pett", "pet_fao"}}}); }), {"`pett`", "Did you mean `pet`"});
}

TEST(ProcessForcingPet, IsDerivedByEachMethod) {
  const TemporaryFolder folder;
  const double latitude = 46.5, elevation = 350;
  const auto sun = physics::solar_day(latitude, day_of_year(make_day(2001, 7, 1)));
  const auto file = folder.write("a.csv", "date,prcp,tmin,tmax,dayl,srad,vp\n2001-07-01,0,8,20,54000,450,1200\n");
  const auto pet = [&](const std::string& method) {
    const auto forcing = read({.source = file, .pet = method, .latitude = latitude, .elevation = elevation});
    EXPECT_EQ(forcing.basins[0].pet, method == "auto" ? "oudin" : method);
    EXPECT_EQ(forcing.basins[0].variables[1][0], 14);
    return forcing.basins[0].variables[2][0];
  };
  EXPECT_DOUBLE_EQ(pet("oudin"), physics::oudin_pet(sun.extraterrestrial_radiation, 14));
  EXPECT_DOUBLE_EQ(pet("auto"), physics::oudin_pet(sun.extraterrestrial_radiation, 14));
  EXPECT_DOUBLE_EQ(pet("hamon"), physics::hamon_pet(15, 14));
  EXPECT_DOUBLE_EQ(pet("hargreaves"), physics::hargreaves_pet(sun.extraterrestrial_radiation, 14, 8, 20));
  EXPECT_DOUBLE_EQ(pet("priestley_taylor"),
                   physics::priestley_taylor_pet({.tmin = 8,
                                                  .tmax = 20,
                                                  .vapour_pressure = 1200,
                                                  .shortwave = 450,
                                                  .day_length_s = 54000,
                                                  .extraterrestrial_radiation = sun.extraterrestrial_radiation,
                                                  .elevation = elevation}));
}

TEST(ProcessForcingPet, DayLengthIsTakenInItsUnitOrFromTheLatitude) {
  const TemporaryFolder folder;
  const auto pet = [&](const std::string& header, const std::string& value, std::optional<double> latitude = {}) {
    const auto file = folder.write("a.csv", "date,prcp,tmean" + header + "\n2001-07-01,0,14" + value + "\n");
    return read({.source = file, .pet = "hamon", .latitude = latitude}).basins[0].variables[2][0];
  };
  EXPECT_DOUBLE_EQ(pet(",dayl", ",43200"), physics::hamon_pet(12, 14));
  EXPECT_DOUBLE_EQ(pet(",dayl(day)", ",0.5"), physics::hamon_pet(12, 14));
  EXPECT_DOUBLE_EQ(pet(",dayl(h)", ",12"), physics::hamon_pet(12, 14));
  EXPECT_DOUBLE_EQ(pet("", "", 46.5), physics::hamon_pet(physics::solar_day(46.5, 182).day_length_s / 3600, 14));
  expect_text(input_error([&] { pet(",dayl", ",0.5"); }), {"dayl", "seconds", "dayl(day)"});
  expect_text(input_error([&] { pet("", ""); }), {"pet", "dayl or latitude", "hamon"});
}

TEST(ProcessForcingPet, NamesWhatAMethodMisses) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.csv", "date,prcp,tmean\n2001-07-01,0,14\n");
  expect_text(input_error([&] { read({.source = file, .pet = "hargreaves", .latitude = 40}); }),
              {"pet", "tmin, tmax", "hargreaves"});
  expect_text(input_error([&] { read({.source = file, .pet = "priestley_taylor"}); }),
              {"tmin, tmax, srad, vp", "latitude", "elevation", "--elevation"});
  expect_text(input_error([&] { read({.source = file, .pet = "given"}); }), {"pet", "as given"});
  expect_text(input_error([&] { read({.source = file, .pet = "oudinn"}); }), {"oudinn", "Did you mean `oudin`"});
  expect_text(input_error([&] { read({.source = file, .pet = "oudin", .latitude = 123}); }), {"latitude", "-90 to 90"});
}

TEST(ProcessForcingPet, MissingTemperatureIsNeverTakenForNoPet) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.csv", "date,prcp,tmin,tmax\n2001-07-01,0,1,14\n2001-07-02,0,,14\n");
  const Problem problem = problem_of([&] { read({.source = file, .pet = "hargreaves", .latitude = 40}); });
  EXPECT_EQ(problem.variable, "tmin");
  EXPECT_EQ(problem.date, "2001-07-02");
}

TEST(ProcessForcingPet, OneTemperatureInBothColumnsIsNoRange) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.csv", "date,prcp,tmin,tmax\n2001-07-01,0,14,14\n2001-07-02,0,15,15\n");
  expect_text(input_error([&] { read({.source = file, .pet = "hargreaves", .latitude = 40}); }), {"tmin, tmax", "hargreaves"});
}

TEST(ProcessForcingPet, SubDailyStepsNeedItGiven) {
  const TemporaryFolder folder;
  const std::string rows = "2001-07-01 00:00,1,14\n2001-07-01 01:00,0,14\n";
  const auto without = folder.write("a.csv", "date,prcp(mm),tmean\n" + rows);
  expect_text(input_error([&] { read({.source = without, .latitude = 40}); }), {"pet", "not a day", "60 minutes"});
  const auto given =
      folder.write("b.csv", "date,prcp(mm),tmean,pet(mm/h)\n2001-07-01 00:00,1,14,0.1\n2001-07-01 01:00,0,14,0.2\n");
  const ProcessForcing forcing = read({.source = given});
  EXPECT_EQ(forcing.axis.step_minutes, 60);
  EXPECT_DOUBLE_EQ(forcing.basins[0].variables[0][0], 24);  // 1 mm in an hour
  EXPECT_DOUBLE_EQ(forcing.basins[0].variables[2][1], 4.8);
}

TEST(ProcessForcingNetcdf, OfManyBasinsOrOne) {
  const TemporaryFolder folder;
  const TimeAxis axis{make_day(2000, 1, 1), kMinutesPerDay, 3};
  write_netcdf_file(folder / "all.nc", [&](NetcdfWriter& file) {
    file.define_dimension("basin", 2);
    file.define_time("time", axis);
    file.define_variable("basin_id", NetcdfType::kString, {"basin"});
    file.define_variable("latitude", NetcdfType::kDouble, {"basin"});
    for (const char* name : {"prcp", "tmean"})
      file.define_variable(name, NetcdfType::kDouble, {"basin", "time"}, {{"units", name[0] == 'p' ? "mm/day" : "degC"}});
    file.put("basin_id", std::vector<std::string>{"x", "y"});
    file.put("latitude", std::vector<double>{40, 50});
    file.put("prcp", std::vector<double>{1, 2, 3, 4, 5, kNone});
    file.put("tmean", std::vector<double>{1, 1, 1, 2, 2, kNone});
  });
  const ProcessForcing all = read({.source = folder / "all.nc"});
  EXPECT_EQ(all.axis.size, 2);  // y ends a day earlier
  ASSERT_EQ(all.basins.size(), 2u);
  EXPECT_EQ(all.basins[1].variables[0], (std::vector<double>{4, 5}));
  EXPECT_EQ(all.basins[1].pet, "oudin");
  EXPECT_DOUBLE_EQ(all.basins[1].variables[2][0], physics::oudin_pet(physics::solar_day(50, 1).extraterrestrial_radiation, 2));
  EXPECT_EQ(read({.source = folder / "all.nc", .basins = {"x"}}).axis.size, 3);
}

TEST(ProcessForcingFile, OfNoKnownKindIsRefused) {
  const TemporaryFolder folder;
  expect_text(input_error([&] { read({.source = folder / "none.csv"}); }), {"none.csv", "no such file"});
  expect_text(input_error([&] { read({.source = folder.write("a.parquet", "x")}); }), {"a.parquet", ".csv or .nc"});
  expect_text(input_error([&] { read({.source = folder.path()}); }), {"CAMELS-US", "caravan", "generic"});
}

TEST(ProcessForcingDataset, CamelsUs) {
  const std::filesystem::path root = std::filesystem::path(FRESHET_FIXTURES) / "camels_us";
  const ProcessForcing forcing =
      read({.source = root, .products = {"daymet"}, .basins = {"00000101"}, .pet = "priestley_taylor", .discharge = true});
  ASSERT_EQ(forcing.basins.size(), 1u);
  EXPECT_EQ(forcing.basins[0].pet, "priestley_taylor");
  EXPECT_EQ(forcing.basins[0].observed.size(), static_cast<std::size_t>(forcing.axis.size));
  EXPECT_GT(forcing.basins[0].area_km2, 0);
}

TEST(ForcingNames, UnitsAreConverted) {
  const auto factor = [](std::string_view unit, double step = 1, double area = kNone) {
    const auto conversion = convert_unit(unit, step, area);
    return conversion ? conversion->factor : kNone;
  };
  EXPECT_EQ(factor("mm/day"), 1);
  EXPECT_EQ(factor("mm d-1"), 1);
  EXPECT_EQ(factor("mm", 0.25), 4);
  EXPECT_EQ(factor("kg m-2 s-1"), 86400);
  EXPECT_EQ(factor("hPa"), 100);
  EXPECT_EQ(convert_unit("K", 1, kNone)->offset, -273.15);
  EXPECT_DOUBLE_EQ(factor("m3/s", 1, 86.4), 1);  // 86400 m3 over 86.4 km2 are 1 mm
  EXPECT_TRUE(std::isnan(factor("m3/s")));
  EXPECT_TRUE(std::isnan(factor("furlong")));
}

}  // namespace
}  // namespace freshet
