#include "freshet/evaluation/joined.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/input_errors.hpp"

namespace freshet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;
using testing::Pair;
using testing::SizeIs;
using testing_support::input_error;

const float kNaN = std::nanf("");

PredictionSet set_of(int first_day, const std::string& basin, std::vector<float> simulated, std::vector<float> observed) {
  return {.axis = {make_day(2000, 1, first_day), kMinutesPerDay, static_cast<std::int64_t>(simulated.size())},
          .targets = {"q"},
          .units = {"mm/day"},
          .basins = {{.basin = basin,
                      .gauge = {.name = "at " + basin},
                      .observed = {std::move(observed)},
                      .simulated = {std::move(simulated)},
                      .precipitation = {}}},
          .notes = {{"mode", "stateful"}, {"run", basin}}};
}

TEST(JoinPredictions, PutsBasinsSideBySideOnAnAxisThatHoldsAllDays) {
  const PredictionSet joined = join_predictions({set_of(3, "b", {1, 2}, {3, kNaN}), set_of(1, "a", {5, kNaN, 7}, {8, 9, 10})});
  EXPECT_EQ(joined.axis.first, make_day(2000, 1, 1));
  EXPECT_EQ(joined.axis.size, 4);
  ASSERT_THAT(joined.basins, SizeIs(2));
  EXPECT_EQ(joined.basins[0].basin, "a");
  EXPECT_EQ(joined.basins[0].gauge.name, "at a");
  EXPECT_THAT(joined.basins[0].simulated[0], ElementsAre(5, IsNan(), 7, IsNan()));
  EXPECT_THAT(joined.basins[0].observed[0], ElementsAre(8, 9, 10, IsNan()));
  EXPECT_THAT(joined.basins[1].simulated[0], ElementsAre(IsNan(), IsNan(), 1, 2));
  EXPECT_THAT(joined.basins[1].observed[0], ElementsAre(IsNan(), IsNan(), 3, IsNan()));
  EXPECT_THAT(joined.notes, ElementsAre(Pair("mode", "stateful"))) << "only what all say alike";
}

TEST(JoinPredictions, PutsDaysOfABasinBehindEachOther) {
  const PredictionSet joined = join_predictions({set_of(3, "a", {3, 4}, {30, 40}), set_of(1, "a", {1, 2}, {10, 20})});
  ASSERT_THAT(joined.basins, SizeIs(1));
  EXPECT_THAT(joined.basins[0].simulated[0], ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(joined.basins[0].observed[0], ElementsAre(10, 20, 30, 40));
}

TEST(JoinPredictions, KeepsTheStatesThatAllHave) {
  PredictionSet one = set_of(1, "a", {1, 2}, {1, 2}), two = set_of(2, "b", {3}, {2});
  one.states = {{.name = "snowpack", .unit = "mm"}, {.name = "bucket", .unit = "mm"}};
  one.basins[0].states = {{10, 20}, {1, 1}};
  two.states = {{.name = "snowpack", .unit = "mm", .compared = true}};
  two.basins[0].states = {{30}};
  two.basins[0].observed_states = {{31}};
  const PredictionSet joined = join_predictions({one, two});
  ASSERT_THAT(joined.states, SizeIs(1));
  EXPECT_EQ(joined.states[0].name, "snowpack");
  EXPECT_TRUE(joined.states[0].compared);
  EXPECT_THAT(joined.basins[0].states[0], ElementsAre(10, 20));
  EXPECT_THAT(joined.basins[0].observed_states[0], SizeIs(0));
  EXPECT_THAT(joined.basins[1].states[0], ElementsAre(IsNan(), 30));
  EXPECT_THAT(joined.basins[1].observed_states[0], ElementsAre(IsNan(), 31));
}

TEST(JoinPredictions, ADayPredictedTwiceIsRefused) {
  EXPECT_THAT(input_error([] {
                join_predictions({set_of(1, "a", {1, 2}, {1, 2}), set_of(2, "a", {3}, {2})});
              }),
              AllOf(HasSubstr("predicted twice"), HasSubstr("basin a"), HasSubstr("2000-01-02")));
}

TEST(JoinPredictions, OtherTargetsUnitsAndStepsAreRefused) {
  PredictionSet other = set_of(1, "b", {1}, {1});
  other.targets = {"swe"};
  EXPECT_THAT(input_error([&] { join_predictions({set_of(1, "a", {1}, {1}), other}); }), HasSubstr("different targets"));
  other = set_of(1, "b", {1}, {1});
  other.precipitation_unit = "inches";
  EXPECT_EQ(join_predictions({other}).precipitation_unit, "inches");
  EXPECT_THAT(input_error([&] { join_predictions({set_of(1, "a", {1}, {1}), other}); }), HasSubstr("different"));
  other = set_of(1, "b", {1}, {1});
  other.axis.step_minutes = 60;
  EXPECT_THAT(input_error([&] { join_predictions({set_of(1, "a", {1}, {1}), other}); }), HasSubstr("different time steps"));
  other = set_of(1, "b", {1}, {1});
  other.axis.first.minutes += 360;
  EXPECT_THAT(input_error([&] { join_predictions({set_of(1, "a", {1}, {1}), other}); }), HasSubstr("different time steps"));
}

}  // namespace
}  // namespace freshet
