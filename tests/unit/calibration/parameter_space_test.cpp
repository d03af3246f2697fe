#include "freshet/calibration/parameter_space.hpp"

#include <gtest/gtest.h>

#include "freshet/kernels/registry.hpp"
#include "support/input_errors.hpp"

namespace freshet::calibration {
namespace {

TEST(ParameterSpace, HoldsTheModelsParametersThenTheRoutings) {
  const ParameterSpace space(kernels::find_model("hbv"), &kernels::find_routing("gamma"), {});
  ASSERT_EQ(space.parameters().size(), 14u);
  EXPECT_EQ(space.model_parameters(), 12u);
  EXPECT_EQ(space.dimensions(), 14u);
  EXPECT_EQ(space.parameters()[12].name, "route_a");
}

TEST(ParameterSpace, EndsOfTheUnitCubeAreTheEndsOfTheRanges) {
  const ParameterSpace space(kernels::find_model("gr4j"), nullptr, {});
  const auto low = space.values(std::vector<double>(4, 0.0)), high = space.values(std::vector<double>(4, 1.0));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(low[i], space.parameters()[i].lower);
    EXPECT_EQ(high[i], space.parameters()[i].upper);
  }
}

TEST(ParameterSpace, APointComesBackFromItsValues) {
  const ParameterSpace space(kernels::find_model("gr4j"), nullptr, {});
  const std::vector<double> point = {0.1, 0.25, 0.5, 0.9};
  const auto back = space.point(space.values(point));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(back[i], point[i], 1e-12);
}

TEST(ParameterSpace, SlopesAreTheDerivatives) {
  const SearchedParameter linear{.lower = 2, .upper = 10}, logarithmic{.lower = 2, .upper = 200, .logarithmic = true};
  for (const SearchedParameter& p : {linear, logarithmic}) {
    const double h = 1e-6, u = 0.3;
    EXPECT_NEAR(p.slope(p.value(u)), (p.value(u + h) - p.value(u - h)) / (2 * h), 1e-5);
  }
}

TEST(ParameterSpace, FixedParametersAreNotSearchedFor) {
  const ParameterSpace space(kernels::find_model("hbv"), nullptr, {{"fc", {200}}, {"beta", {2, 3}}});
  EXPECT_EQ(space.dimensions(), 11u);
  const auto values = space.values(std::vector<double>(11, 1.0));
  const auto& rows = space.parameters();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].name == "fc") {
      EXPECT_EQ(values[i], 200);
    } else if (rows[i].name == "beta") {
      EXPECT_EQ(values[i], 3);
    }
  }
}

TEST(ParameterSpace, RefusesWhatIsNoRange) {
  const auto problems = testing_support::problems_of([] {
    ParameterSpace(kernels::find_model("hbv"), nullptr, {{"fcc", {200}}, {"beta", {3, 2}}, {"lp", {-1, 1}}, {"tt", {}}});
  });
  ASSERT_EQ(problems.size(), 4u);
  EXPECT_EQ(problems[0].variable, "beta");
  EXPECT_EQ(problems[1].hint, "Did you mean `fc`?");
  EXPECT_EQ(problems[2].variable, "lp");
  EXPECT_NE(problems[2].expected.find("within"), std::string::npos);
}

TEST(ParameterSpace, RefusesASpaceWithNothingToSearch) {
  const ParameterRanges all = {{"x1", {100}}, {"x2", {0}}, {"x3", {50}}, {"x4", {2}}};
  EXPECT_THROW(ParameterSpace(kernels::find_model("gr4j"), nullptr, all), InputError);
}

}  // namespace
}  // namespace freshet::calibration
