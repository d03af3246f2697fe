#include "freshet/io/delimited_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;

TEST(DelimitedText, ReadsQuotesLineEndingsAndBlankLines) {
  DelimitedText text("a, b ,\"c,d\"\r\n1,,\"x \"\"y\"\"\"\r\n\r\n \t2,\"\",\"two\nlines\" \n3,4,5", "t.csv");
  EXPECT_THAT(text.header(), ElementsAre("a", "b", "c,d"));
  ASSERT_TRUE(text.next());
  EXPECT_THAT(text.fields(), ElementsAre("1", "", "x \"y\""));
  ASSERT_TRUE(text.next());
  EXPECT_THAT(text.fields(), ElementsAre("2", "", "two\nlines"));
  EXPECT_EQ(text.line(), 4u);
  ASSERT_TRUE(text.next());
  EXPECT_THAT(text.fields(), ElementsAre("3", "4", "5"));
  EXPECT_EQ(text.line(), 6u);
  EXPECT_FALSE(text.next());
  EXPECT_FALSE(text.next());
}

TEST(DelimitedText, AnEmptyLastFieldCounts) {
  DelimitedText text("a;b\n1;\n", "t.csv");
  ASSERT_TRUE(text.next());
  EXPECT_THAT(text.fields(), ElementsAre("1", ""));
}

TEST(DelimitedText, BadTextIsAnInputError) {
  EXPECT_THROW(DelimitedText("\n\n", "t.csv"), InputError);
  EXPECT_THROW(DelimitedText("a,\"b\"c\n", "t.csv"), InputError);
  DelimitedText ragged("a,b\n1,2,3\n", "t.csv");
  EXPECT_THROW(ragged.next(), InputError);
}

TEST(ParseNumber, TakesWholeFiniteNumbersOnly) {
  EXPECT_EQ(parse_number("-0.5"), -0.5);
  EXPECT_EQ(parse_number("+1e-3"), 1e-3);
  for (const char* bad : {"", "nan", "inf", "1e999", "1.0x", "1 2", "0x10", "+-1", "1,5"}) EXPECT_FALSE(parse_number(bad)) << bad;
  for (const char* missing : {"", "NA", "NaN", "nan", "N/A"}) EXPECT_TRUE(is_missing_text(missing)) << missing;
  EXPECT_FALSE(is_missing_text("-999"));
}

}  // namespace
}  // namespace freshet
