#include "freshet/evaluation/snow_years.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace freshet {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const TimeAxis kAxis{make_day(2000, 9, 1), kMinutesPerDay, 2 * 365 + 60};  // holds the water years 2001 and 2002

std::size_t at(const TimeAxis& axis, int year, int month, int day) {
  return static_cast<std::size_t>(*axis.index_of(make_day(year, month, day)));
}

/// Snow that grows evenly from `start` (zero) to `peak` on the day of the peak, and shrinks evenly to zero on `end`.
void add_triangle(std::vector<float>& snow, std::size_t start, std::size_t peak_day, std::size_t end, float peak) {
  for (std::size_t t = start; t <= end; ++t) {
    const double share = t <= peak_day ? static_cast<double>(t - start) / static_cast<double>(peak_day - start)
                                       : static_cast<double>(end - t) / static_cast<double>(end - peak_day);
    snow[t] = static_cast<float>(share) * peak;
  }
}

std::vector<float> no_snow() {
  return std::vector<float>(static_cast<std::size_t>(kAxis.size), 0.0F);
}

class TwoWinters : public testing::Test {
 protected:
  void SetUp() override {
    // From the peak to the end are 50 and 100 days: the snow is below a twentieth 48 and 96 days after the peak.
    add_triangle(observed_, at(kAxis, 2000, 11, 1), at(kAxis, 2001, 3, 1), at(kAxis, 2001, 4, 20), 200);
    add_triangle(simulated_, at(kAxis, 2000, 11, 1), at(kAxis, 2001, 2, 20), at(kAxis, 2001, 5, 31), 100);
    add_triangle(observed_, at(kAxis, 2001, 11, 1), at(kAxis, 2002, 3, 1), at(kAxis, 2002, 4, 20), 50);
    add_triangle(simulated_, at(kAxis, 2001, 11, 1), at(kAxis, 2002, 3, 5), at(kAxis, 2002, 4, 24), 75);
  }
  std::vector<float> observed_ = no_snow(), simulated_ = no_snow();
};

TEST_F(TwoWinters, HaveRatiosAndDatesOfTheirPeaksAndEnds) {
  const auto years = snow_years(kAxis, observed_, simulated_, false);
  ASSERT_THAT(years, SizeIs(2));
  EXPECT_EQ(years[0].year, 2001);
  EXPECT_DOUBLE_EQ(years[0].peak_ratio, 0.5);
  EXPECT_EQ(years[0].peak_days, -9);
  EXPECT_EQ(years[0].melt_out_days, -9 + 96 - 48);
  EXPECT_FALSE(years[0].outlasts);
  EXPECT_EQ(years[1].year, 2002);
  EXPECT_DOUBLE_EQ(years[1].peak_ratio, 1.5);
  EXPECT_EQ(years[1].peak_days, 4);
  EXPECT_EQ(years[1].melt_out_days, 4);
}

TEST_F(TwoWinters, YearsWithFewDaysOrLittleSnowDoNotCount) {
  // 36 of 365 days may be missing.
  for (std::size_t t = at(kAxis, 2001, 7, 1); t < at(kAxis, 2001, 7, 1) + 36; ++t) observed_[t] = std::nanf("");
  EXPECT_THAT(snow_years(kAxis, observed_, simulated_, false), SizeIs(2));
  simulated_[at(kAxis, 2001, 9, 1)] = std::nanf("");
  const auto years = snow_years(kAxis, observed_, simulated_, false);
  ASSERT_THAT(years, SizeIs(1));
  EXPECT_EQ(years[0].year, 2002);
  for (float& value : observed_) value *= 0.19F;  // the maxima are 38 and 9.5 mm
  EXPECT_THAT(snow_years(kAxis, observed_, simulated_, false), IsEmpty());
}

TEST_F(TwoWinters, OnlyWholeWaterYearsCount) {
  const TimeAxis shorter{make_day(2000, 10, 2), kMinutesPerDay, 365};
  const auto part = std::span(observed_).subspan(31, 365);
  EXPECT_THAT(snow_years(shorter, part, part, false), IsEmpty());
  const TimeAxis whole{make_day(2000, 10, 1), kMinutesPerDay, 365};
  const auto year = std::span(observed_).subspan(30, 365);
  EXPECT_THAT(snow_years(whole, year, year, false), SizeIs(1));
  EXPECT_THAT(snow_years({make_day(2000, 10, 1), kMinutesPerDay, 364}, year.first(364), year.first(364), false), IsEmpty());
  EXPECT_THAT(snow_years({}, {}, {}, false), IsEmpty());
}

TEST_F(TwoWinters, SouthOfTheEquatorTheYearBeginsInApril) {
  // From April 2001 to March 2002 the greatest observed value is what the first winter left on the first of April.
  const auto years = snow_years(kAxis, observed_, simulated_, true);
  ASSERT_THAT(years, SizeIs(1));
  EXPECT_EQ(years[0].year, 2002);
}

TEST_F(TwoWinters, SnowThatNeverGoesHasNoEndAndNoSnowHasNoDates) {
  std::vector<float> glacier = simulated_;
  for (float& value : glacier) value += 500;
  const auto years = snow_years(kAxis, observed_, glacier, false);
  ASSERT_THAT(years, SizeIs(2));
  EXPECT_TRUE(years[0].outlasts);
  EXPECT_TRUE(std::isnan(years[0].melt_out_days));
  EXPECT_EQ(years[0].peak_days, -9);
  EXPECT_DOUBLE_EQ(years[0].peak_ratio, 3);

  const auto bare = snow_years(kAxis, observed_, no_snow(), false);
  ASSERT_THAT(bare, SizeIs(2));
  EXPECT_EQ(bare[0].peak_ratio, 0);
  EXPECT_FALSE(bare[0].outlasts);
  EXPECT_TRUE(std::isnan(bare[0].peak_days));
  EXPECT_TRUE(std::isnan(bare[0].melt_out_days));
}

}  // namespace
}  // namespace freshet
