#include "freshet/data/scaler.hpp"

#include <cmath>
#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing_support::problem_of;
using testing_support::problems_of;

const float kNaN = std::nanf("");

/// Ten days from 2000-01-01, of which the third to the sixth are training.
DataOptions four_training_days() {
  DataOptions options;
  options.dynamic_inputs = {"rain"};
  options.target_variables = {"flow"};
  options.static_attributes = {"area"};
  options.train_start_date = {make_day(2000, 1, 3)};
  options.train_end_date = {make_day(2000, 1, 6)};
  return options;
}

class Basins {
 public:
  void add(const std::string& id, const std::vector<float>& rain, const std::vector<float>& flow, double area) {
    BasinView view{.basin = id, .axis = {make_day(2000, 1, 1), kMinutesPerDay, static_cast<std::int64_t>(rain.size())}};
    view.columns = {{"rain", "mm/day", storage_.emplace_back(rain)}, {"flow", "mm/day", storage_.emplace_back(flow)}};
    views.push_back(view);
    attributes[id] = {area};
  }
  Scaler fit(const DataOptions& options, const ScalingRules& rules = {}) const {
    return fit_scaler(views, attributes, options, rules);
  }

  std::vector<BasinView> views;
  std::map<std::string, std::vector<double>> attributes;

 private:
  std::deque<std::vector<float>> storage_;
};

void add_known_basins(Basins& basins, float outside) {
  const float x = outside;
  basins.add("a", {x, x, 1, 2, kNaN, 3, x, x, x, x}, {x, x, 4, 6, kNaN, kNaN, x, x, x, x}, 10);
  basins.add("b", {x, x, 4, 5, 6, 7, x, x, x, x}, {x, x, 1, 1, 1, 5, x, x, x, x}, 20);
}

TEST(Scaler, KnowsTheMomentsOfHand) {
  Basins basins;
  add_known_basins(basins, 1000);
  const Scaler scaler = basins.fit(four_training_days());
  // Rain 1 2 3 4 5 6 7: mean 4, variance 28/7. Flow 4 6 1 1 1 5: mean 3, variance (1+9+4+4+4+4)/6.
  EXPECT_DOUBLE_EQ(scaler.inputs.at("rain").center, 4);
  EXPECT_DOUBLE_EQ(scaler.inputs.at("rain").scale, 2);
  EXPECT_DOUBLE_EQ(scaler.targets.at("flow").center, 3);
  EXPECT_DOUBLE_EQ(scaler.targets.at("flow").scale, std::sqrt(26.0 / 6));
  EXPECT_DOUBLE_EQ(scaler.attributes.at("area").center, 15);
  EXPECT_DOUBLE_EQ(scaler.attributes.at("area").scale, std::sqrt(50.0));  // the sample standard deviation
  EXPECT_DOUBLE_EQ(scaler.basin_targets.at("a").at("flow").center, 5);
  EXPECT_DOUBLE_EQ(scaler.basin_targets.at("a").at("flow").scale, 1);
  EXPECT_DOUBLE_EQ(scaler.basin_targets.at("b").at("flow").center, 2);
  EXPECT_DOUBLE_EQ(scaler.basin_targets.at("b").at("flow").scale, std::sqrt(3.0));
}

TEST(Scaler, SeesTrainingDatesOnly) {
  Basins basins, changed, missing;
  add_known_basins(basins, 1000);
  add_known_basins(changed, -3);
  add_known_basins(missing, kNaN);
  EXPECT_EQ(basins.fit(four_training_days()), changed.fit(four_training_days()));
  EXPECT_EQ(basins.fit(four_training_days()), missing.fit(four_training_days()));
}

TEST(Scaler, SeveralPeriodsCountTogetherAndThePartOutsideTheRecordNot) {
  Basins basins;
  basins.add("a", {1, 9, 9, 3}, {1, 9, 9, 3}, 1);
  basins.add("b", {5, 9, 9, 7}, {5, 9, 9, 7}, 2);
  DataOptions options = four_training_days();
  options.train_start_date = {make_day(2000, 1, 4), make_day(1999, 12, 1)};
  options.train_end_date = {make_day(2000, 3, 1), make_day(2000, 1, 1)};
  EXPECT_DOUBLE_EQ(basins.fit(options).inputs.at("rain").center, 4);
  EXPECT_DOUBLE_EQ(basins.fit(options).targets.at("flow").scale, std::sqrt(5.0));
}

TEST(Scaler, DoesNotDependOnTheOrderOfBasinsBitForBit) {
  Basins forward, backward;
  std::vector<std::vector<float>> series;
  for (int b = 0; b < 30; ++b) {
    series.emplace_back();
    for (int t = 0; t < 10; ++t) series.back().push_back(std::exp(3.0f * std::sin(static_cast<float>(7 * b + t * t))));
  }
  const auto name = [](int b) { return fmt::format("basin{:02}", b); };
  for (int b = 0; b < 30; ++b) forward.add(name(b), series[b], series[b], 0.1 * b);
  for (int b = 29; b >= 0; --b) backward.add(name(b), series[b], series[b], 0.1 * b);
  EXPECT_EQ(forward.fit(four_training_days()), backward.fit(four_training_days()));
}

TEST(Scaler, EachBasinMayHaveItsOwn) {
  Basins basins;
  add_known_basins(basins, 1000);
  const Scaler scaler = basins.fit(four_training_days(), {.by_basin = true});
  EXPECT_DOUBLE_EQ(scaler.input("a", "rain").center, 2);
  EXPECT_DOUBLE_EQ(scaler.input("b", "rain").center, 5.5);
  EXPECT_DOUBLE_EQ(scaler.target("a", "flow").center, 5);
  EXPECT_DOUBLE_EQ(scaler.target("b", "flow").scale, std::sqrt(3.0));
  EXPECT_DOUBLE_EQ(scaler.input("never trained", "rain").center, 4);
  const Scaler raw = basins.fit(four_training_days(), {.by_basin = true, .raw_targets = true});
  EXPECT_EQ(raw.target("a", "flow"), Standardisation{});
  EXPECT_EQ(raw.input("a", "rain"), scaler.input("a", "rain"));
}

TEST(Scaler, OfTheFirstSampleBeginsWithTheWarmUp) {
  Basins basins;
  add_known_basins(basins, 8);
  DataOptions options = four_training_days();
  options.seq_length = 3;
  options.predict_last_n = 2;  // the first sample is the second day to the fourth: 8, 1, 2
  const Scaler scaler = basins.fit(options, {.by_basin = true, .by_first_sample = true});
  EXPECT_DOUBLE_EQ(scaler.input("a", "rain").center, 11.0 / 3);
  EXPECT_DOUBLE_EQ(scaler.target("a", "flow").center, 6);
  EXPECT_DOUBLE_EQ(scaler.target("b", "flow").center, 10.0 / 3);
  EXPECT_DOUBLE_EQ(scaler.basin_targets.at("a").at("flow").center, 5) << "losses weigh by the training period";
  options.predict_last_n = 1;
  options.seq_length = 1;  // one day has no deviation: the training period stands in
  EXPECT_DOUBLE_EQ(basins.fit(options, {.by_basin = true, .by_first_sample = true}).input("a", "rain").center, 2);
}

TEST(Scaler, ReportsAllThatCannotBeScaled) {
  Basins basins;
  basins.add("a", {1, 1, 1, 1, 1, 1}, {1, 2, kNaN, kNaN, kNaN, kNaN}, 5);
  basins.add("b", {2, 2, 1, 1, 1, 1}, {1, 2, 3, 3, 3, 3}, 5);
  DataOptions options = four_training_days();
  options.dynamic_inputs = {"rian", "rain"};
  const auto problems = problems_of([&] { basins.fit(options); });
  ASSERT_THAT(problems, SizeIs(5));
  EXPECT_EQ(problems[0].variable, "rian");
  EXPECT_EQ(problems[0].hint, "Did you mean `rain`?");
  EXPECT_THAT(problems[1].what, HasSubstr("the input is constant"));
  EXPECT_EQ(problems[2].basin, "a");
  EXPECT_THAT(problems[2].what, HasSubstr("no observation"));
  EXPECT_EQ(problems[3].basin, "b");
  EXPECT_THAT(problems[3].what, HasSubstr("constant"));
  EXPECT_EQ(problems[4].variable, "area");
  EXPECT_THAT(problems[4].what, HasSubstr("same for all 2 training basins"));
}

TEST(Scaler, ReportsVariablesThatAreMissingThroughoutOrUnknown) {
  Basins basins;
  basins.add("a", {1, 2, kNaN, kNaN, kNaN, kNaN}, {1, 2, 3, 4, 5, 6}, 1);
  basins.add("b", {1, 2, kNaN, kNaN, kNaN, kNaN}, {1, 2, 3, 4, 5, 6}, 2);
  EXPECT_THAT(problem_of([&] { basins.fit(four_training_days()); }).what, HasSubstr("missing throughout"));
  DataOptions options = four_training_days();
  options.target_variables = {"flwo"};
  options.dynamic_inputs = {};
  EXPECT_EQ(problem_of([&] { basins.fit(options); }).hint, "Did you mean `flow`?");
}

TEST(Scaler, RoundingNoiseOfAConstantIsNoVariation) {
  Basins basins;
  const std::vector<float> rising = {1, 2, 3, 4, 5, 6};
  for (int b = 0; b < 5; ++b) basins.add(fmt::format("b{}", b), rising, rising, 0.1 + 1e-17 * b);
  EXPECT_EQ(problem_of([&] { basins.fit(four_training_days()); }).variable, "area");
}

TEST(Scaler, JsonGivesBackEveryBit) {
  Scaler scaler;
  scaler.inputs["prcp(mm/day)_daymet"] = {0.1, 1.0 / 3};
  scaler.targets["q"] = {-1e-300, 5e-324};
  scaler.attributes["a \"quoted\" \xc3\xa9"] = {1.7976931348623157e308, 2};
  scaler.basin_targets["01013500"]["q"] = {3.141592653589793, 0.30000000000000004};
  EXPECT_EQ(Scaler::from_json(scaler.to_json(), "scaler.json"), scaler);
}

TEST(Scaler, DamagedJsonIsAnInputErrorThatNamesTheFile) {
  Scaler scaler;
  scaler.inputs["x"] = {1, 2};
  scaler.basin_targets["b"]["q"] = {1, 2};
  const std::string good = scaler.to_json();
  for (std::size_t size = 0; size + 1 < good.size(); ++size) {
    EXPECT_EQ(problem_of([&] { Scaler::from_json(good.substr(0, size), "s.json"); }).file, "s.json") << size;
  }
  for (
      const std::string bad :
      {"null", "[]", "{}", R"({"format":"freshet-scaler-2"})", R"({"format":"freshet-scaler-1","inputs":3})",
       R"({"format":"freshet-scaler-1","inputs":{"x":{"center":null,"scale":1}},"targets":{},"attributes":{},"basin_targets":{}})"}) {
    EXPECT_EQ(problem_of([&] { Scaler::from_json(bad, "s.json"); }).file, "s.json") << bad;
  }
}

TEST(NumericAttributes, ComeInTheOrderAskedFor) {
  const AttributeTable table{.basins = {"a", "b"}, .names = {"area", "slope"}, .cells = {"1", "2.5", "-3e2", "0"}};
  const auto numbers = numeric_attributes(table, {"b", "a"}, {"slope", "area"});
  EXPECT_EQ(numbers.at("a"), (std::vector<double>{2.5, 1}));
  EXPECT_EQ(numbers.at("b"), (std::vector<double>{0, -300}));
  EXPECT_TRUE(numeric_attributes({}, {"x"}, {}).at("x").empty());
}

TEST(NumericAttributes, EveryUnknownNameAndEveryBadCellIsListed) {
  const AttributeTable table{.basins = {"a", "b"}, .names = {"area", "slope"}, .cells = {"1", "", "1.5x", "nan"}};
  const auto unknown = problems_of([&] { numeric_attributes(table, {"a"}, {"aera", "area", "zzzzzzzzzz"}); });
  ASSERT_THAT(unknown, SizeIs(2));
  EXPECT_EQ(unknown[0].hint, "Did you mean `area`?");
  EXPECT_EQ(unknown[1].hint, "");

  const auto cells = problems_of([&] { numeric_attributes(table, {"a", "b", "c"}, {"area", "slope"}); });
  ASSERT_THAT(cells, SizeIs(4));
  EXPECT_EQ(cells[0].basin + " " + cells[0].variable, "a slope");
  EXPECT_THAT(cells[0].what, HasSubstr("missing"));
  EXPECT_EQ(cells[1].basin + " " + cells[1].variable, "b area");
  EXPECT_EQ(cells[1].got, "`1.5x`");
  EXPECT_EQ(cells[2].got, "`nan`");
  EXPECT_EQ(cells[3].basin, "c");
}

}  // namespace
}  // namespace freshet
