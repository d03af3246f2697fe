#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "freshet/core/time.hpp"

namespace freshet {

/// How a CF time coordinate counts: value v means reference + v * unit.
struct CfTimeUnits {
  double unit_minutes = kMinutesPerDay;  ///< length of one unit in minutes
  Time reference;                        ///< UTC

  /// The time a value stands for; nothing if it is not within 0.01 minutes of a whole minute, not finite, or outside
  /// the years 1 to 9999.
  std::optional<Time> decode(double value) const;
};

/// Reads "<unit> since <date>[ <clock>][ <UTC offset>]" of the CF conventions 1.8, section 4.4: units days, hours, minutes,
/// seconds with their usual short forms; date Y-M-D, not necessarily padded; clock h:m[:s[.f]] with whole minutes; offset Z, UTC
/// or
/// +-hh[:mm]. `calendar` is the attribute, empty if absent: standard, gregorian or proleptic_gregorian. Reference dates before
/// 1582-10-15 are Julian in the first two and are refused there.
///
/// Errors: InputError without file or variable; the caller adds them.
CfTimeUnits parse_cf_time_units(std::string_view units, std::string_view calendar);

/// The first place where times are not regular.
struct TimeFault {
  std::size_t index = 0;
  std::string what;
  std::string expected;  ///< the date that would have been regular
};

/// The first time that repeats or precedes the one before it.
std::optional<TimeFault> find_order_fault(std::span<const Time> times);
/// The first time that is not one step (the most usual one of the series) after the one before it.
std::optional<TimeFault> find_step_fault(std::span<const Time> times);

}  // namespace freshet
