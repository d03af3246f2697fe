#include "freshet/data/state_observations.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/config/fields.hpp"
#include "support/data_dir.hpp"
#include "support/input_errors.hpp"
#include "support/temporary_folder.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;
using testing_support::input_error;
using testing_support::TemporaryFolder;

const TimeAxis kAxis{make_day(1980, 12, 29), kMinutesPerDay, 5};

class StateObservationFiles : public testing::Test {
 protected:
  std::vector<StateObservations> read(StateSource source, const std::vector<std::string>& basins, const TimeAxis& axis = kAxis) {
    return read_state_observations({{{"snowpack", std::move(source)}}}, basins, axis, 2);
  }
  TemporaryFolder folder_;
};

TEST_F(StateObservationFiles, AreLaidOnTheAxisWithIdsWithoutLeadingZerosAndHolesAsNaN) {
  // The day 1980-12-31 is absent, a cell is empty, a column is of no use, and days lie before and after the axis.
  folder_.write("swe/1013500.csv",
                "date,basin,uaz_swe\n1980-12-01,V1,99\n1980-12-29,V1,1.5\n1980-12-30,V1,\n1981-01-01,V1,4\n1981-01-02,V1,5\n"
                "1981-01-03,V1,77\n");
  folder_.write("swe/02.csv", "date,uaz_swe\n1981-01-02,3\n");
  const auto all = read({.path = folder_ / "swe", .column = "uaz_swe", .scale = 2}, {"01013500", "02", "03"});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].state, "snowpack");
  EXPECT_THAT(all[0].basins, ElementsAre("01013500", "02", "03"));
  EXPECT_THAT(all[0].values[0], ElementsAre(3, IsNan(), IsNan(), 8, 10));
  EXPECT_THAT(all[0].values[1], ElementsAre(IsNan(), IsNan(), IsNan(), IsNan(), 6));
  EXPECT_THAT(all[0].values[2], IsEmpty()) << "no file";

  const auto same = read({.path = folder_ / "swe/{basin}.csv", .column = "uaz_swe", .scale = 2}, {"01013500"});
  EXPECT_THAT(same[0].values[0], ElementsAre(3, IsNan(), IsNan(), 8, 10));
}

TEST_F(StateObservationFiles, MayBeOneTableOfAllBasins) {
  folder_.write("et.csv", "basin,date,et\n7,1980-12-29,1\n8,1980-12-29,2\n7,1980-12-31,3\n");
  const auto all = read({.path = folder_ / "et.csv", .column = "et"}, {"07", "08", "09"});
  EXPECT_THAT(all[0].values[0], ElementsAre(1, IsNan(), 3, IsNan(), IsNan()));
  EXPECT_THAT(all[0].values[1], ElementsAre(2, IsNan(), IsNan(), IsNan(), IsNan()));
  EXPECT_THAT(all[0].values[2], IsEmpty());
}

TEST_F(StateObservationFiles, WhatIsWrongIsSaidWithItsPlace) {
  folder_.write("swe/1.csv", "date,uaz_swe\n1980-12-29,1\n1980-12-29,2\n1980-13-01,3\n");
  folder_.write("swe/2.csv", "date,uaz_swe\n1980-12-29,x\n");
  folder_.write("swe/3.csv", "day,uaz_swe\n1980-12-29,1\n");
  folder_.write("swe/4.csv", "date,uaz_swe\n1980-12-29 12:00,1\n");
  folder_.write("one.csv", "basin,date,uaz_swe\n5,1980-12-29,1\n");
  const auto said = [&](const char* path, const char* column, const char* basin) {
    return input_error([&] { read({.path = folder_ / path, .column = column}, {basin}); });
  };
  EXPECT_THAT(said("nowhere", "uaz_swe", "1"), HasSubstr("no such folder or file"));
  EXPECT_THAT(said("swe", "uaz_swe", "00009"), testing::AllOf(HasSubstr("no basin has a file"), HasSubstr("swe/9.csv")));
  EXPECT_THAT(said("one.csv", "uaz_swe", "1"), HasSubstr("no basin has a row"));
  EXPECT_THAT(said("swe", "uaz_sve", "2"), HasSubstr("uaz_swe"));
  EXPECT_THAT(said("swe", "uaz_swe", "1"),
              testing::AllOf(HasSubstr("1.csv:3"), HasSubstr("two rows"), HasSubstr("1.csv:4"), HasSubstr("not a date")));
  EXPECT_THAT(said("swe", "uaz_swe", "2"), HasSubstr("2.csv:2"));
  EXPECT_THAT(said("swe", "uaz_swe", "3"), HasSubstr("date"));
  EXPECT_THAT(said("swe", "uaz_swe", "4"), HasSubstr("between two steps"));
}

TEST_F(StateObservationFiles, APartOfThemIsThatOfItsSteps) {
  folder_.write("swe/1.csv", "date,swe\n1980-12-29,1\n1980-12-30,2\n1980-12-31,3\n1981-01-01,4\n");
  const auto all = read({.path = folder_ / "swe", .column = "swe"}, {"1", "2"});
  const StateObservations part = over(all[0], kAxis, {make_day(1980, 12, 30), kMinutesPerDay, 2});
  EXPECT_THAT(part.values[0], ElementsAre(2, 3));
  EXPECT_THAT(part.values[1], IsEmpty());
  EXPECT_THROW(over(all[0], kAxis, {make_day(1980, 12, 30), kMinutesPerDay, 5}), InternalError);
}

StateObservationOptions options_of(const std::string& yaml, std::vector<Problem>& problems) {
  ConfigSource source = ConfigSource::from_text(yaml, "config.yml");
  StateObservationOptions options;
  source.read(state_observation_fields(), options, problems);
  return options;
}

TEST(StateObservationKey, IsReadAndWrittenBack) {
  std::vector<Problem> problems;
  auto options = options_of(
      "state_observations: {snowpack: {path: swe, column: a}, x + y: {path: /b.csv, column: b, scale: 1000}}", problems);
  EXPECT_THAT(problems, IsEmpty());
  anchor_paths(options, "/data/run");
  EXPECT_EQ(options.state_observations.at("snowpack").path, "/data/run/swe");
  YAML::Node map;
  write_fields(state_observation_fields(), options, map);
  const auto again = options_of(YAML::Dump(map), problems);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(again.state_observations.at("x + y").scale, 1000);
  EXPECT_EQ(again.state_observations.at("x + y").path, "/b.csv");
  EXPECT_EQ(again.state_observations.at("snowpack").column, "a");
  EXPECT_THAT(options_of("state_observations:", problems).state_observations, IsEmpty());
}

TEST(StateObservationKey, ASourceMustBeComplete) {
  for (const char* source : {"swe", "{path: swe}", "{column: a}", "{path: swe, column: a, sclae: 2}",
                             "{path: swe, column: a, scale: 0}", "{path: swe, column: a, scale: x}"}) {
    std::vector<Problem> problems;
    options_of(std::string("state_observations: {snowpack: ") + source + "}", problems);
    ASSERT_EQ(problems.size(), 1u) << source;
    EXPECT_EQ(problems[0].line, 1u);
  }
}

TEST(StateObservationKey, NamesWhatTheModelHas) {
  EXPECT_THAT(state_terms(" snowpack +  meltwater"), ElementsAre("snowpack", "meltwater"));
  const std::vector<NamedUnit> known = {{"snowpack", "mm"}, {"meltwater", "mm"}, {"melt", "mm/day"}};
  const auto check = [&](const char* key, const std::vector<NamedUnit>& names) {
    check_state_names({{{key, {.path = "p", .column = "c"}}}}, names, "hbv");
  };
  EXPECT_NO_THROW(check("snowpack", known));
  EXPECT_NO_THROW(check("snowpack + meltwater", known));
  EXPECT_THAT(input_error([&] { check("snowpak", known); }),
              testing::AllOf(HasSubstr("`hbv`"), HasSubstr("Did you mean `snowpack`?"), HasSubstr("meltwater")));
  EXPECT_THAT(input_error([&] { check("snowpack + melt", known); }), HasSubstr("different units"));
  EXPECT_THAT(input_error([&] { check("snowpack", {}); }), HasSubstr("none that could be compared"));
}

TEST(StateObservationData, UniversityOfArizonaSnowOfARealBasin) {
  FRESHET_REQUIRE_DATA_DIR(data);
  const TimeAxis axis{make_day(1980, 12, 30), kMinutesPerDay, 365 * 3};
  const auto all = read_state_observations({{{"snowpack", {.path = data / "camels_us_swe/basin_swe", .column = "uaz_swe"}}}},
                                           {"07083000", "01013500"}, axis, 1);
  const std::vector<float>& swe = all[0].values[0];
  const auto on = [&](int year, int month, int day) {
    return swe[static_cast<std::size_t>(*axis.index_of(make_day(year, month, day)))];
  };
  EXPECT_TRUE(std::isnan(on(1980, 12, 31)));
  EXPECT_TRUE(std::isnan(on(1981, 9, 30)));
  EXPECT_EQ(on(1981, 10, 1), 0.0F);
  EXPECT_GT(on(1982, 4, 1), 100.0F);
  EXPECT_THAT(all[0].values[1], IsEmpty());
}

}  // namespace
}  // namespace freshet
