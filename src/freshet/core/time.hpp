#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace freshet {

/// A point in time in UTC, counted in minutes from 1970-01-01 00:00 (proleptic Gregorian calendar).
struct Time {
  std::int64_t minutes = 0;
  auto operator<=>(const Time&) const = default;
};

constexpr std::int64_t kMinutesPerDay = 1440;

/// The start of a calendar day. No check: month 1..12, day 1..31.
Time make_day(int year, int month, int day);

struct CalendarDay {
  int year = 1970;
  int month = 1;
  int day = 1;
};
CalendarDay calendar_day(Time time);

/// 1 (1 January) to 366.
int day_of_year(Time time);

/// True if the three numbers are a day of the calendar.
bool is_valid_day(int year, int month, int day);

/// Reads "YYYY-MM-DD", "YYYY-MM-DD HH:MM[:SS]" (also with "T") or "DD/MM/YYYY" (NeuralHydrology's configs).
/// Nothing for any other text or an impossible date.
std::optional<Time> parse_time(std::string_view text);

/// "YYYY-MM-DD", with " HH:MM" added when the time is not midnight.
std::string to_string(Time time);

/// Regularly spaced time steps; the label of step i is its start.
struct TimeAxis {
  Time first;
  std::int64_t step_minutes = kMinutesPerDay;
  std::int64_t size = 0;

  Time at(std::int64_t i) const { return {first.minutes + i * step_minutes}; }
  Time last() const { return at(size - 1); }
  double step_days() const { return static_cast<double>(step_minutes) / static_cast<double>(kMinutesPerDay); }

  /// The index of `time`, which may lie outside [0, size); nothing if it is between two steps.
  std::optional<std::int64_t> index_of(Time time) const {
    const std::int64_t offset = time.minutes - first.minutes;
    if (offset % step_minutes != 0) return std::nullopt;
    return offset / step_minutes;
  }
  auto operator<=>(const TimeAxis&) const = default;
};

/// A range of time steps by their labels, both ends included.
struct Period {
  Time first;
  Time last;
  auto operator<=>(const Period&) const = default;
};

/// From `first` through `last`; a `last` at midnight, as a bare date is read, means all steps of that day.
Period period_through(Time first, Time last);

/// "YYYY-MM-DD to YYYY-MM-DD", with times of day where the period does not begin or end with a whole day.
std::string to_string(const Period& period);

}  // namespace freshet
