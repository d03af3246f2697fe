#include "freshet/core/step_range.hpp"

#include <gtest/gtest.h>

namespace freshet {
namespace {

const TimeAxis kTenDays{make_day(2000, 1, 11), kMinutesPerDay, 10};
const TimeAxis kSixHours{make_day(2000, 1, 11), 360, 40};

TEST(StepRange, HoldsBothEndsOfThePeriodInsideAndOutsideTheAxis) {
  EXPECT_EQ(steps_in(kTenDays, {make_day(2000, 1, 12), make_day(2000, 1, 14)}), (StepRange{1, 4}));
  EXPECT_EQ(steps_in(kTenDays, {make_day(2000, 1, 8), make_day(2000, 1, 11)}), (StepRange{-3, 1}));
  EXPECT_EQ(steps_in(kTenDays, {make_day(2000, 1, 1), make_day(2000, 1, 2)}), (StepRange{-10, -8}));
  EXPECT_EQ(steps_in(kTenDays, {make_day(2000, 1, 20), make_day(2000, 1, 25)}), (StepRange{9, 15}));
}

// Against the definition: step i is in the period if its label is. Periods start and end between steps too.
TEST(StepRange, IsTheStepsWhoseLabelsLieInThePeriod) {
  for (std::int64_t from = -2000; from <= 2000; from += 90) {
    for (std::int64_t length = 0; length <= 2000; length += 90) {
      const Period period{{kSixHours.first.minutes + from}, {kSixHours.first.minutes + from + length}};
      const StepRange range = steps_in(kSixHours, period);
      for (std::int64_t i = -20; i < 20; ++i) {
        const bool labelled = period.first <= kSixHours.at(i) && kSixHours.at(i) <= period.last;
        ASSERT_EQ(range.first <= i && i < range.end, labelled) << to_string(period) << ", step " << i;
      }
      ASSERT_GE(range.size(), 0) << to_string(period);
    }
  }
}

TEST(StepRange, WithinTheAxisIsCutToItAndEmptyBesideIt) {
  EXPECT_EQ(steps_within(kTenDays, {make_day(2000, 1, 8), make_day(2000, 1, 12)}), (StepRange{0, 2}));
  EXPECT_EQ(steps_within(kTenDays, {make_day(2000, 1, 18), make_day(2000, 2, 12)}), (StepRange{7, 10}));
  EXPECT_EQ(steps_within(kTenDays, {make_day(1999, 1, 1), make_day(1999, 2, 1)}).size(), 0);
  EXPECT_EQ(steps_within(kTenDays, {make_day(2001, 1, 1), make_day(2001, 2, 1)}).size(), 0);
  // An hour before the first label is outside, though the step's day is not.
  EXPECT_EQ(steps_within(kTenDays, {make_day(2000, 1, 1), Time{kTenDays.first.minutes - 60}}).size(), 0);
}

TEST(StepRange, ABareEndDateHoldsAllStepsOfThatDay) {
  EXPECT_EQ(steps_in(kSixHours, period_through(make_day(2000, 1, 12), make_day(2000, 1, 13))), (StepRange{4, 12}));
  EXPECT_EQ(steps_in(kTenDays, period_through(make_day(2000, 1, 12), make_day(2000, 1, 13))), (StepRange{1, 3}));
}

TEST(StepRange, APeriodThatEndsBeforeItStartsHoldsNothing) {
  EXPECT_EQ(steps_in(kTenDays, {make_day(2000, 1, 14), make_day(2000, 1, 12)}).size(), 0);
}

}  // namespace
}  // namespace freshet
