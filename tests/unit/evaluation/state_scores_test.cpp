#include "freshet/evaluation/state_scores.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNan;

const float kNaN = std::nanf("");

/// Three basins, four days, the states a and b.
PredictionSet small_set() {
  PredictionSet set{.axis = {make_day(2001, 1, 1), kMinutesPerDay, 4}, .targets = {"q"}, .units = {"mm/day"}};
  set.states = {{.name = "a", .unit = "mm"}, {.name = "b", .unit = "mm"}};
  const auto add = [&set](const char* id, std::vector<float> a, std::vector<float> b) {
    set.basins.push_back({.basin = id, .observed = {{}}, .simulated = {{1, 1, 1, 1}}, .states = {std::move(a), std::move(b)}});
  };
  add("1", {1, 2, 3, 4}, {0, 1, 0, 1});
  add("2", {4, 3, 2, 1}, {1, 1, 1, 1});
  add("3", {5, 5, 5, 5}, {0, 0, 0, 0});
  return set;
}

StateObservations observations(const std::string& state) {
  return {.state = state, .source = "x", .basins = {"2", "1", "3"}, .values = {{8, 6, 4, kNaN}, {2, 3, 4, 9}, {}}};
}

TEST(StateScores, AreOfTheBasinsAndDaysWithBothValues) {
  PredictionSet set = small_set();
  attach_observations(set, {observations("a")});
  const auto evaluations = score_states(set, 2);
  ASSERT_EQ(evaluations.size(), 1u);
  const StateEvaluation& a = evaluations[0];
  EXPECT_EQ(a.state.name, "a");
  EXPECT_EQ(a.without, 1u);
  EXPECT_THAT(a.scores.basins, ElementsAre("1", "2"));
  EXPECT_THAT(a.scores.metrics, ElementsAre("days", "mean_observed", "mean_simulated", "bias", "pearson_r", "spearman_r"));
  EXPECT_THAT(a.scores.column("days"), ElementsAre(4, 3));
  EXPECT_THAT(a.scores.column("mean_observed"), ElementsAre(4.5, 6));
  EXPECT_THAT(a.scores.column("mean_simulated"), ElementsAre(2.5, 3));
  EXPECT_THAT(a.scores.column("bias"), ElementsAre(-2, -3));
  // Basin 1: deviations (-1.5, -.5, .5, 1.5) and (-2.5, -1.5, -.5, 4.5): 11 / sqrt(5 * 29).
  EXPECT_NEAR(a.scores.column("pearson_r")[0], 11 / std::sqrt(145.0), 1e-12);
  EXPECT_DOUBLE_EQ(a.scores.column("spearman_r")[0], 1);
  EXPECT_DOUBLE_EQ(a.scores.column("pearson_r")[1], 1);
}

TEST(StateScores, TheMeanSeriesIsOfTheDaysThatAllComparedBasinsHave) {
  PredictionSet set = small_set();
  attach_observations(set, {observations("a")});
  const StateEvaluation a = score_states(set, 1)[0];
  EXPECT_THAT(a.mean_observed, ElementsAre(5, 4.5F, 4, IsNan()));
  EXPECT_THAT(a.mean_simulated, ElementsAre(2.5F, 2.5F, 2.5F, IsNan()));
  EXPECT_EQ(a.mean_days, 3u);
  EXPECT_TRUE(std::isnan(a.mean_pearson_r)) << "the simulated mean is constant";

  set.basins[0].states[0] = {0, 2, 8, 4};
  const StateEvaluation b = score_states(set, 1)[0];
  EXPECT_THAT(b.mean_simulated, ElementsAre(2, 2.5F, 5, IsNan()));
  // Deviations (.5, 0, -.5) and (-7/6, -4/6, 11/6): -1.5 / sqrt(.5 * 186/36).
  EXPECT_NEAR(b.mean_pearson_r, -1.5 / std::sqrt(0.5 * 186 / 36), 1e-6);
}

TEST(StateScores, ASumOfStatesIsAStateOfItsOwn) {
  PredictionSet set = small_set();
  attach_observations(set, {observations("a + b"), observations("b")});
  ASSERT_EQ(set.states.size(), 3u);
  EXPECT_EQ(set.states[2].name, "a + b");
  EXPECT_EQ(set.states[2].unit, "mm");
  EXPECT_FALSE(set.states[0].compared);
  EXPECT_THAT(set.basins[0].states[2], ElementsAre(1, 3, 3, 5));
  EXPECT_EQ(set.basins[0].observed_states.size(), 3u);
  EXPECT_EQ(score_states(set, 1).size(), 2u);
}

TEST(StateScores, BasinsWithoutAnyObservationInThePeriodAreCountedAlone) {
  PredictionSet set = small_set();
  StateObservations late = observations("a");
  late.values = {{kNaN, kNaN, kNaN, kNaN}, {}, {}};
  attach_observations(set, {late});
  const StateEvaluation a = score_states(set, 1)[0];
  EXPECT_EQ(a.without, 3u);
  EXPECT_THAT(a.scores.basins, IsEmpty());
  EXPECT_EQ(a.mean_days, 0u);
  EXPECT_TRUE(std::isnan(a.mean_pearson_r));
}

TEST(StateScores, SnowHasYears) {
  EXPECT_TRUE(is_snow("snowpack + meltwater"));
  EXPECT_TRUE(is_snow("swe"));
  EXPECT_FALSE(is_snow("soil_moisture"));
  PredictionSet set{.axis = {make_day(2000, 10, 1), kMinutesPerDay, 365}};
  set.states = {{.name = "snowpack", .unit = "mm"}};
  std::vector<float> snow(365, 0.0F), late(365, 0.0F);
  for (std::size_t t = 50; t < 100; ++t) snow[t] = 100, late[t + 7] = 80;
  set.basins.push_back({.basin = "1", .states = {late}});
  attach_observations(set, {{.state = "snowpack", .source = "x", .basins = {"1"}, .values = {snow}}});
  const ScoreTable scores = score_states(set, 1)[0].scores;
  EXPECT_THAT(scores.column("water_years"), ElementsAre(1));
  EXPECT_THAT(scores.column("years_kept"), ElementsAre(0));
  EXPECT_FLOAT_EQ(static_cast<float>(scores.column("peak_ratio")[0]), 0.8F);
  EXPECT_THAT(scores.column("peak_days"), ElementsAre(7));
  EXPECT_THAT(scores.column("melt_out_days"), ElementsAre(7));
}

TEST(StateScores, WithoutObservationsThereIsNothing) {
  EXPECT_THAT(score_states(small_set(), 1), IsEmpty());
}

}  // namespace
}  // namespace freshet
