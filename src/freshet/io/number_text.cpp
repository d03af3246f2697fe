#include "freshet/io/number_text.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

namespace freshet {
namespace {

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::ptrdiff_t kMaxExactPower = 22;
constexpr std::uint64_t kMaxExactMantissa = std::uint64_t{1} << 53;
constexpr std::ptrdiff_t kMaxDigits = 19;  // so many always fit in 64 bits

const char* take_digits(const char* p, const char* end, std::uint64_t& mantissa) {
  for (; p != end; ++p) {
    const auto digit = static_cast<unsigned char>(*p - '0');
    if (digit > 9) break;
    mantissa = mantissa * 10 + digit;
  }
  return p;
}

/// For exponents and long mantissas.
const char* parse_general(const char* begin, const char* end, double& value) {
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error == std::errc()) return stop;
  if (error != std::errc::result_out_of_range) return nullptr;
  // Too small is zero, too large is an error; from_chars does not say which.
  value = std::strtod(std::string(begin, stop).c_str(), nullptr);
  return std::isfinite(value) ? stop : nullptr;
}

}  // namespace

const char* parse_decimal(const char* begin, const char* end, double& value) {
  const char* p = begin;
  const bool negative = p != end && *p == '-';
  if (p != end && (*p == '-' || *p == '+')) ++p;
  const char* const unsigned_begin = p;

  std::uint64_t mantissa = 0;
  p = take_digits(p, end, mantissa);
  std::ptrdiff_t digits = p - unsigned_begin;
  std::ptrdiff_t decimals = 0;
  if (p != end && *p == '.') {
    const char* const point = p;
    p = take_digits(p + 1, end, mantissa);
    decimals = p - point - 1;
    digits += decimals;
  }
  if (digits == 0) return nullptr;

  const bool has_exponent = p != end && (*p == 'e' || *p == 'E');
  if (!has_exponent && digits <= kMaxDigits && mantissa < kMaxExactMantissa && decimals <= kMaxExactPower) {
    value = static_cast<double>(mantissa) / kPowersOfTen[decimals];
  } else {
    p = parse_general(unsigned_begin, end, value);
    if (p == nullptr) return nullptr;
  }
  if (negative) value = -value;
  return p;
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  if (parse_decimal(text.data(), end, value) != end || text.empty()) return std::nullopt;
  return value;
}

std::string number_text(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

bool is_missing_text(std::string_view text) {
  return text.empty() || text == "NA" || text == "N/A" || text == "NaN" || text == "nan";
}

}  // namespace freshet
