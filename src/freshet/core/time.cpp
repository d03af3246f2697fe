#include "freshet/core/time.hpp"

#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace freshet {
namespace {

std::chrono::year_month_day to_ymd(Time time) {
  const auto days =
      std::chrono::floor<std::chrono::days>(std::chrono::sys_time<std::chrono::minutes>(std::chrono::minutes(time.minutes)));
  return std::chrono::year_month_day(days);
}

/// Exactly `width` digits at the start of `text`, which is advanced past them.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + width, value);
  if (error != std::errc() || end != text.data() + width || value < 0) return std::nullopt;
  text.remove_prefix(width);
  return value;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Time> checked_day(std::optional<int> y, std::optional<int> m, std::optional<int> d) {
  if (!y || !m || !d || !is_valid_day(*y, *m, *d)) return std::nullopt;
  return make_day(*y, *m, *d);
}

std::optional<Time> parse_day_first(std::string_view text) {
  const auto d = take_digits(text, 2);
  if (!d || !take_char(text, '/')) return std::nullopt;
  const auto m = take_digits(text, 2);
  if (!m || !take_char(text, '/')) return std::nullopt;
  const auto y = take_digits(text, 4);
  if (!text.empty()) return std::nullopt;
  return checked_day(y, m, d);
}

}  // namespace

Time make_day(int year, int month, int day) {
  using namespace std::chrono;
  const sys_days days = year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                       std::chrono::day(static_cast<unsigned>(day)));
  return {days.time_since_epoch().count() * kMinutesPerDay};
}

CalendarDay calendar_day(Time time) {
  const auto ymd = to_ymd(time);
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

int day_of_year(Time time) {
  const CalendarDay day = calendar_day(time);
  const std::int64_t minutes = time.minutes - make_day(day.year, 1, 1).minutes;
  return static_cast<int>(minutes / kMinutesPerDay) + 1;
}

bool is_valid_day(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

std::optional<Time> parse_time(std::string_view text) {
  if (text.size() == 10 && text[2] == '/') return parse_day_first(text);
  const auto y = take_digits(text, 4);
  if (!y || !take_char(text, '-')) return std::nullopt;
  const auto m = take_digits(text, 2);
  if (!m || !take_char(text, '-')) return std::nullopt;
  auto time = checked_day(y, m, take_digits(text, 2));
  if (!time || text.empty()) return time;

  if (!take_char(text, ' ') && !take_char(text, 'T')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take_char(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  if (take_char(text, ':')) {
    const auto second = take_digits(text, 2);
    if (!second || *second != 0) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  time->minutes += *hour * 60 + *minute;
  return time;
}

std::string to_string(Time time) {
  const CalendarDay day = calendar_day(time);
  std::string text = fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day);
  const std::int64_t rest = time.minutes - make_day(day.year, day.month, day.day).minutes;
  if (rest != 0) text += fmt::format(" {:02}:{:02}", rest / 60, rest % 60);
  return text;
}

Period period_through(Time first, Time last) {
  const bool bare_date = last.minutes % kMinutesPerDay == 0;
  return {first, {bare_date ? last.minutes + kMinutesPerDay - 1 : last.minutes}};
}

std::string to_string(const Period& period) {
  const bool whole_day = (period.last.minutes + 1) % kMinutesPerDay == 0;
  return to_string(period.first) + " to " + to_string(whole_day ? Time{period.last.minutes + 1 - kMinutesPerDay} : period.last);
}

}  // namespace freshet
