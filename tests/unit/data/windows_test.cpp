#include "freshet/data/windows.hpp"

#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/data/batch.hpp"
#include "unit/data/prepared_testing.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::MadeUpData;

const float kNaN = std::nanf("");

/// How often each (basin, day) is a target.
std::map<std::pair<std::int32_t, std::int32_t>, int> target_counts(const WindowPlan& plan) {
  std::map<std::pair<std::int32_t, std::int32_t>, int> counts;
  for (const Window& window : plan.windows) {
    for (std::int32_t t = 0; t < window.count; ++t) ++counts[{window.basin, window.first + t}];
  }
  return counts;
}

TEST(Windows, EachDayOfThePeriodsIsATargetOnceInEveryEpoch) {
  MadeUpData made({.basins = 3, .days = 100});
  const WindowPlanner planner(made.data, {MadeUpData::days(10, 57), MadeUpData::days(60, 61), MadeUpData::days(70, 90)},
                              {.seq_length = 15, .predict_last_n = 7});
  std::set<std::int32_t> first_tiles;
  for (std::int64_t epoch = 0; epoch <= 40; ++epoch) {
    const WindowPlan plan = epoch == 0 ? planner.plan() : planner.shuffled(5, epoch);
    const auto counts = target_counts(plan);
    EXPECT_THAT(counts, SizeIs(3 * (47 + 1 + 20))) << "epoch " << epoch;
    for (const auto& [place, count] : counts) ASSERT_EQ(count, 1) << "day " << place.second;
    for (const Window& window : plan.windows) {
      ASSERT_LE(window.count, 7);
      if (window.first == 10) first_tiles.insert(window.count);
    }
  }
  EXPECT_THAT(first_tiles, SizeIs(7)) << "the tiles move by every phase";
}

TEST(Windows, ThePlanWithoutPhaseTilesFromTheFirstDay) {
  MadeUpData made({.basins = 1, .days = 30});
  const WindowPlanner planner(made.data, {MadeUpData::days(10, 21)}, {.seq_length = 8, .predict_last_n = 4});
  EXPECT_THAT(planner.plan().windows, ElementsAre(Window{0, 10, 4}, Window{0, 14, 4}, Window{0, 18, 3}));
}

TEST(Windows, SequenceToOneStepsByOneDay) {
  MadeUpData made({.basins = 1, .days = 30});
  const WindowPlanner planner(made.data, {MadeUpData::days(20, 23)}, {.seq_length = 10, .predict_last_n = 1});
  const std::vector<Window> days = {{0, 20, 1}, {0, 21, 1}, {0, 22, 1}};
  EXPECT_EQ(planner.plan().windows, days);
  EXPECT_THAT(planner.shuffled(1, 1).windows, testing::UnorderedElementsAreArray(days));
}

TEST(Windows, ShuffledIsAFunctionOfSeedAndEpoch) {
  MadeUpData made({.basins = 4, .days = 100});
  const std::vector<Period> periods = {MadeUpData::days(10, 90)};
  for (const std::int64_t last_n : {1, 5}) {  // with 1 there is no phase, only an order
    const WindowOptions options{.seq_length = 10, .predict_last_n = last_n};
    const WindowPlanner planner(made.data, periods, options);
    const auto first = planner.shuffled(3, 2).windows;
    planner.shuffled(3, 3);
    EXPECT_EQ(planner.shuffled(3, 2).windows, first);
    EXPECT_EQ(WindowPlanner(made.data, periods, options).shuffled(3, 2).windows, first);
    EXPECT_NE(planner.shuffled(3, 3).windows, first);
    EXPECT_NE(planner.shuffled(4, 2).windows, first);
  }
}

TEST(Windows, LossesOfTheRecordsEndsAreCountedByCause) {
  MadeUpData made({.basins = 1, .days = 30});
  // Five days before the record, the first six in the warm-up, ten that can be used.
  const WindowPlan early = WindowPlanner(made.data, {MadeUpData::days(-5, 16)}, {.seq_length = 10, .predict_last_n = 4}).plan();
  EXPECT_EQ(early.losses.days_outside_record, 5);
  EXPECT_EQ(early.losses.days_without_history, 6);
  EXPECT_THAT(target_counts(early), SizeIs(10));

  const WindowPlan late = WindowPlanner(made.data, {MadeUpData::days(25, 40)}, {.seq_length = 10, .predict_last_n = 4}).plan();
  EXPECT_EQ(late.losses.days_outside_record, 10);
  EXPECT_EQ(late.losses.days_without_history, 0);
  EXPECT_THAT(late.windows, ElementsAre(Window{0, 25, 4}, Window{0, 29, 1}));

  const WindowPlan beside =
      WindowPlanner(made.data, {MadeUpData::days(-9, -3), MadeUpData::days(50, 55)}, {.seq_length = 5, .predict_last_n = 2})
          .plan();
  EXPECT_EQ(beside.losses.days_outside_record, 11);
  EXPECT_EQ(beside.losses.days_without_history, 0);
  EXPECT_THAT(beside.windows, IsEmpty());

  const WindowPlan short_record =
      WindowPlanner(made.data, {MadeUpData::days(0, 30)}, {.seq_length = 50, .predict_last_n = 2}).plan();
  EXPECT_EQ(short_record.losses.days_without_history, 30);
  EXPECT_THAT(short_record.windows, IsEmpty());
}

TEST(Windows, AMissingInputDropsTheWindowsThatSeeItUnlessItIsReplaced) {
  MadeUpData made({.basins = 1, .days = 40});
  made.input(0, 17, 1) = kNaN;
  // Tiles of four with a warm-up of six: the gap is in the warm-up of those from 18 and 22, and a target of that from 14.
  WindowOptions options{.seq_length = 10, .predict_last_n = 4};
  const WindowPlan dropped = WindowPlanner(made.data, {MadeUpData::days(10, 30)}, options).plan();
  EXPECT_THAT(dropped.windows, ElementsAre(Window{0, 10, 4}, Window{0, 26, 4}));
  EXPECT_EQ(dropped.losses.windows_missing_input, 3);
  EXPECT_EQ(dropped.losses.windows_without_target, 0);

  options.drop_missing_input = false;
  const WindowPlan kept = WindowPlanner(made.data, {MadeUpData::days(10, 30)}, options).plan();
  EXPECT_THAT(kept.windows, SizeIs(5));
  EXPECT_EQ(kept.losses.windows_missing_input, 0);
}

TEST(Windows, DaysWithoutAnyTargetAreMaskedAndWindowsOfThemDropped) {
  MadeUpData made({.basins = 1, .days = 40, .targets = 2});
  for (std::int64_t day = 14; day < 18; ++day) made.target(0, day, 0) = made.target(0, day, 1) = kNaN;
  made.target(0, 20, 0) = made.target(0, 20, 1) = kNaN;
  made.target(0, 21, 0) = kNaN;  // the other target is there
  const WindowPlan plan = WindowPlanner(made.data, {MadeUpData::days(10, 30)}, {.seq_length = 10, .predict_last_n = 4}).plan();
  EXPECT_THAT(plan.windows, SizeIs(4));
  EXPECT_EQ(plan.losses.windows_without_target, 1);
  EXPECT_EQ(plan.losses.days_missing_target, 1);
}

TEST(Batch, EqualsSlowDirectIndexing) {
  MadeUpData made({.basins = 3, .days = 50, .inputs = 2, .statics = 3, .targets = 2});
  made.target(1, 21, 1) = kNaN;
  made.input(2, 30, 0) = kNaN;
  const WindowOptions options{.seq_length = 9, .predict_last_n = 4};
  const std::vector<Window> windows = {{2, 30, 4}, {0, 5, 2}, {1, 20, 4}, {1, 46, 4}};
  const Batch batch = gather(made.data, windows, options);
  ASSERT_EQ(batch.steps, 9);
  ASSERT_EQ(batch.rows, 4);
  ASSERT_EQ(batch.targets_per_row, 4);
  std::int64_t observed = 0;
  const auto same = [](float a, float b) { return (std::isnan(a) && std::isnan(b)) || a == b; };
  for (std::int64_t row = 0; row < 4; ++row) {
    const Window window = windows[row];
    for (std::int64_t t = 0; t < 9; ++t) {
      const bool padding = t >= 5 + window.count;
      for (std::int64_t k = 0; k < 2; ++k) {
        const float expected = padding ? 0.0f : made.input(window.basin, window.first - 5 + t, k);
        ASSERT_TRUE(same(batch.inputs[(t * 4 + row) * 2 + k], expected)) << "row " << row << ", step " << t;
        if (t < 5) continue;
        const float target = padding ? kNaN : made.target(window.basin, window.first - 5 + t, k);
        ASSERT_TRUE(same(batch.targets[((t - 5) * 4 + row) * 2 + k], target)) << "row " << row << ", step " << t;
        observed += std::isnan(target) ? 0 : 1;
      }
    }
    const PreparedBasin& basin = made.data.basins[window.basin];
    for (std::int64_t k = 0; k < 3; ++k) EXPECT_EQ(batch.statics[row * 3 + k], basin.statics[k]);
    for (std::int64_t k = 0; k < 2; ++k) {
      EXPECT_EQ(batch.target_mean[row * 2 + k], basin.target_mean[k]);
      EXPECT_EQ(batch.target_std[row * 2 + k], basin.target_std[k]);
    }
  }
  EXPECT_EQ(batch.observed, observed);
  EXPECT_EQ(observed, 2 * (4 + 2 + 4 + 4) - 1);
}

TEST(Batch, SamplesMayBeScaledEachByItself) {
  MadeUpData made({.basins = 2, .days = 50, .inputs = 2});
  made.target(0, 22) = kNaN;
  made.data.basins[1].target_scaling = {{3, 2}};
  const std::vector<Window> windows = {{0, 20, 6}, {1, 30, 6}};
  const WindowOptions plain{.seq_length = 10, .predict_last_n = 6};
  WindowOptions scaled = plain;
  scaled.scaling = {.inputs = true, .targets = true};
  const Batch before = gather(made.data, windows, plain), after = gather(made.data, windows, scaled);
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t v = 0; v < 2; ++v) {
      double sum = 0, squares = 0;
      for (std::size_t t = 0; t < 10; ++t) {
        const double value = after.inputs[(t * 2 + row) * 2 + v];
        sum += value / 10;
        squares += value * value / 10;
      }
      EXPECT_NEAR(sum, 0, 1e-6);
      EXPECT_NEAR(squares, 1, 1e-5);
    }
    for (std::size_t t = 0; t < 6; ++t) {
      const std::size_t at = t * 2 + row;  // the discharge that a target stands for is the same
      EXPECT_EQ(std::isnan(before.targets[at]), std::isnan(after.targets[at]));
      if (std::isnan(after.targets[at])) continue;
      EXPECT_NEAR(after.targets[at] * after.target_scale[row] + after.target_center[row],
                  before.targets[at] * before.target_scale[row] + before.target_center[row], 1e-5);
    }
  }
  // The warm-up counts too: the first basin's mean is that of nine days from the sixteenth to the twenty-fifth.
  double sum = 0;
  for (std::int64_t day = 16; day < 26; ++day) sum += day == 22 ? 0 : made.target(0, day);
  EXPECT_NEAR(after.target_center[0], sum / 9, 1e-5);
  scaled.scaling = {.inputs = true};
  EXPECT_EQ(gather(made.data, windows, scaled).inputs, after.inputs);
  EXPECT_EQ(gather(made.data, windows, scaled).target_scale, before.target_scale);
}

}  // namespace
}  // namespace freshet
