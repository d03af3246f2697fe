#include "freshet/data/attribute_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/input_errors.hpp"
#include "support/temporary_folder.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::problem_of;
using testing_support::TemporaryFolder;

class AttributeTables : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& text) const { return folder_.write(name, text); }

  TemporaryFolder folder_;
};

TEST_F(AttributeTables, ReadsSemicolonsAndKeepsLeadingZeros) {
  const auto file = write("a.txt", "gauge_id;gauge_name;area\r\n02;\"Brook; \"\"upper\"\"\";12.5\r\n01;Fish River, Maine;NA\r\n");
  const AttributeTable table = read_attribute_table(file).table;
  EXPECT_THAT(table.basins, ElementsAre("01", "02"));
  EXPECT_THAT(table.names, ElementsAre("gauge_name", "area"));
  EXPECT_THAT(table.cells, ElementsAre("Fish River, Maine", "", "Brook; \"upper\"", "12.5"));
}

TEST_F(AttributeTables, TheKeyIsGaugeIdWhereverItStandsElseTheFirstColumn) {
  EXPECT_THAT(read_attribute_table(write("a.csv", "x,gauge_id\n1,b\n2,a\n")).table.basins, ElementsAre("a", "b"));
  EXPECT_THAT(read_attribute_table(write("b.csv", "\xEF\xBB\xBF,x\n7,1\n007,2\n")).table.basins, ElementsAre("007", "7"));
}

TEST_F(AttributeTables, BadTablesAreNamedWithFileAndLine) {
  const auto ragged = write("ragged.csv", "gauge_id,x,y\n1,2,3\n\n2,3\n");
  Problem problem = problem_of([&] { read_attribute_table(ragged); });
  EXPECT_EQ(problem.line, 4u);
  EXPECT_EQ(problem.file, ragged.string());
  problem = problem_of([&] { read_attribute_table(write("twice.csv", "gauge_id,x\n1,2\n2,3\n1,4\n")); });
  EXPECT_EQ(problem.line, 4u);
  EXPECT_EQ(problem.basin, "1");
  EXPECT_EQ(problem_of([&] { read_attribute_table(write("nokey.csv", "gauge_id,x\n,2\n")); }).line, 2u);
  EXPECT_EQ(problem_of([&] { read_attribute_table(write("names.csv", "gauge_id,x,x\n")); }).line, 1u);
  EXPECT_EQ(problem_of([&] { read_attribute_table(write("quote.csv", "gauge_id,x\n1,\"2\n3,4\n")); }).line, 2u);
  EXPECT_THAT(problem_of([&] { read_attribute_table(write("empty.csv", "")); }).what, HasSubstr("empty"));
  EXPECT_THAT(problem_of([&] { read_attribute_table(folder_ / "absent.csv"); }).what, HasSubstr("cannot open"));
}

TEST_F(AttributeTables, JoinsColumnsOfAnyOrEveryBasin) {
  const std::vector<SourcedAttributes> tables = {{"a", {{"1", "2"}, {"x"}, {"10", "20"}}},
                                                 {"b", {{"2", "3"}, {"y", "x"}, {"7", "20.0", "8", "30"}}}};
  const AttributeTable any = join_attribute_tables(tables, BasinJoin::kAny);
  EXPECT_THAT(any.basins, ElementsAre("1", "2", "3"));
  EXPECT_THAT(any.names, ElementsAre("x", "y"));
  EXPECT_THAT(any.cells, ElementsAre("10", "", "20", "7", "30", "8"));
  const AttributeTable every = join_attribute_tables(tables, BasinJoin::kEvery);
  EXPECT_THAT(every.basins, ElementsAre("2"));
  EXPECT_THAT(every.cells, ElementsAre("20", "7"));
}

TEST_F(AttributeTables, ContradictionsNameBasinAttributeAndBothFiles) {
  const std::vector<SourcedAttributes> tables = {{"a.csv", {{"1"}, {"x"}, {"10"}}}, {"b.csv", {{"1"}, {"x"}, {"11"}}}};
  const Problem problem = problem_of([&] { join_attribute_tables(tables, BasinJoin::kAny); });
  EXPECT_EQ(problem.file, "b.csv");
  EXPECT_EQ(problem.basin, "1");
  EXPECT_EQ(problem.variable, "x");
  EXPECT_THAT(problem.expected, HasSubstr("a.csv"));
}

TEST_F(AttributeTables, RelatedTablesShareBasinsOrNames) {
  const SourcedAttributes a{"a.csv", {{"1"}, {"x"}, {"10"}}};
  const SourcedAttributes more_columns{"b.csv", {{"1"}, {"y"}, {"5"}}};
  const SourcedAttributes more_rows{"c.csv", {{"2"}, {"x"}, {"20"}}};
  const SourcedAttributes unrelated{"d.csv", {{"3"}, {"z"}, {"1"}}};
  EXPECT_THAT(join_related_attribute_tables({a, more_columns}).cells, ElementsAre("10", "5"));
  EXPECT_THAT(join_related_attribute_tables({a, more_rows}).cells, ElementsAre("10", "20"));
  EXPECT_TRUE(join_related_attribute_tables({}).basins.empty());
  EXPECT_THAT(problem_of([&] { join_related_attribute_tables({a, unrelated}); }).got, HasSubstr("d.csv"));
}

}  // namespace
}  // namespace freshet
