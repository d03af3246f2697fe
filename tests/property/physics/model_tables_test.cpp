#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "support/process_models.hpp"

namespace freshet::physics {
namespace {

template <class M>
class ModelTables : public testing::Test {};
TYPED_TEST_SUITE(ModelTables, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(ModelTables, ListEveryMemberOnceUnderAUniqueName) {
  using M = TypeParam;
  // A variant may leave the last parameters of its struct unread.
  EXPECT_LE(std::size(M::kParameters), (field_count<double, typename M::template Parameters<double>>()));
  std::set<std::string_view> names;
  std::size_t rows = 0;
  const auto add = [&](const auto& table) {
    for (const auto& row : table) names.insert(row.name);
    rows += std::size(table);
  };
  add(M::kParameters);
  add(M::kForcings);
  testing_support::for_each_stage<M>([&]<class Stage>() {
    EXPECT_EQ(std::size(Stage::kForcings), (field_count<double, typename Stage::template Forcing<double>>()));
    EXPECT_EQ(std::size(Stage::kStates), (field_count<double, typename Stage::template State<double>>()));
    EXPECT_EQ(std::size(Stage::kFluxes), (field_count<double, typename Stage::template Fluxes<double>>()));
    add(Stage::kStates);
    add(Stage::kFluxes);
    if constexpr (has_substep<Stage>) {
      EXPECT_EQ(std::size(Stage::kSubFluxes), (field_count<double, typename Stage::template SubFluxes<double>>()));
      add(Stage::kSubFluxes);
    }
  });
  EXPECT_EQ(names.size(), rows);
  EXPECT_TRUE(names.contains(M::kRunoff));
}

TYPED_TEST(ModelTables, RangesAreProper) {
  for (const ParameterInfo& row : TypeParam::kParameters) {
    EXPECT_LT(row.lower, row.upper) << row.name;
    if (row.scale == ParameterScale::kLog) {
      EXPECT_GT(row.lower, 0.0) << row.name;
    }
  }
}

TYPED_TEST(ModelTables, DelaysLieInTheDerivedValuesAndKeepAllWater) {
  using M = TypeParam;
  RngStream rng(3, RngUse::kSynthetic);
  for (int trial = 0; trial < 20; ++trial) {
    const auto values = testing_support::random_parameters<M>(rng);
    const auto p = from_fields<typename M::template Parameters<double>>(std::span<const double>(values));
    const auto derived = prepare<M, double>(p, 1.0);
    for (const DelayInfo& delay : delays_of<M>()) {
      ASSERT_LE(delay.first + delay.length, (field_count<double, Derived<M, double>>())) << delay.name;
      double sum = 0;
      for (const double weight : fields<double>(derived).subspan(delay.first, delay.length)) sum += weight;
      EXPECT_NEAR(sum, 1.0, 1e-13) << delay.name;
    }
  }
}

}  // namespace
}  // namespace freshet::physics
