#include <charconv>
#include <cmath>
#include <stdexcept>

#include "freshet/core/time.hpp"
#include "freshet/io/cf_time.hpp"
#include "freshet/io/number_text.hpp"
#include "target.hpp"

namespace freshet::fuzz {
namespace {

/// The standard library's opinion, where it reads the same grammar; nothing where it does not or where the number is out of
/// range.
bool agrees(std::string_view text, const std::optional<double>& ours) {
  const bool same_grammar = !text.empty() && text.find_first_not_of("0123456789.eE-") == std::string_view::npos;
  if (!same_grammar) return true;
  double expected = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), expected);
  if (error == std::errc::result_out_of_range) return true;
  const bool valid = error == std::errc() && end == text.data() + text.size();
  if (valid != ours.has_value()) return false;
  return !valid || (*ours == expected && std::signbit(*ours) == std::signbit(expected));
}

}  // namespace

std::vector<std::string> seeds() {
  return {"12.375",     "-0.001e-5",           "1.7976931348623157e308",
          "2000-02-29", "2000-01-01 06:30:00", "01/10/1999",
          "4.9e-324",   "9007199254740993",    "days since 1980-01-01",
          "0.1",        "2000-01-01T06:30",    "hours since 1980-1-1 00:00:00.0 +01:30"};
}

void attack(std::string_view input) {
  const std::optional<double> number = parse_number(input);
  if (!agrees(input, number)) throw std::logic_error("the standard library reads another number");
  if (number && std::isfinite(*number) && parse_number(number_text(*number)) != *number) {
    throw std::logic_error("a number's text does not read back");
  }
  if (const auto time = parse_time(input); time && parse_time(to_string(*time)) != *time) {
    throw std::logic_error("a time's text does not read back");
  }
  const CfTimeUnits units = parse_cf_time_units(input, "standard");
  for (const double value : {0.0, 1.0, -1e9, 1e18, 0.25}) static_cast<void>(units.decode(value));
}

}  // namespace freshet::fuzz
