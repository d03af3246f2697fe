#include "freshet/io/delimited_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/input_errors.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing_support::input_error;

/// What is said of a text when it is read to its end.
std::string error_of(std::string text) {
  return input_error([&] {
    DelimitedText rows(std::move(text), "t.csv");
    while (rows.next()) {
    }
  });
}

TEST(DelimitedText, ReadsQuotesLineEndingsAndBlankLines) {
  DelimitedText text("\xEF\xBB\xBF \r\na, b ,\"c,d\"\r\n1,,\"x \"\"y\"\"\"\r\n\r\n \t2,\"\",\"two\nlines\" \n3,4,5", "t.csv");
  EXPECT_THAT(text.header(), ElementsAre("a", "b", "c,d"));
  ASSERT_TRUE(text.next());
  EXPECT_THAT(text.fields(), ElementsAre("1", "", "x \"y\""));
  EXPECT_EQ(text.line(), 3u);
  ASSERT_TRUE(text.next());
  EXPECT_THAT(text.fields(), ElementsAre("2", "", "two\nlines"));
  EXPECT_EQ(text.line(), 5u);
  ASSERT_TRUE(text.next());
  EXPECT_THAT(text.fields(), ElementsAre("3", "4", "5"));
  EXPECT_EQ(text.line(), 7u);
  EXPECT_FALSE(text.next());
  EXPECT_FALSE(text.next());
}

TEST(DelimitedText, TheHeaderSaysWhichDelimiter) {
  EXPECT_THAT(DelimitedText("a;\"q (a,b,c)\"\n", "t.csv").header(), ElementsAre("a", "q (a,b,c)"));
  EXPECT_THAT(DelimitedText("\n\na;b\n", "t.csv").header(), ElementsAre("a", "b"));
  DelimitedText neither("note\na;b\n", "t.csv");
  ASSERT_TRUE(neither.next());
  EXPECT_THAT(neither.fields(), ElementsAre("a;b"));
}

TEST(DelimitedText, AnEmptyLastFieldCounts) {
  DelimitedText text("a;b\n1;\n", "t.csv");
  ASSERT_TRUE(text.next());
  EXPECT_THAT(text.fields(), ElementsAre("1", ""));
}

TEST(DelimitedText, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(error_of(""), "t.csv: the file is empty; expected a row of column names.");
  EXPECT_EQ(error_of(" \n\r\n"), "t.csv: the file is empty; expected a row of column names.");
  EXPECT_EQ(error_of("\na,b,a\n1,2,3\n"), "t.csv:2: two columns have the same name; got `a`.");
  EXPECT_EQ(error_of("a,b\n1,2\n1,\"2\n3\n"), "t.csv:3:3: a quote is opened and never closed.");
  EXPECT_EQ(error_of("a,b\n\"1\n\" \"2\",3\n"), "t.csv:3:3: there is text after the closing quote of a field.");
  EXPECT_EQ(error_of("a,b\n1\"2\",3\n"), "t.csv:2:2: there is a quote inside an unquoted field.");
  EXPECT_EQ(error_of("a,b\r1,2\r"), "t.csv:1:4: there is a carriage return that does not end a line.");
  EXPECT_EQ(error_of("\ra,b\n"), "t.csv:1:1: there is a carriage return that does not end a line.");
  EXPECT_EQ(error_of(std::string("a,b\n1,\0\n", 8)), "t.csv:2: the file holds a zero byte, so it is not text.");
  EXPECT_EQ(error_of("a,b\n1,2\n\n1,2,3\n1\n"),
            "t.csv:4: the row has another number of fields than the header; expected 2 fields, got 3. "
            "The file may be cut off, or a text with a delimiter in it may lack its quotes.");
}

}  // namespace
}  // namespace freshet
