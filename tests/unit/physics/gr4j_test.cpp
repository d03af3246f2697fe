#include "freshet/physics/gr4j.hpp"

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/physics/reference_simulation.hpp"
#include "support/columns.hpp"
#include "support/data_dir.hpp"
#include "support/dual.hpp"
#include "support/gr4j_reference.hpp"

namespace freshet::physics {
namespace {

using testing_support::Dual;
using testing_support::expect_digits;
using testing_support::kRunStart;
using testing_support::kWarmUpStart;
using testing_support::part;
using Series = std::vector<double>;

// With x4 = 2 the first S-curve is 0, (1/2)^(5/2) = 0.17677670, 1; the second is half of that, 0.5 at 2, then
// 1 - 0.5 (1/2)^(5/2) at 3, and 1 at 4.
TEST(Gr4jHydrographs, MatchTheSCurvesWorkedByHand) {
  const auto h = gr4j_hydrographs(2.0, 1.0);
  const double a = 0.17677669529663687;
  EXPECT_NEAR(h.first[0], a, 1e-15);
  EXPECT_NEAR(h.first[1], 1 - a, 1e-15);
  for (std::size_t j = 2; j < h.first.size(); ++j) EXPECT_EQ(h.first[j], 0.0);
  EXPECT_NEAR(h.second[0], a / 2, 1e-15);
  EXPECT_NEAR(h.second[1], (1 - a) / 2, 1e-15);
  EXPECT_NEAR(h.second[2], (1 - a) / 2, 1e-15);
  EXPECT_NEAR(h.second[3], a / 2, 1e-15);
  for (std::size_t j = 4; j < h.second.size(); ++j) EXPECT_EQ(h.second[j], 0.0);
}

TEST(Gr4jHydrographs, KeepAllWaterWhateverX4) {
  for (const double x4 : {0.5, 1.0, 1.3, 2.208, 6.0, 9.999, 25.0}) {
    for (const double dt : {1.0, 0.25}) {
      const auto h = gr4j_hydrographs(x4, dt);
      EXPECT_NEAR(std::accumulate(h.first.begin(), h.first.end(), 0.0), 1.0, 1e-14) << x4;
      EXPECT_NEAR(std::accumulate(h.second.begin(), h.second.end(), 0.0), 1.0, 1e-14) << x4;
      for (const double w : h.first) EXPECT_GE(w, 0.0) << x4;
      for (const double w : h.second) EXPECT_GE(w, 0.0) << x4;
    }
  }
}

TEST(Gr4jHydrographs, DerivativeToX4MatchesDifferences) {
  for (const double x4 : {0.7, 1.5, 2.208, 5.3}) {
    const auto dual = gr4j_hydrographs(Dual(x4, 1), Dual(1));
    const auto up = gr4j_hydrographs(x4 + 1e-6, 1.0), down = gr4j_hydrographs(x4 - 1e-6, 1.0);
    for (std::size_t j = 0; j < 20; ++j) {
      EXPECT_NEAR(dual.second[j].derivative, (up.second[j] - down.second[j]) / 2e-6, 1e-8) << x4 << " " << j;
      if (j < 10) {
        EXPECT_NEAR(dual.first[j].derivative, (up.first[j] - down.first[j]) / 2e-6, 1e-8) << x4 << " " << j;
      }
    }
  }
}

// 12 mm of rain, 2 of PET on a half full store of 100 mm, by hand: surplus 10; w = tanh(0.1) = 0.09966799;
// infiltration 100 (1 - 0.25) w / (1 + 0.5 w) = 7.120268; store 57.120268; (4/9 * 0.57120268)^4 = 0.00415366;
// percolation 57.120268 (1 - 1.00415366^(-1/4)) = 0.059161; effective rainfall 10 - 7.120268 + 0.059161 = 2.938893.
TEST(Gr4jProduction, MatchesAWetDayWorkedByHand) {
  const Gr4jParameters<double> p{.x1 = 100, .x2 = 1, .x3 = 80, .x4 = 2};
  const auto [state, flux] = Gr4jProduction<false>::step({50.0}, {12.0, 2.0}, p, 1.0);
  EXPECT_NEAR(flux.evapotranspiration, 2, 1e-14);
  EXPECT_NEAR(flux.infiltration, 7.120268, 1e-6);
  EXPECT_NEAR(flux.percolation, 0.059161, 1e-6);
  EXPECT_NEAR(flux.effective_rainfall, 2.938893, 1e-6);
  EXPECT_NEAR(flux.slow_input, 0.9 * flux.effective_rainfall, 1e-7);
  EXPECT_NEAR(flux.fast_input, 0.1 * flux.effective_rainfall, 1e-7);
  EXPECT_NEAR(flux.slow_input + flux.fast_input, flux.effective_rainfall, 1e-15);
  EXPECT_NEAR(state.production_store, 50 + flux.infiltration - flux.percolation, 1e-13);
}

// A routing store of 4 mm of 16 that loses: F = -6.4 (1/4)^(7/2) = -0.05. With 0.02 mm to the direct branch, only that is lost
// there.
TEST(Gr4jRouting, ExchangesNoMoreThanThereIs) {
  const Gr4jParameters<double> p{.x1 = 100, .x2 = -6.4, .x3 = 16, .x4 = 2};
  const auto [state, flux] = Gr4jRouting::step({4.0}, {1.0, 0.02}, p, 1.0);
  EXPECT_NEAR(flux.potential_exchange, -0.05, 1e-15);
  EXPECT_NEAR(flux.exchange, -0.07, 1e-15);
  EXPECT_EQ(flux.direct_flow, 0.0);
  EXPECT_NEAR(flux.routed_flow, 4.95 * (1 - std::pow(1 + std::pow(4.95 / 16, 4), -0.25)), 1e-14);
  EXPECT_NEAR(state.routing_store, 4.95 - flux.routed_flow, 1e-14);
}

// A step of a quarter day drains as the store's equation says: four of them as much as one of a day.
TEST(Gr4jDrainedShare, IsASolutionInTime) {
  double store = 90;
  for (int i = 0; i < 4; ++i) store -= store * gr4j_drained_share(store / 80, 0.25);
  EXPECT_NEAR(store, 90 - 90 * gr4j_drained_share(90.0 / 80, 1.0), 1e-13);
}

void compare(const ReferenceSimulation& run, const std::map<std::string, Series>& expected, std::size_t drop) {
  const std::array<std::pair<const char*, const char*>, 9> columns = {{{"Prod", "production_store"},
                                                                       {"AE", "evapotranspiration"},
                                                                       {"Perc", "percolation"},
                                                                       {"PR", "effective_rainfall"},
                                                                       {"Q9", "q9"},
                                                                       {"Q1", "q1"},
                                                                       {"Exch", "potential_exchange"},
                                                                       {"Rout", "routing_store"},
                                                                       {"Qsim", "runoff"}}};
  for (const auto& [theirs, ours] : columns) {
    const Series& printed = expected.at(theirs);
    expect_digits(part(run.find(ours), drop, printed.size()), printed, theirs);
  }
}

// A run of the authors' program (airGR): every column, every digit.
TEST(Gr4j, RepeatsThePublishedProgram) {
  FRESHET_REQUIRE_DATA_DIR(folder);
  const auto basin = testing_support::read_columns(folder / "airgr_examples" / "L0123001.csv");
  const auto expected = testing_support::read_columns(folder / "airgr_examples" / "reference_runs" / "L0123001_GR4J.csv");
  const std::size_t days = expected.at("Qsim").size();
  ASSERT_EQ(days, 3652u);
  const std::size_t warm_up = kRunStart - kWarmUpStart;
  const Series parameters = {257.238, 1.012, 88.235, 2.208};
  const ReferenceSimulation run = simulate_reference<Gr4j>(
      std::vector{part(basin.at("P"), kWarmUpStart, warm_up + days), part(basin.at("E"), kWarmUpStart, warm_up + days)},
      parameters);
  compare(run, expected, warm_up);
}

// The run with snow, from its second day on: what the snow lets through and the first day's stores are given. The
// second day's percolation tells the store five times more exactly than its own print, because it grows with its fifth power.
TEST(Gr4j, RepeatsThePublishedProgramOnGivenMelt) {
  FRESHET_REQUIRE_DATA_DIR(folder);
  const auto basin = testing_support::read_columns(folder / "airgr_examples" / "L0123002.csv");
  const auto expected =
      testing_support::read_columns(folder / "airgr_examples" / "reference_runs" / "L0123002_CemaNeigeGR4J.csv");
  const auto after_first = [](const Series& all) { return part(all, 1, all.size() - 1); };
  const std::size_t days = expected.at("Qsim").size() - 1;
  const Gr4jParameters<double> p{.x1 = 408.774, .x2 = 2.646, .x3 = 131.264, .x4 = 1.174};
  const auto simulate = [&](double production_store) {
    return simulate_reference<Gr4j>(
        std::vector{after_first(expected.at("PliqAndMelt_mean")), part(basin.at("E"), kRunStart + 1, days)}, fields<double>(p),
        {.initial = {production_store, expected.at("Rout")[0]}});
  };
  const double printed_store = expected.at("Prod")[0];
  const double percolation = simulate(printed_store).find("percolation")[0];
  const ReferenceSimulation run = simulate(printed_store * (1 + (expected.at("Perc")[1] / percolation - 1) / 5));
  constexpr double kUnits = 10;  // the input has eight digits, too, and small values are differences of it
  const auto digits = [&](const Series& got, const char* column, std::size_t skip) {
    expect_digits(got, after_first(expected.at(column)), column, skip, kUnits);
  };
  digits(run.find("production_store"), "Prod", 0);
  digits(run.find("evapotranspiration"), "AE", 0);
  digits(run.find("percolation"), "Perc", 0);
  digits(run.find("effective_rainfall"), "PR", 0);
  // The hydrographs reach back two days at most; routing starts when they are filled.
  const std::size_t filled = 3;
  digits(run.find("q9"), "Q9", filled);
  digits(run.find("q1"), "Q1", filled);
  Gr4jRouting::State<double> state{expected.at("Rout")[filled]};
  Series exchange(days), store(days), runoff(days);
  for (std::size_t t = filled; t < days; ++t) {
    const auto step = Gr4jRouting::step(state, {run.find("q9")[t], run.find("q1")[t]}, p, 1.0);
    state = step.state;
    store[t] = state.routing_store;
    exchange[t] = step.fluxes.potential_exchange;
    runoff[t] = step.fluxes.runoff;
  }
  digits(store, "Rout", filled);
  digits(exchange, "Exch", filled);
  digits(runoff, "Qsim", filled);
}

}  // namespace
}  // namespace freshet::physics
