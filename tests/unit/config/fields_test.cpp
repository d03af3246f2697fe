#include "freshet/config/fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/config/explain.hpp"

namespace freshet {
namespace {

struct Options {
  std::int64_t hidden_size = 64;
  double rate = 0.5;
  std::string loss = "NSE";
  std::optional<double> clip;
  std::vector<Time> dates;
  std::map<std::int64_t, double> learning_rate = {{0, 1e-3}};
};

FieldTable<Options> fields() {
  return {
      field("Model", "hidden_size", &Options::hidden_size, {.doc = "Cells.", .min = 1}),
      field("Model", "rate", &Options::rate, {.doc = "Dropout.", .min = 0, .max = 1}),
      field("Model", "loss", &Options::loss, {.doc = "Loss.", .choices = {"NSE", "MSE"}}),
      field("Model", "clip", &Options::clip, {.doc = "Clip.", .min = 0, .above_min = true}),
      field("Model", "dates", &Options::dates, {.doc = "Dates.", .aliases = {"days"}}),
      field("Model", "learning_rate", &Options::learning_rate, {.doc = "Rate.", .min = 0, .above_min = true}),
  };
}

std::vector<Problem> problems_of(const std::string& text, Options& options, const std::vector<std::string>& sets = {}) {
  ConfigSource source = ConfigSource::from_text(text, "run.yaml");
  for (const std::string& set : sets) source.set(set);
  std::vector<Problem> problems;
  source.read(fields(), options, problems);
  source.report_unknown_keys(problems);
  return problems;
}

TEST(Config, ReadsEveryTypeOfValue) {
  Options options;
  const auto problems = problems_of(
      "hidden_size: 128\nrate: 0.4\nloss: MSE\nclip: 1\ndates: [1999-10-01, 01/10/1989]\nlearning_rate: {0: 0.001, 10: 5e-4}\n",
      options);
  EXPECT_TRUE(problems.empty()) << to_string(problems.front());
  EXPECT_EQ(options.hidden_size, 128);
  EXPECT_EQ(options.clip, 1.0);
  EXPECT_EQ(options.dates, (std::vector<Time>{make_day(1999, 10, 1), make_day(1989, 10, 1)}));
  EXPECT_EQ(options.learning_rate.at(10), 5e-4);
}

TEST(Config, ReportsAllProblemsAtOnceWithPlaceAndNearestMatch) {
  Options options;
  const auto problems = problems_of("hiden_size: 3\nrate: 1.5\nloss: NES\nhidden_size: many\ndates: 1999-02-30\n", options);
  ASSERT_EQ(problems.size(), 5u);
  std::string text;
  for (const Problem& p : problems) text += to_string(p) + "\n";
  EXPECT_THAT(text, ::testing::HasSubstr("run.yaml:1:1: `hiden_size` is not a known key. Did you mean `hidden_size`?"));
  EXPECT_THAT(text, ::testing::HasSubstr("run.yaml:2:7: `rate` has a wrong value; expected a value 0 to 1, got `1.5`."));
  EXPECT_THAT(text, ::testing::HasSubstr("did you mean `NSE`?"));
  EXPECT_THAT(text, ::testing::HasSubstr("run.yaml:4:14: `hidden_size` has a wrong value; expected a whole number, got `many`."));
  EXPECT_THAT(text, ::testing::HasSubstr("a date of the calendar"));
}

TEST(Config, SaysHowToWriteThatAnOptionalValueIsNotWanted) {
  Options options;
  for (const char* none : {"clip: ~\n", "clip: none\n", "clip: null\n"}) {
    options.clip = 1;
    EXPECT_TRUE(problems_of(none, options).empty()) << none;
    EXPECT_EQ(options.clip, std::nullopt) << none;
  }
  const auto problems = problems_of("clip: off\nrate: off\n", options);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].hint, "") << "rate is not optional";
  EXPECT_THAT(problems[1].hint, ::testing::HasSubstr("Write `none`"));
}

TEST(Config, WholeNumbersAreDecimalAndTablesSoundWithoutDoublesFromTheStart) {
  Options options;
  EXPECT_TRUE(problems_of("hidden_size: 016\n", options).empty());
  EXPECT_EQ(options.hidden_size, 16);
  EXPECT_EQ(problems_of("learning_rate: {0: 0.1, 0: 0.2}\n", options).size(), 1u);
  EXPECT_EQ(problems_of("learning_rate: {2: 0.1}\n", options).size(), 1u);
  EXPECT_TRUE(problems_of("learning_rate: {1: 0.1}\n", options).empty());
}

TEST(Config, OverridesWinAndNameThemselves) {
  Options options;
  EXPECT_TRUE(problems_of("rate: 0.1\n", options, {"rate=0.2"}).empty());
  EXPECT_EQ(options.rate, 0.2);
  const auto problems = problems_of("", options, {"rate=2"});
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].file, "--set rate");
}

TEST(Config, AnOverrideLeavesTheKeysAfterItAlone) {
  Options options;
  EXPECT_TRUE(problems_of("hidden_size: 7\nrate: 0.1\nloss: MSE\nclip: 3\n", options, {"hidden_size=9"}).empty());
  EXPECT_EQ(options.hidden_size, 9);
  EXPECT_EQ(options.rate, 0.1);
  EXPECT_EQ(options.loss, "MSE");
  EXPECT_EQ(options.clip, 3.0);
}

TEST(Config, RefusesDoubledKeysAndBrokenYaml) {
  Options options;
  EXPECT_THROW(problems_of("rate: 0.1\nrate: 0.2\n", options), InputError);
  EXPECT_THROW(problems_of("rate: [0.1\n", options), InputError);
  EXPECT_THROW(problems_of("- a\n- b\n", options), InputError);
  EXPECT_EQ(problems_of("dates: 1999-10-01\ndays: 1999-10-01\n", options).size(), 1u);
}

TEST(Config, WritesBackWhatItRead) {
  Options options;
  problems_of("hidden_size: 7\nlearning_rate: {0: 0.1, 3: 0.01}\n", options);
  YAML::Node map;
  write_fields(fields(), options, map);
  Options again;
  EXPECT_TRUE(problems_of(YAML::Dump(map), again).empty());
  EXPECT_EQ(again.hidden_size, 7);
  EXPECT_EQ(again.learning_rate, options.learning_rate);
}

TEST(Config, ExplanationsNameDefaultsAndRanges) {
  std::vector<FieldInfo> infos;
  append_infos(fields(), infos);
  EXPECT_THAT(explain_field(infos[1]), ::testing::HasSubstr("allowed: 0 to 1"));
  EXPECT_THAT(fields_markdown(infos), ::testing::HasSubstr("| `hidden_size` | whole number | 64 | >= 1 | Cells. |"));
  EXPECT_THAT(fields_json_schema(infos), ::testing::HasSubstr("\"enum\""));
}

}  // namespace
}  // namespace freshet
