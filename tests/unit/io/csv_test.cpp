#include "freshet/io/csv.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/input_errors.hpp"
#include "support/temporary_folder.hpp"

namespace freshet {
namespace {

using testing_support::input_error;
using testing_support::problems_of;
using testing_support::TemporaryFolder;
using Texts = std::vector<std::string>;

TEST(Csv, ReadsCommasAndSemicolons) {
  const CsvTable commas = parse_csv("date,q\n2000-01-01,1.5\n2000-01-02,2\n", "f.csv");
  EXPECT_EQ(commas.names, (Texts{"date", "q"}));
  EXPECT_EQ(commas.texts("date"), (Texts{"2000-01-01", "2000-01-02"}));
  EXPECT_EQ(commas.numbers("q"), (std::vector<double>{1.5, 2}));
  EXPECT_EQ(commas.lines, (std::vector<std::size_t>{2, 3}));
  const CsvTable semicolons = parse_csv("date;\"q (a,b,c)\"\nx;-1e-3", "f.csv");
  EXPECT_EQ(semicolons.names, (Texts{"date", "q (a,b,c)"}));
  EXPECT_EQ(semicolons.numbers("q (a,b,c)"), (std::vector<double>{-1e-3}));
  EXPECT_EQ(parse_csv("note\na;b\n", "f.csv").texts("note"), Texts{"a;b"});  // a header without either: comma
}

TEST(Csv, ReadsQuotesLineEndsAndByteOrderMark) {
  const CsvTable table = parse_csv(
      "\xEF\xBB\xBF"
      "a , b\r\n\"x, \"\"y\"\"\nz\",  1\r\nv,2\r\n\r\n\n",
      "f.csv");
  EXPECT_EQ(table.names, (Texts{"a", "b"}));
  EXPECT_EQ(table.texts("a"), (Texts{"x, \"y\"\nz", "v"}));
  EXPECT_EQ(table.numbers("b"), (std::vector<double>{1, 2}));
  EXPECT_EQ(table.lines, (std::vector<std::size_t>{2, 4}));  // the first row fills two lines
}

TEST(Csv, MissingCellsAreNaN) {
  const std::vector<double> values = parse_csv("q,x\n,1\nNA,1\nN/A,1\n\"\",1\n-9999,1\n0,1\n", "f.csv").numbers("q");
  ASSERT_EQ(values.size(), 6u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(std::isnan(values[i])) << i;
  EXPECT_EQ(values[4], -9999);
  EXPECT_EQ(values[5], 0);
}

TEST(Csv, NamesEveryCellThatIsNoNumber) {
  const CsvTable table = parse_csv("q;b\n1;2\ntwo;2\n1,5;2\ninf;2\n1e999;2\n0x10;2\n1 2;2\n-nan;2\n", "f.csv");
  EXPECT_EQ(input_error([&] { table.numbers("q"); }),
            "f.csv:3, variable q: the cell is not a finite decimal number; got `two`.\n"
            "f.csv:4, variable q: the cell is not a finite decimal number; got `1,5`. Write numbers with a decimal point.\n"
            "f.csv:5, variable q: the cell is not a finite decimal number; got `inf`.\n"
            "f.csv:6, variable q: the cell is not a finite decimal number; got `1e999`.\n"
            "f.csv:7, variable q: the cell is not a finite decimal number; got `0x10`.\n"
            "f.csv:8, variable q: the cell is not a finite decimal number; got `1 2`.\n"
            "f.csv:9, variable q: the cell is not a finite decimal number; got `-nan`.");
}

TEST(Csv, ListsAtMostTenCells) {
  std::string text = "q\n";
  for (int i = 0; i < 1000; ++i) text += "x\n";
  const CsvTable table = parse_csv(text, "f.csv");
  EXPECT_EQ(problems_of([&] { table.numbers("q"); }).size(), 10u);
}

TEST(Csv, PassesOnWhatDelimitedTextSays) {
  EXPECT_EQ(input_error([] { parse_csv("a,b\n1,2\n1\n1\n", "f.csv"); }),
            "f.csv:3: the row has another number of fields than the header; expected 2 fields, got 1. "
            "The file may be cut off, or a text with a delimiter in it may lack its quotes.");
}

TEST(Csv, NamesTheNearestColumn) {
  const CsvTable table = parse_csv("date,discharge\n", "f.csv");
  EXPECT_EQ(table.rows(), 0u);
  EXPECT_EQ(input_error([&] { table.column("dischrge"); }), "f.csv: there is no column `dischrge`. Did you mean `discharge`?");
  EXPECT_EQ(input_error([&] { table.column("flow"); }), "f.csv: there is no column `flow`. Its columns: date, discharge.");
}

/// Whatever the bytes, the reader returns a rectangle or throws InputError.
TEST(Csv, SurvivesRandomText) {
  const std::string alphabet = "a1,;\"\n\r \t.-\xEF\xBB\xBF";
  std::uint32_t state = 1;
  const auto draw = [&state](std::uint32_t n) {
    state = 1664525u * state + 1013904223u;
    return (state >> 16) % n;
  };
  int read = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    std::string text;
    for (std::uint32_t i = draw(24); i > 0; --i) text += alphabet[draw(static_cast<std::uint32_t>(alphabet.size()))];
    try {
      const CsvTable table = parse_csv(text, "f.csv");
      ++read;
      for (const auto& column : table.cells) ASSERT_EQ(column.size(), table.rows());
    } catch (const InputError&) {
    }
  }
  EXPECT_GT(read, 100);
}

TEST(CsvWriter, ReadsBackWhatItWrote) {
  const Texts header = {
      "\xEF\xBB\xBF"
      "basin",
      "a,b", "c;\"d\""};
  const std::vector<Texts> rows = {{"01013500", " x ", "line\nbreak"}, {"", "\t", "x"}};
  const CsvTable table = parse_csv(to_csv(header, rows), "f.csv");
  EXPECT_EQ(table.names, header);
  ASSERT_EQ(table.rows(), 2u);
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t column = 0; column < 3; ++column) EXPECT_EQ(table.cells[column][row], rows[row][column]);
  }
  EXPECT_THROW(to_csv(header, {{"one"}}), InternalError);
}

TEST(CsvWriter, ARowOfOneEmptyCellIsStillARow) {
  const CsvTable table = parse_csv(to_csv({"q"}, {{"1"}, {""}, {"2"}}), "f.csv");
  EXPECT_EQ(table.texts("q"), (Texts{"1", "", "2"}));
}

TEST(CsvWriter, WritesAFileTheReaderReads) {
  const TemporaryFolder folder;
  const auto path = folder / "scores.csv";
  write_csv(path, {"basin", "nse"}, {{"01013500", "0.75"}});
  const CsvTable table = read_csv(path);
  EXPECT_EQ(table.file, path.string());
  EXPECT_EQ(table.numbers("nse"), std::vector<double>{0.75});
  EXPECT_THAT(input_error([&] { read_csv(folder / "absent.csv"); }), testing::HasSubstr("absent.csv"));
}

}  // namespace
}  // namespace freshet
