#include "freshet/data/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::problem_of;
using testing_support::TemporaryFolder;

/// Reads the keys of the data table from YAML and checks them.
std::vector<Problem> problems_in(const std::string& yaml,
                                 const std::string& variables = "dynamic_inputs: p\ntarget_variables: q\n") {
  ConfigSource source = ConfigSource::from_text("dataset: generic\ndata_dir: .\n" + variables + yaml, "run.yml");
  DataOptions options;
  std::vector<Problem> problems;
  source.read(data_fields(), options, problems);
  source.report_unknown_keys(problems);
  check_data_options(options, source, problems);
  return problems;
}

TEST(BasinList, TakesOneIdALineInOrderWithoutBlanksAndRemarks) {
  const TemporaryFolder folder;
  const auto file = folder.write("basins.txt", "# upper Rhine\n 03  \r\n\n\t01\n#02\n10");
  std::vector<std::string> ids;
  for (const ListedBasin& basin : read_basin_list(file)) ids.push_back(basin.id);
  EXPECT_THAT(ids, ElementsAre("03", "01", "10"));
}

TEST(BasinList, NamesFileAndLineOfWhatIsWrong) {
  const TemporaryFolder folder;
  const auto problem = [&](const std::string& text) {
    const auto file = folder.write("basins.txt", text);
    const Problem found = problem_of([&] { read_basin_list(file); });
    EXPECT_EQ(found.file, file.string());
    return found;
  };
  const Problem twice = problem("01\n02\n\n01\n");
  EXPECT_THAT(twice.what, HasSubstr("twice"));
  EXPECT_EQ(twice.line, 4u);
  EXPECT_EQ(twice.basin, "01");
  EXPECT_EQ(problem("01\n02 03\n").line, 2u);
  EXPECT_EQ(problem("01,02\n").got, "`01,02`");
  EXPECT_THAT(problem("# nothing\n").what, HasSubstr("empty"));
  const Problem absent = problem_of([&] { read_basin_list(folder.path() / "01022500"); });
  EXPECT_THAT(absent.what, HasSubstr("no such list"));
  EXPECT_THAT(absent.hint, HasSubstr("one id per line"));
}

TEST(Splits, PeriodsArePairedInOrderAndSorted) {
  DataOptions options;
  options.test_start_date = {make_day(2005, 1, 1), make_day(2000, 1, 1)};
  options.test_end_date = {make_day(2006, 1, 1), make_day(2001, 1, 1)};
  EXPECT_THAT(split_periods(options, Split::kTest), ElementsAre(period_through(make_day(2000, 1, 1), make_day(2001, 1, 1)),
                                                                period_through(make_day(2005, 1, 1), make_day(2006, 1, 1))));
  EXPECT_THAT(split_periods(options, Split::kTrain), IsEmpty());
}

TEST(Splits, BasinFilesFallBackToTheTrainingOne) {
  DataOptions options;
  EXPECT_FALSE(basin_file(options, Split::kTest));
  options.train_basin_file = "train.txt";
  options.test_basin_file = "test.txt";
  EXPECT_EQ(basin_file(options, Split::kTrain), "train.txt");
  EXPECT_EQ(basin_file(options, Split::kValidation), "train.txt");
  EXPECT_EQ(basin_file(options, Split::kTest), "test.txt");
}

TEST(Splits, SoundDatesHaveNoProblem) {
  EXPECT_THAT(problems_in("train_start_date: [01/10/1990, 2000-01-01]\ntrain_end_date: [30/09/1995, 2000-01-01]\n"), IsEmpty());
}

TEST(Splits, DatesThatDoNotPairOrOverlapOrRunBackwardsAreNamedWithTheirLine) {
  const auto unpaired = problems_in("train_start_date: [1990-01-01, 1995-01-01]\ntrain_end_date: 1991-01-01\n");
  ASSERT_THAT(unpaired, SizeIs(1));
  EXPECT_THAT(unpaired[0].what, HasSubstr("do not pair"));
  EXPECT_EQ(unpaired[0].line, 6u);
  EXPECT_EQ(problems_in("train_start_date: 1990-01-01\n").at(0).line, 5u);

  const auto backwards = problems_in("test_start_date: 1990-01-02\ntest_end_date: 1990-01-01\n");
  ASSERT_THAT(backwards, SizeIs(1));
  EXPECT_THAT(backwards[0].what, HasSubstr("test period ends before it starts"));

  const auto overlapping =
      problems_in("validation_start_date: [2000-01-01, 1990-01-01]\nvalidation_end_date: [2001-01-01, 2000-01-01]\n");
  ASSERT_THAT(overlapping, SizeIs(1));
  EXPECT_THAT(overlapping[0].what, HasSubstr("overlap"));
}

TEST(DataOptions, AnEndWithoutHoursIsTheWholeDayAlsoWhereOrderIsChecked) {
  EXPECT_THAT(problems_in("test_start_date: 2000-01-01 06:00\ntest_end_date: 2000-01-01\n"), SizeIs(0));
  const auto overlapping =
      problems_in("test_start_date: [2000-01-01, 2000-01-02 12:00]\ntest_end_date: [2000-01-02, 2000-01-03]\n");
  ASSERT_THAT(overlapping, SizeIs(1));
  EXPECT_THAT(overlapping[0].what, HasSubstr("overlap"));
}

TEST(DataOptions, InputsAndTargetsAreThereAndNotTheSame) {
  const auto empty = problems_in("", "dynamic_inputs: []\ntarget_variables: []\n");
  ASSERT_THAT(empty, SizeIs(1));
  EXPECT_THAT(to_string(empty[0]), HasSubstr("`target_variables` is empty; expected at least one variable"));
  const auto same = problems_in("", "dynamic_inputs: [rain, flow]\ntarget_variables: flow\n");
  ASSERT_THAT(same, SizeIs(1));
  EXPECT_THAT(same[0].what, HasSubstr("`flow` is a target"));
}

TEST(DataOptions, ProblemsComeAllAtOnce) {
  const auto problems = problems_in(
      "static_attributes: [a, b, a]\npredict_last_n: 10\nseq_length: 9\ntrain_basin_file: /nowhere/basins.txt\n"
      "train_start_date: 1990-01-01\nnan_handling_method: drop\n");
  std::string text;
  for (const Problem& problem : problems) text += to_string(problem) + "\n";
  EXPECT_THAT(problems, SizeIs(5)) << text;
  EXPECT_THAT(text, HasSubstr("lists `a` twice"));
  EXPECT_THAT(text, HasSubstr("at most seq_length, 9, got 10"));
  EXPECT_THAT(text, HasSubstr("run.yml:8:"));
  EXPECT_THAT(text, HasSubstr("do not pair"));
  EXPECT_THAT(text, HasSubstr("nan_handling_method"));
}

TEST(DataOptions, AProblemInsideABasinListIsNamedThere) {
  const TemporaryFolder folder;
  const auto file = folder.write("basins.txt", "01\n01\n");
  const auto problems = problems_in("test_basin_file: " + file.string() + "\n");
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].file, file.string());
  EXPECT_EQ(problems[0].line, 2u);
}

}  // namespace
}  // namespace freshet
