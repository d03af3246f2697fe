#include "freshet/kernels/ledger.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/kernels/derived_values.hpp"
#include "freshet/kernels/registry.hpp"
#include "support/lane_case.hpp"

namespace freshet::kernels {
namespace {

using testing_support::LaneCase;

/// A simulation and the ledgers of its lanes.
template <class T>
struct Balanced {
  SimulationOptions options;
  SimulationResult<T> result;
  std::vector<WaterLedger> ledgers;
};

struct Setting {
  const Routing* routing = nullptr;
  double dt = 1;
  std::size_t histories_from = 0;  ///< seed of random histories; 0: none
};

template <class T, class M>
Balanced<T> balance(const LaneCase<M>& test, const Setting& setting) {
  Balanced<T> out;
  out.options = {.model = &test.model, .routing = setting.routing, .steps = test.steps, .dt = setting.dt};
  out.options.wanted = ledger_series(test.model, setting.routing);
  const ForcingTable<T> forcing = test.template forcing_table<T>();
  const std::vector<T> parameters = test.template parameter_rows<T>();
  std::vector<T> routing_parameters, histories;
  for (std::size_t i = 0; setting.routing != nullptr && i < setting.routing->parameters().size(); ++i) {
    const auto& row = setting.routing->parameters()[i];
    for (std::size_t l = 0; l < test.lanes; ++l)
      routing_parameters.push_back(
          static_cast<T>(row.lower + (row.upper - row.lower) * static_cast<double>(l) / static_cast<double>(test.lanes)));
  }
  if (setting.histories_from > 0) {
    RngStream rng(setting.histories_from, RngUse::kSynthetic);
    histories.resize(history_rows(test.model, setting.routing) * test.lanes);
    for (T& value : histories) value = static_cast<T>(10 * rng.uniform());
  }
  const LaneInputs<T> inputs{.forcing = &forcing,
                             .basins = test.basins,
                             .parameters = parameters,
                             .routing_parameters = routing_parameters,
                             .histories = histories};
  out.result = Simulation<T>(out.options).run(inputs);
  const Ledger<T> ledger(out.options, inputs, out.result);
  for (std::size_t l = 0; l < test.lanes; ++l) out.ledgers.push_back(ledger.of_lane(l));
  return out;
}

double largest(const std::vector<double>& values) {
  double result = 0;
  for (const double value : values) result = std::isnan(value) ? value : std::max(result, value);
  return result;
}

template <class M>
class LedgerOfModel : public testing::Test {};
TYPED_TEST_SUITE(LedgerOfModel, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(LedgerOfModel, ClosesEveryStepToRounding) {
  const LaneCase<TypeParam> test(11, 4, 9, 500);
  for (const double dt : {1.0, 0.25}) {
    for (const Routing* routing : {static_cast<const Routing*>(nullptr), &find_routing("gamma"), &find_routing("triangular")}) {
      for (const std::size_t histories : {std::size_t{0}, std::size_t{7}}) {
        const auto run = balance<double>(test, {.routing = routing, .dt = dt, .histories_from = histories});
        for (std::size_t l = 0; l < test.lanes; ++l) {
          const WaterLedger& ledger = run.ledgers[l];
          ASSERT_EQ(ledger.residual.size(), test.steps);
          EXPECT_LE(largest(ledger.relative), 1e-12) << "lane " << l << " dt " << dt;
          // What came in, less what went out, is what stayed.
          const double in = std::accumulate(ledger.inputs.begin(), ledger.inputs.end(), 0.0);
          const double out = std::accumulate(ledger.outputs.begin(), ledger.outputs.end(), 0.0);
          EXPECT_NEAR(in - out, ledger.storage.back() - ledger.initial_storage, 1e-9 * std::max(1.0, in)) << "lane " << l;
          EXPECT_GT(in, 0.0);
          EXPECT_GT(out, 0.0);
        }
      }
    }
  }
}

TYPED_TEST(LedgerOfModel, ClosesInSinglePrecisionToItsRounding) {
  const LaneCase<TypeParam> test(12, 2, 5, 300);
  const auto run = balance<float>(test, {.routing = &find_routing("gamma")});
  for (const WaterLedger& ledger : run.ledgers) EXPECT_LE(largest(ledger.relative), 1e-5);
}

/// A series that is tampered with is found on the step and lane where it was.
TYPED_TEST(LedgerOfModel, ShowsWaterThatVanished) {
  const LaneCase<TypeParam> test(13, 2, 3, 50);
  SimulationOptions options{.model = &test.model, .steps = test.steps};
  options.wanted = ledger_series(test.model, nullptr);
  const ForcingTable<double> forcing = test.template forcing_table<double>();
  const std::vector<double> parameters = test.template parameter_rows<double>();
  const LaneInputs<double> inputs{.forcing = &forcing, .basins = test.basins, .parameters = parameters};
  auto result = Simulation<double>(options).run(inputs);
  const std::string loss = "evapotranspiration";
  const auto at = std::ranges::find(options.wanted, find_series(test.model, loss)) - options.wanted.begin();
  result.series[static_cast<std::size_t>(at)][20 * test.lanes + 1] += 0.5;
  const Ledger<double> ledger(options, inputs, result);
  const WaterLedger changed = ledger.of_lane(1), other = ledger.of_lane(2);
  EXPECT_NEAR(changed.residual[20], -0.5, 1e-9);
  EXPECT_LE(std::abs(changed.residual[19]) + std::abs(changed.residual[21]), 1e-9);
  EXPECT_LE(largest(other.relative), 1e-12);
}

// Runoff of 2 mm/day before the first step, none later, into a hydrograph of two steps' base: the triangle's halves are 0.5 and
// 0.5, so 1 mm of the last day's runoff is under way, and leaves in the first step.
TEST(Ledger, WaterInTheRoutingIsStored) {
  const Model& model = find_model("hbv");
  const Routing& routing = find_routing("triangular");
  SimulationOptions options{.model = &model, .routing = &routing, .steps = 2};
  options.wanted = ledger_series(model, &routing);
  ForcingTable<double> forcing(1, 2, 3);
  forcing.set(0, 0, std::vector<double>{0, 0});
  forcing.set(0, 1, std::vector<double>{-10, -10});
  forcing.set(0, 2, std::vector<double>{0, 0});
  const std::vector<std::int32_t> basins = {0};
  const std::vector<double> parameters = {2, 150, 0.3, 0.1, 0.05, 0.6, 1.5, 10, 0, 3, 0.05, 0.1}, maxbas = {2};
  const std::vector<double> states = {0, 0, 0, 0, 0};
  const std::vector<double> histories = {0, 0, 0, 0, 0, 2};  // the oldest first
  const LaneInputs<double> inputs{.forcing = &forcing,
                                  .basins = basins,
                                  .parameters = parameters,
                                  .routing_parameters = maxbas,
                                  .initial_states = states,
                                  .histories = histories};
  const auto result = Simulation<double>(options).run(inputs);
  const WaterLedger ledger = Ledger<double>(options, inputs, result).of_lane(0);
  EXPECT_EQ(under_way_names(model, &routing), std::vector<std::string>{"in_routing"});
  EXPECT_NEAR(ledger.initial_storage, 1.0, 1e-12);
  EXPECT_NEAR(ledger.outputs[0], 1.0, 1e-12);
  // The soil's floor makes 1e-5 mm, which is a gain.
  EXPECT_NEAR(ledger.inputs[0], 1e-5, 1e-12);
  EXPECT_NEAR(ledger.under_way[0][0], 0.0, 1e-12);
  EXPECT_LE(std::abs(ledger.residual[0]), 1e-15);
}

TEST(Ledger, RunoffThatIsNoLossLeavesTheRoutingOut) {
  EXPECT_TRUE(under_way_names(find_model("exp_hydro"), &find_routing("gamma")).empty());
  EXPECT_EQ(under_way_names(find_model("gr4j"), &find_routing("gamma")),
            (std::vector<std::string>{"in_q9", "in_q1", "in_routing"}));
}

TEST(DerivedValues, AreWhatTheSimulationStartsFrom) {
  const Model& model = find_model("gr4j");
  // Two lanes: x1, x2, x3, x4.
  const std::vector<double> parameters = {100, 300, 0, 0, 50, 80, 1.5, 1};
  EXPECT_EQ(own_initial_states<double>(model, parameters, 2), (std::vector<double>{30, 90, 25, 40}));
  const auto first = delay_ordinates<double>(model, 0, parameters, 2, 1.0);
  EXPECT_NEAR(first[0], std::pow(1 / 1.5, 2.5), 1e-14);
  EXPECT_NEAR(first[1], 1.0, 1e-14);
  const std::vector<double> maxbas = {2};
  const auto triangle = routing_ordinates<double>(find_routing("triangular"), maxbas, 1, 1.0);
  ASSERT_EQ(triangle.size(), 7u);
  EXPECT_NEAR(triangle[0], 0.5, 1e-15);
  EXPECT_NEAR(triangle[1], 0.5, 1e-15);
}

}  // namespace
}  // namespace freshet::kernels
