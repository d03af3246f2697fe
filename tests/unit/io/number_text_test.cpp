#include "freshet/io/number_text.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace freshet {
namespace {

/// The bits of the number that fills the whole text; of -1e300 if there is none.
std::uint64_t bits_of(const std::string& text) {
  double value = 0;
  const char* const end = parse_decimal(text.data(), text.data() + text.size(), value);
  return std::bit_cast<std::uint64_t>(end == text.data() + text.size() ? value : -1e300);
}

void expect_as_strtod(const std::string& text) {
  ASSERT_EQ(bits_of(text), std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr))) << text;
}

TEST(ParseDecimal, RoundsRandomDecimalsAsStrtodDoes) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200000; ++i) {
    const std::uint64_t whole = random() >> (random() % 64);
    const std::uint64_t part = random() >> (random() % 64);
    const int decimals = static_cast<int>(random() % 25);
    const std::string sign = random() % 2 == 0 ? "-" : "";
    expect_as_strtod(fmt::format("{}{}.{:0{}}", sign, whole, part, decimals));
    expect_as_strtod(fmt::format("{}{}", sign, part));
    expect_as_strtod(fmt::format("{}{}.{}e{}", sign, whole % 10, part, static_cast<int>(random() % 500) - 250));
  }
}

TEST(ParseDecimal, RoundsRandomDoublesPrintedInFullBack) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 100000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    expect_as_strtod(fmt::format("{:.17g}", value));
    expect_as_strtod(fmt::format("{:.6g}", value));
  }
}

TEST(ParseDecimal, RoundsAtTheLimitsOfTheShortWay) {
  for (const char* text : {"9007199254740991",
                           "9007199254740992",
                           "9007199254740993",
                           "0.9007199254740993",
                           "1.0000000000000000000000",
                           "0.0000000000000000000001",
                           "0.00000000000000000000001",
                           "00000000000000000000001.5",
                           "-0",
                           "-0.0",
                           "+3.25",
                           ".5",
                           "5.",
                           "1e22",
                           "1E-5",
                           "123456789012345678901234567890",
                           "4.9e-324",
                           "1e-400",
                           "-1e-400",
                           "1.7976931348623157e308"}) {
    expect_as_strtod(text);
  }
}

TEST(ParseDecimal, RefusesWhatIsNoDecimal) {
  const std::uint64_t none = std::bit_cast<std::uint64_t>(-1e300);
  for (const char* text :
       {"", "-", "+", ".", "-.", "e5", "nan", "inf", "-inf", "NaN", "--1", "+-1", "1e400", "1,5", "0x10", "1e", "1.2.3"}) {
    EXPECT_EQ(bits_of(text), none) << text;
  }
}

TEST(ParseNumber, TakesWholeFiniteNumbersOnly) {
  EXPECT_EQ(parse_number("-0.5"), -0.5);
  EXPECT_EQ(parse_number("+1e-3"), 1e-3);
  EXPECT_EQ(parse_number("1e-400"), 0.0);
  EXPECT_FALSE(parse_number(std::string_view()));
  for (const char* bad : {"", " ", "nan", "inf", "1e999", "1.0x", "1 2", " 1", "1 ", "0x10", "+-1", "1,5"}) {
    EXPECT_FALSE(parse_number(bad)) << bad;
  }
}

TEST(NumberText, IsShortAndReadsBack) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(-3), "-3");
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "");
  std::mt19937_64 random(3);
  for (int i = 0; i < 100000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    ASSERT_EQ(parse_number(number_text(value)), value);
  }
}

TEST(MissingText, IsNothingOrOneOfFourWords) {
  for (const char* missing : {"", "NA", "NaN", "nan", "N/A"}) EXPECT_TRUE(is_missing_text(missing)) << missing;
  for (const char* value : {"-999", "-9999", "0", "na", "null", "-nan", " "}) EXPECT_FALSE(is_missing_text(value)) << value;
}

}  // namespace
}  // namespace freshet
