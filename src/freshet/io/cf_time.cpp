#include "freshet/io/cf_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

constexpr double kToleranceMinutes = 0.01;

/// Reads a text from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) { skip_blanks(); }

  void skip_blanks() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }
  bool at_end() const { return rest_.empty(); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view take_word() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    skip_blanks();
    return word;
  }
  std::optional<int> take_integer(std::size_t max_digits) {
    int value = 0;
    const char* last = rest_.data() + std::min(max_digits, rest_.size());
    const auto [end, error] = std::from_chars(rest_.data(), last, value);
    if (error != std::errc() || value < 0) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  /// A fraction's digits; false if one of them is not zero.
  bool take_zeros() {
    while (take('0')) {
    }
    return at_end() || rest_.front() < '0' || rest_.front() > '9';
  }
  bool starts_clock() const { return !at_end() && rest_.front() >= '0' && rest_.front() <= '9'; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::optional<double> unit_minutes(std::string_view word) {
  using Unit = std::pair<std::string_view, double>;
  constexpr std::array kUnits = {
      Unit{"days", 1440},        Unit{"day", 1440},        Unit{"d", 1440},        Unit{"hours", 60},
      Unit{"hour", 60},          Unit{"hrs", 60},          Unit{"hr", 60},         Unit{"h", 60},
      Unit{"minutes", 1},        Unit{"minute", 1},        Unit{"mins", 1},        Unit{"min", 1},
      Unit{"seconds", 1.0 / 60}, Unit{"second", 1.0 / 60}, Unit{"secs", 1.0 / 60}, Unit{"sec", 1.0 / 60},
      Unit{"s", 1.0 / 60}};
  for (const auto& [name, minutes] : kUnits) {
    if (name == word) return minutes;
  }
  return std::nullopt;
}

std::optional<Time> take_date(Scanner& text) {
  const auto year = text.take_integer(4);
  if (!year || !text.take('-')) return std::nullopt;
  const auto month = text.take_integer(2);
  if (!month || !text.take('-')) return std::nullopt;
  const auto day = text.take_integer(2);
  if (!day || !is_valid_day(*year, *month, *day)) return std::nullopt;
  return make_day(*year, *month, *day);
}

/// Minutes after midnight of "h[:m[:s[.f]]]"; zero if no clock follows.
std::optional<int> take_clock(Scanner& text) {
  if (!text.take('T')) text.skip_blanks();
  if (!text.starts_clock()) return 0;
  const auto hour = text.take_integer(2);
  if (!hour || *hour > 23) return std::nullopt;
  int minutes = 0;
  if (text.take(':')) {
    const auto minute = text.take_integer(2);
    if (!minute || *minute > 59) return std::nullopt;
    minutes = *minute;
  }
  if (text.take(':')) {
    const auto second = text.take_integer(2);
    if (!second || *second != 0) return std::nullopt;
    if (text.take('.') && !text.take_zeros()) return std::nullopt;
  }
  return *hour * 60 + minutes;
}

/// Minutes east of UTC of "Z", "UTC", "+-h[:mm]" or "+-hhmm"; zero if nothing follows.
std::optional<int> take_offset(Scanner& text) {
  text.skip_blanks();
  if (text.at_end() || text.rest() == "Z" || text.rest() == "UTC" || text.rest() == "GMT") return 0;
  const bool west = text.take('-');
  if (!west && !text.take('+')) return std::nullopt;
  const auto hours = text.take_integer(2);
  if (!hours) return std::nullopt;
  text.take(':');
  const int minutes = text.at_end() ? 0 : text.take_integer(2).value_or(60);
  if (!text.at_end() || *hours > 14 || minutes > 59) return std::nullopt;
  return (west ? -1 : 1) * (*hours * 60 + minutes);
}

std::optional<CfTimeUnits> parse(std::string_view units) {
  Scanner text(units);
  const auto minutes = unit_minutes(text.take_word());
  if (!minutes || text.take_word() != "since") return std::nullopt;
  const auto date = take_date(text);
  const auto clock = date ? take_clock(text) : std::nullopt;
  const auto offset = clock ? take_offset(text) : std::nullopt;
  if (!offset) return std::nullopt;
  return CfTimeUnits{*minutes, Time{date->minutes + *clock - *offset}};
}

std::vector<std::int64_t> steps_of(std::span<const Time> times) {
  std::vector<std::int64_t> steps;
  for (std::size_t i = 1; i < times.size(); ++i) steps.push_back(times[i].minutes - times[i - 1].minutes);
  return steps;
}

TimeFault describe(std::span<const Time> times, std::size_t index, std::int64_t step) {
  const Time previous = times[index - 1];
  TimeFault fault{.index = index, .expected = to_string(Time{previous.minutes + step})};
  if (times[index] == previous) {
    fault.what = "the date occurs twice";
  } else if (times[index] < previous) {
    fault.what = fmt::format("the date comes after {}: dates must ascend", to_string(previous));
  } else {
    fault.what = fmt::format("the date follows {}: the time step must be constant", to_string(previous));
  }
  return fault;
}

}  // namespace

std::optional<Time> CfTimeUnits::decode(double value) const {
  const double minutes = value * unit_minutes;
  const double rounded = std::round(minutes);
  if (!(std::abs(minutes - rounded) <= kToleranceMinutes) || std::abs(rounded) > 1e10) return std::nullopt;
  const Time time{reference.minutes + static_cast<std::int64_t>(rounded)};
  static const Time first = make_day(1, 1, 1);
  static const Time end = make_day(10000, 1, 1);
  if (time < first || time >= end) return std::nullopt;
  return time;
}

CfTimeUnits parse_cf_time_units(std::string_view units, std::string_view calendar) {
  if (!calendar.empty() && calendar != "standard" && calendar != "gregorian" && calendar != "proleptic_gregorian") {
    throw InputError({.what = "the calendar of the time coordinate is not supported",
                      .expected = "standard, gregorian or proleptic_gregorian",
                      .got = std::string(calendar)});
  }
  const auto parsed = parse(units);
  if (!parsed) {
    throw InputError({.what = "the units of the time coordinate cannot be read",
                      .expected = "like `days since 1980-01-01` (days, hours, minutes or seconds)",
                      .got = fmt::format("`{}`", units)});
  }
  if (calendar != "proleptic_gregorian" && parsed->reference < make_day(1582, 10, 15)) {
    throw InputError({.what = "the time coordinate counts from a date in the Julian calendar",
                      .expected = "a reference date from 1582-10-15 on, or the calendar proleptic_gregorian",
                      .got = fmt::format("`{}`", units)});
  }
  return *parsed;
}

std::optional<TimeFault> find_order_fault(std::span<const Time> times) {
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (times[i] <= times[i - 1]) return describe(times, i, kMinutesPerDay);
  }
  return std::nullopt;
}

std::optional<TimeFault> find_step_fault(std::span<const Time> times) {
  if (times.size() < 2) return std::nullopt;
  const std::vector<std::int64_t> steps = steps_of(times);
  // The median: one gap at the very start must not be taken for the step.
  std::vector<std::int64_t> sorted = steps;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const std::int64_t step = std::max<std::int64_t>(*middle, 1);
  const auto odd = std::ranges::find_if(steps, [&](std::int64_t s) { return s != step; });
  if (odd == steps.end()) return std::nullopt;
  return describe(times, static_cast<std::size_t>(odd - steps.begin()) + 1, step);
}

}  // namespace freshet
