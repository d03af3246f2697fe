#include "freshet/io/text_table.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
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

TEST(RowReader, AcceptsAnyMixOfBlanksTabsAndLineEnds) {
  RowReader rows("\r\n 1\t 2.5 \r\n\n\t\n-3 x\t\n4");
  double value = 0;
  ASSERT_TRUE(rows.next_row());
  EXPECT_EQ(rows.line(), 2u);
  EXPECT_EQ(rows.count_cells(), 2u);
  EXPECT_EQ(rows.number(value), CellKind::kNumber);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(rows.number(value), CellKind::kNumber);
  EXPECT_EQ(value, 2.5);
  EXPECT_TRUE(rows.at_row_end());
  EXPECT_EQ(rows.number(value), CellKind::kNone);
  ASSERT_TRUE(rows.next_row());
  EXPECT_EQ(rows.line(), 5u);
  EXPECT_EQ(rows.number(value), CellKind::kNumber);
  EXPECT_EQ(rows.number(value), CellKind::kText);
  EXPECT_EQ(rows.cell(), "x");
  EXPECT_EQ(value, -3);
  ASSERT_TRUE(rows.next_row());
  EXPECT_EQ(rows.text(), "4");
  EXPECT_TRUE(rows.text().empty());
  EXPECT_FALSE(rows.next_row());
}

TEST(RowReader, PassesOverTheRestOfARow) {
  RowReader rows("a b c\nd e f\n");
  ASSERT_TRUE(rows.next_row());
  EXPECT_EQ(rows.text(), "a");
  ASSERT_TRUE(rows.next_row());
  EXPECT_EQ(rows.text(), "d");
  EXPECT_FALSE(rows.next_row());
}

TEST(RowReader, IntegersArePlainDigits) {
  RowReader rows("07 1980 1.0 -1 1234567890 1x");
  int value = 0;
  ASSERT_TRUE(rows.next_row());
  EXPECT_EQ(rows.integer(value), CellKind::kNumber);
  EXPECT_EQ(value, 7);
  EXPECT_EQ(rows.integer(value), CellKind::kNumber);
  EXPECT_EQ(value, 1980);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(rows.integer(value), CellKind::kText) << rows.cell();
  EXPECT_EQ(value, 1980);
  EXPECT_EQ(rows.integer(value), CellKind::kNone);
}

TEST(RowReader, TextWithoutAnyCellHasNoRow) {
  EXPECT_FALSE(RowReader("").next_row());
  EXPECT_FALSE(RowReader(" \t\r\n \n").next_row());
}

TEST(RowReader, ZeroBytesAreText) {
  RowReader rows(std::string_view("1\0002 3\n", 6));
  double value = 0;
  ASSERT_TRUE(rows.next_row());
  EXPECT_EQ(rows.number(value), CellKind::kText);
}

}  // namespace
}  // namespace freshet
