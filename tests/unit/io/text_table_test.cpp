#include "freshet/io/text_table.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace freshet {
namespace {

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
