#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace freshet {

/// Reads the decimal number at the start of [begin, end), correctly rounded to the nearest double whatever the locale: sign,
/// digits, point, exponent; neither "inf" nor "nan". Returns the end of the number, or nullptr if there is none or it is too
/// large for a double. Short decimals (digits below 2^53, at most 22 of them behind the point) take one division by an exact
/// power of ten, which IEEE arithmetic rounds correctly (Clinger 1990, "How to read floating point numbers accurately").
const char* parse_decimal(const char* begin, const char* end, double& value);

/// The number that a whole text spells, read as parse_decimal does; nothing for any other text.
std::optional<double> parse_number(std::string_view text);

/// The shortest text that reads back to the same number; nothing for NaN and the infinities.
std::string number_text(double value);

/// True for the ways tables spell "no value": empty, NA, N/A, NaN, nan. No number does.
bool is_missing_text(std::string_view text);

}  // namespace freshet
