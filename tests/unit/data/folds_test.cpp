#include "freshet/data/folds.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/rng.hpp"
#include "support/input_errors.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::input_error;
using testing_support::problem_of;

std::vector<std::string> ids(std::size_t count) {
  std::vector<std::string> basins;
  for (std::size_t i = 0; i < count; ++i) basins.push_back(fmt::format("{:08}", 1013500 + 7 * i));
  return basins;
}

Period days(int year, int month, int day, int to_year, int to_month, int to_day) {
  return period_through(make_day(year, month, day), make_day(to_year, to_month, to_day));
}

std::int64_t minutes_in(const std::vector<Period>& periods) {
  std::int64_t sum = 0;
  for (const Period& period : periods) sum += period.last.minutes - period.first.minutes + 1;
  return sum;
}

TEST(RandomGroups, HoldEachBasinOnceInSizesThatDifferByOneAtMost) {
  for (const std::size_t count : {2u, 5u, 17u, 531u}) {
    for (const std::int64_t groups : {2, 3, 5, 12}) {
      if (groups > static_cast<std::int64_t>(count)) continue;
      const auto basins = ids(count);
      const auto result = random_groups(basins, groups, 4);
      ASSERT_THAT(result, SizeIs(static_cast<std::size_t>(groups)));
      std::vector<std::string> all;
      std::size_t least = count, most = 0;
      for (const auto& group : result) {
        EXPECT_TRUE(std::ranges::is_sorted(group));
        all.insert(all.end(), group.begin(), group.end());
        least = std::min(least, group.size());
        most = std::max(most, group.size());
      }
      std::ranges::sort(all);
      EXPECT_EQ(all, basins);
      EXPECT_LE(most - least, 1u);
      EXPECT_GE(least, 1u);
    }
  }
}

TEST(RandomGroups, AreAFunctionOfTheSetOfBasinsAndTheSeed) {
  auto basins = ids(40);
  const auto first = random_groups(basins, 5, 1);
  std::ranges::reverse(basins);
  std::swap(basins[3], basins[30]);
  EXPECT_EQ(random_groups(basins, 5, 1), first);
  EXPECT_NE(random_groups(basins, 5, 2), first);
}

TEST(RandomGroups, PutTwoBasinsTogetherAsOftenAsChanceWould) {
  int together = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    for (const auto& group : random_groups(ids(10), 5, seed)) {
      together +=
          static_cast<int>(std::ranges::binary_search(group, ids(10)[0]) && std::ranges::binary_search(group, ids(10)[9]));
    }
  }
  EXPECT_NEAR(together / 2000.0, 1.0 / 9, 0.03);
}

TEST(RandomGroups, MoreGroupsThanBasinsAreRefused) {
  EXPECT_THAT(input_error([] { random_groups(ids(4), 5, 0); }), HasSubstr("`folds` of at most 4, got 5"));
}

const std::map<std::string, std::string> kRegions = {{"a", "10"}, {"b", "2"},  {"c", "10"},
                                                     {"d", "2"},  {"e", "10"}, {"f", "Alps"}};

TEST(RegionGroups, HoldEachRegionTogetherInTheOrderOfNumbersThenTexts) {
  const auto groups = region_groups(kRegions, 0);
  ASSERT_THAT(groups, SizeIs(3));
  EXPECT_THAT(groups[0].regions, ElementsAre("2"));
  EXPECT_THAT(groups[0].basins, ElementsAre("b", "d"));
  EXPECT_THAT(groups[1].regions, ElementsAre("10"));
  EXPECT_THAT(groups[1].basins, ElementsAre("a", "c", "e"));
  EXPECT_THAT(groups[2].regions, ElementsAre("Alps"));
}

TEST(RegionGroups, PutWholeRegionsTogetherIntoGroupsOfLikeSize) {
  const auto groups = region_groups(kRegions, 2);
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(groups[0].regions, ElementsAre("2", "Alps"));
  EXPECT_THAT(groups[0].basins, ElementsAre("b", "d", "f"));
  EXPECT_THAT(groups[1].basins, ElementsAre("a", "c", "e"));
}

TEST(RegionGroups, RefuseWhatLeavesAFoldEmpty) {
  EXPECT_THAT(input_error([] { region_groups(kRegions, 4); }), HasSubstr("at most 3, got 4"));
  EXPECT_THAT(input_error([] { region_groups({{"a", "1"}, {"b", "1"}}, 0); }), HasSubstr("all basins are in one region"));
  EXPECT_THAT(input_error([] { region_groups({}, 0); }), HasSubstr("no basin"));
}

TEST(TimeBlocks, AreCutAtWholeYearsWhereThereAreEnough) {
  const auto blocks = time_blocks({days(1989, 10, 1, 2008, 9, 30)}, 3);
  EXPECT_THAT(blocks, ElementsAre(ElementsAre(days(1989, 10, 1, 1995, 9, 30)), ElementsAre(days(1995, 10, 1, 2001, 9, 30)),
                                  ElementsAre(days(2001, 10, 1, 2008, 9, 30))));
}

TEST(TimeBlocks, CountTheDaysOverAWholeYearWithTheLastYear) {
  EXPECT_THAT(time_blocks({days(2000, 2, 29, 2002, 6, 1)}, 2),
              ElementsAre(ElementsAre(days(2000, 2, 29, 2001, 2, 28)), ElementsAre(days(2001, 3, 1, 2002, 6, 1))));
}

TEST(TimeBlocks, AreCutBetweenDaysWhereTheYearsAreTooFew) {
  EXPECT_THAT(time_blocks({days(2001, 1, 1, 2001, 1, 10)}, 3),
              ElementsAre(ElementsAre(days(2001, 1, 1, 2001, 1, 3)), ElementsAre(days(2001, 1, 4, 2001, 1, 6)),
                          ElementsAre(days(2001, 1, 7, 2001, 1, 10))));
  EXPECT_THAT(input_error([] { time_blocks({days(2001, 1, 1, 2001, 1, 2)}, 3); }), HasSubstr("more time blocks than days"));
}

TEST(TimeBlocks, ReachOverTheGapsBetweenPeriods) {
  const auto blocks = time_blocks({days(1995, 1, 1, 1996, 12, 31), days(1990, 1, 1, 1990, 12, 31)}, 2);
  EXPECT_THAT(blocks, ElementsAre(ElementsAre(days(1990, 1, 1, 1990, 12, 31)), ElementsAre(days(1995, 1, 1, 1996, 12, 31))));
  const auto many = time_blocks({days(1990, 1, 1, 1990, 1, 3), days(1991, 1, 1, 1991, 1, 3)}, 4);
  EXPECT_THAT(many[1], ElementsAre(days(1990, 1, 2, 1990, 1, 3)));
  EXPECT_THAT(many[2], ElementsAre(days(1991, 1, 1, 1991, 1, 1)));
}

/// Blocks share no day and hold all: for periods of any length and any number of blocks.
TEST(TimeBlocks, HoldEachDayOnce) {
  RngStream rng(3, RngUse::kSynthetic);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<Period> periods;
    Time day = make_day(1980, 1, 1);
    for (std::uint64_t k = 0; k < 1 + rng.below(3); ++k) {
      day.minutes += static_cast<std::int64_t>(1 + rng.below(100)) * kMinutesPerDay;
      const Time last{day.minutes + static_cast<std::int64_t>(rng.below(3000)) * kMinutesPerDay};
      periods.push_back(period_through(day, last));
      day = {last.minutes + kMinutesPerDay};
    }
    const auto count = static_cast<std::int64_t>(2 + rng.below(6));
    if (minutes_in(periods) < count * kMinutesPerDay) continue;
    std::vector<Period> all;
    for (const auto& block : time_blocks(periods, count)) {
      EXPECT_THAT(block, testing::Not(IsEmpty()));
      EXPECT_THAT(periods_without(all, block, 0), testing::ElementsAreArray(all)) << "a day is in two blocks";
      all.insert(all.end(), block.begin(), block.end());
    }
    EXPECT_THAT(periods_without(periods, all, 0), IsEmpty());
    EXPECT_THAT(periods_without(all, periods, 0), IsEmpty());
  }
}

TEST(PeriodsWithout, LeaveOutTheHoleAndTheGapsBesideIt) {
  const std::vector<Period> periods = {days(2000, 1, 1, 2000, 1, 31), days(2000, 3, 1, 2000, 3, 31)};
  EXPECT_THAT(periods_without(periods, {days(2000, 1, 10, 2000, 1, 20)}, 0),
              ElementsAre(days(2000, 1, 1, 2000, 1, 9), days(2000, 1, 21, 2000, 1, 31), periods[1]));
  EXPECT_THAT(periods_without(periods, {days(2000, 1, 10, 2000, 1, 20)}, 9),
              ElementsAre(days(2000, 1, 30, 2000, 1, 31), periods[1]));
  EXPECT_THAT(periods_without(periods, {days(1999, 1, 1, 2000, 3, 30)}, 0), ElementsAre(days(2000, 3, 31, 2000, 3, 31)));
  EXPECT_THAT(periods_without(periods, {days(1999, 1, 1, 2000, 3, 30)}, 1), IsEmpty());
  EXPECT_THAT(periods_without(periods, {}, 100), ElementsAre(periods[0], periods[1]));
}

TEST(DrawBasins, AreAFunctionOfSetCountSeedAndFold) {
  auto basins = ids(30);
  const auto drawn = draw_basins(basins, 7, 1, 2);
  EXPECT_THAT(drawn, SizeIs(7));
  EXPECT_TRUE(std::ranges::includes(basins, drawn));
  std::ranges::reverse(basins);
  EXPECT_EQ(draw_basins(basins, 7, 1, 2), drawn);
  EXPECT_NE(draw_basins(basins, 7, 1, 3), drawn);
  EXPECT_NE(draw_basins(basins, 7, 2, 2), drawn);
}

}  // namespace
}  // namespace freshet
