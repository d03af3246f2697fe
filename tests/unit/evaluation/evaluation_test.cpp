#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/evaluation/baselines.hpp"
#include "freshet/evaluation/prediction_set.hpp"
#include "freshet/metrics/registry.hpp"

namespace freshet {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNan;

const float kNaN = std::nanf("");

TEST(Persistence, IsYesterdaysObservation) {
  const std::vector<float> observed = {1, 2, kNaN, 4, 5};
  EXPECT_THAT(persistence(observed), ElementsAre(IsNan(), 1, 2, IsNan(), 4));
  EXPECT_THAT(persistence({}), IsEmpty());
}

/// Discharge that is the day of the month in March and missing in all other months, each year the year's number more.
std::vector<float> march_flow(const TimeAxis& axis) {
  std::vector<float> flow;
  for (std::int64_t t = 0; t < axis.size; ++t) {
    const CalendarDay day = calendar_day(axis.at(t));
    flow.push_back(day.month == 3 ? static_cast<float>(day.day + day.year - 2001) : kNaN);
  }
  return flow;
}

TEST(Climatology, IsTheMeanOfTheTrainingDaysWithinAWeek) {
  const TimeAxis axis{make_day(2001, 1, 1), kMinutesPerDay, 3 * 365};
  const std::vector<Period> training = {{make_day(2001, 1, 1), make_day(2001, 12, 31)},
                                        {make_day(2003, 1, 1), make_day(2003, 12, 31)}};
  const TimeAxis wanted{make_day(2010, 2, 20), kMinutesPerDay, 60};
  const auto flow = climatology(axis, march_flow(axis), training, wanted);
  ASSERT_EQ(flow.size(), 60u);
  const auto on = [&](int month, int day) {
    return flow[static_cast<std::size_t>(*wanted.index_of(make_day(2010, month, day)))];
  };
  // 2001 gives the day of the month, 2003 two more; 2002 is no training year.
  EXPECT_FLOAT_EQ(on(3, 15), 16);
  EXPECT_FLOAT_EQ(on(3, 31), 28 + 0.5f) << "the days 24 to 31";
  EXPECT_FLOAT_EQ(on(2, 22), 2) << "the first of March is seven days away";
  EXPECT_TRUE(std::isnan(on(2, 21)));
  EXPECT_FLOAT_EQ(on(4, 7), 32);
  EXPECT_TRUE(std::isnan(on(4, 8)));
}

TEST(Climatology, TheTurnOfTheYearIsNoEdge) {
  const TimeAxis axis{make_day(2001, 1, 1), kMinutesPerDay, 365};
  std::vector<float> flow(365, kNaN);
  flow[1] = 7;  // 2 January
  const auto season =
      climatology(axis, flow, {{make_day(2001, 1, 1), make_day(2001, 12, 31)}}, {make_day(2010, 12, 26), kMinutesPerDay, 4});
  // Day 366 stands between 31 December and 1 January in every year.
  EXPECT_THAT(season, ElementsAre(IsNan(), 7, 7, 7));
}

TEST(Climatology, WithoutTrainingObservationsThereIsNone) {
  const TimeAxis axis{make_day(2001, 1, 1), kMinutesPerDay, 30};
  const std::vector<float> flow(30, 1.0f);
  EXPECT_THAT(climatology(axis, flow, {{make_day(2005, 1, 1), make_day(2006, 1, 1)}}, axis), Each(IsNan()));
  EXPECT_THAT(climatology(axis, {}, {{make_day(2001, 1, 1), make_day(2006, 1, 1)}}, axis), Each(IsNan()));
}

TEST(ScoreTable, HoldsEveryMetricOfEveryBasinForAnyThreads) {
  PredictionSet set{.axis = {make_day(2001, 1, 1), kMinutesPerDay, 4}, .targets = {"q", "swe"}, .units = {"mm/day", "mm"}};
  set.basins.push_back({.basin = "a", .observed = {{0, 0, 0, 0}, {1, 2, 3, 6}}, .simulated = {{0, 0, 0, 0}, {1, 2, 4, 5}}});
  set.basins.push_back({.basin = "b", .observed = {{}, {}}, .simulated = {{1, 2, 3, 4}, {1, 2, 3, 4}}});
  const ScoreTable table = score(set, 1, 2);
  EXPECT_THAT(table.basins, ElementsAre("a", "b"));
  EXPECT_EQ(table.metrics, metric_names());
  // Squared errors 0 0 1 1; observations 1 2 3 6 have squared deviations 4 1 0 9 from 3.
  EXPECT_DOUBLE_EQ(table.column("nse")[0], 1 - 2.0 / 14);
  EXPECT_THAT(table.values[1], Each(IsNan())) << "nothing was observed";
  for (const std::vector<double>& row : table.values) EXPECT_EQ(row.size(), metric_names().size());
  EXPECT_EQ(score(set, 1, 1).values[0][0], table.values[0][0]);
  EXPECT_THROW(table.column("no metric"), InternalError);
}

}  // namespace
}  // namespace freshet
