#include "freshet/data/prepared.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNan;
using testing_support::problem_of;

class Prepared : public testing::Test {
 protected:
  PreparedData prepare_all() const { return prepare({view_}, {{"a", {7}}}, scaler_, options_, 1); }
  std::vector<float> rain_ = {1, std::nanf(""), 5}, cold_ = {0, -2, 2}, flow_ = {3, std::nanf(""), 1};
  BasinView view_{.basin = "a",
                  .axis = {make_day(2000, 1, 1), kMinutesPerDay, 3},
                  .columns = {{"flow", "mm/day", flow_}, {"cold", "degC", cold_}, {"rain", "mm/day", rain_}}};
  Scaler scaler_{.inputs = {{"rain", {1, 2}}, {"cold", {0, 4}}},
                 .targets = {{"flow", {2, 0.5}}},
                 .attributes = {{"area", {5, 2}}},
                 .basin_targets = {{"a", {{"flow", {2.5, 0.75}}}}}};
  DataOptions options_ = [] {
    DataOptions options;
    options.dynamic_inputs = {"rain", "cold"};
    options.target_variables = {"flow"};
    options.static_attributes = {"area"};
    return options;
  }();
};

TEST_F(Prepared, IsStandardisedInTheOrderOfTheOptionsAndKeepsGaps) {
  const PreparedData data = prepare_all();
  const PreparedBasin& basin = data.basins.at(0);
  EXPECT_THAT(basin.inputs, ElementsAre(0.0f, 0.0f, IsNan(), -0.5f, 2.0f, 0.5f));
  EXPECT_THAT(basin.targets, ElementsAre(2.0f, IsNan(), -2.0f));
  EXPECT_THAT(basin.statics, ElementsAre(1.0f));
  EXPECT_THAT(basin.observed.at(0), ElementsAre(3.0f, IsNan(), 1.0f));
  EXPECT_THAT(basin.target_mean, ElementsAre(2.5f));
  EXPECT_THAT(basin.target_std, ElementsAre(0.75f));
}

TEST_F(Prepared, ABasinNotTrainedOnHasNoStatisticsAndOneWithoutGaugeNoTargets) {
  scaler_.basin_targets.clear();
  view_.columns.erase(view_.columns.begin());
  const PreparedData data = prepare_all();
  EXPECT_THAT(data.basins.at(0).targets, ElementsAre(IsNan(), IsNan(), IsNan()));
  EXPECT_THAT(data.basins.at(0).target_std, ElementsAre(IsNan()));
  EXPECT_THAT(data.basins.at(0).observed.at(0), IsEmpty());
}

TEST_F(Prepared, AnInputTheBasinLacksIsNamed) {
  view_.columns.pop_back();
  const Problem problem = problem_of([&] { prepare_all(); });
  EXPECT_EQ(problem.basin, "a");
  EXPECT_EQ(problem.variable, "rain");
}

}  // namespace
}  // namespace freshet
