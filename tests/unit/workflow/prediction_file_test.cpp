#include "freshet/workflow/prediction_file.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNan;

TEST(PredictionFile, StatesComeBackAsTheyWere) {
  const testing_support::TemporaryFolder folder;
  PredictionSet set{.axis = {make_day(2001, 1, 1), kMinutesPerDay, 3}, .targets = {"q"}, .units = {"mm/day"}};
  set.states = {{.name = "snowpack", .unit = "mm"}, {.name = "snowpack + meltwater", .unit = "mm", .compared = true}};
  set.basins.push_back({.basin = "a",
                        .observed = {{1, 2, 3}},
                        .simulated = {{1, 2, 4}},
                        .states = {{5, 6, 7}, {8, 9, 10}},
                        .observed_states = {{}, {4, std::nanf(""), 6}}});
  set.basins.push_back(
      {.basin = "b", .observed = {{}}, .simulated = {{1, 2, 4}}, .states = {{1, 1, 1}, {2, 2, 2}}, .observed_states = {{}, {}}});
  write_predictions(folder / "predictions.nc", set);
  const PredictionSet got = read_predictions(folder / "predictions.nc");
  EXPECT_THAT(got.targets, ElementsAre("q")) << "a state is no target";
  // Their order in the file is that of names.
  ASSERT_EQ(got.states.size(), 2u);
  EXPECT_EQ(got.states[1].name, "snowpack");
  EXPECT_FALSE(got.states[1].compared);
  EXPECT_EQ(got.states[0].name, "snowpack + meltwater");
  EXPECT_EQ(got.states[0].unit, "mm");
  EXPECT_TRUE(got.states[0].compared);
  EXPECT_THAT(got.basins[0].states[1], ElementsAre(5, 6, 7));
  EXPECT_THAT(got.basins[0].states[0], ElementsAre(8, 9, 10));
  EXPECT_THAT(got.basins[0].observed_states[1], IsEmpty());
  EXPECT_THAT(got.basins[0].observed_states[0], ElementsAre(4, IsNan(), 6));
  EXPECT_THAT(got.basins[1].observed_states[0], ElementsAre(IsNan(), IsNan(), IsNan()));
  EXPECT_THAT(got.basins[1].states[0], ElementsAre(2, 2, 2));
}

TEST(PredictionFile, PrecipitationKeepsItsUnit) {
  const testing_support::TemporaryFolder folder;
  PredictionSet set{.axis = {make_day(2001, 1, 1), kMinutesPerDay, 2}, .targets = {"q"}, .units = {"mm/day"}};
  set.basins.push_back({.basin = "a", .observed = {{1, 2}}, .simulated = {{1, 2}}, .precipitation = {3, 0}});
  for (const char* unit : {"mm/day", "inches"}) {
    set.precipitation_unit = unit;
    write_predictions(folder / "predictions.nc", set);
    const PredictionSet got = read_predictions(folder / "predictions.nc");
    EXPECT_EQ(got.precipitation_unit, unit);
    EXPECT_THAT(got.basins[0].precipitation, ElementsAre(3, 0));
  }
}

}  // namespace
}  // namespace freshet
