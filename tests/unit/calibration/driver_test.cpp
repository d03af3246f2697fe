#include "freshet/calibration/driver.hpp"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "freshet/calibration/registry.hpp"
#include "freshet/physics/reference_simulation.hpp"
#include "support/calibration_case.hpp"

namespace freshet::calibration {
namespace {

using testing_support::CalibrationCase;
using Gr4j = physics::Gr4j;
using Hbv = physics::Hbv<physics::HbvVariant::kBasic>;

std::unique_ptr<Evaluator> evaluator(EvaluationSetup setup, const std::string& precision, std::size_t threads) {
  setup.precision = precision;
  setup.threads = threads;
  return make_evaluator(setup);
}

void finish(Driver& driver) {
  while (!driver.finished()) driver.advance();
}

/// Points of all basins, their number differing from basin to basin.
struct Batches {
  Batches(std::size_t basins, std::size_t dimensions) : points(basins) {
    RngStream rng(8, RngUse::kSynthetic);
    for (std::size_t b = 0; b < basins; ++b) {
      for (std::size_t i = 0; i < (7 + 13 * b) * dimensions; ++i) points[b].push_back(rng.uniform());
      batches.push_back({.basin = b, .points = points[b], .values = {}, .gradients = {}});
    }
  }
  std::vector<std::vector<double>> points;
  std::vector<Candidates> batches;
};

template <class M>
double reference_value(const CalibrationCase<M>& test, std::size_t b, std::span<const double> point) {
  const auto& basin = test.setup.basins[b];
  const auto simulated = physics::simulate_reference<M>(basin.forcing, test.space.values(point));
  return BasinObjective<double>(test.objective, basin.id, test.setup.axis, basin.observed)
      .value_of_series(simulated.find("discharge"));
}

class Objectives : public ::testing::TestWithParam<std::string> {};

TEST_P(Objectives, ValuesInLanesAreThoseOfTheReference) {
  const CalibrationCase<Hbv> test(4, 500, 100, {GetParam()});
  for (const std::string precision : {"double", "single"}) {
    Batches points(4, test.space.dimensions());
    evaluator(test.setup, precision, 2)->evaluate(points.batches);
    for (std::size_t b = 0; b < 4; ++b) {
      for (std::size_t c = 0; c < points.batches[b].values.size(); ++c) {
        const std::size_t n = test.space.dimensions();
        const double expected = reference_value(test, b, points.batches[b].points.subspan(c * n, n));
        const double tolerance = (precision == "double" ? 1e-8 : 2e-3) * std::max(1.0, expected);
        EXPECT_NEAR(points.batches[b].values[c], expected, tolerance) << precision << " basin " << b << " candidate " << c;
      }
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Some, Objectives, ::testing::Values("nse", "kge_2009", "kge_2012", "log_nse", "rmse", "mae", "fhv"));

TEST(LaneEvaluator, GradientsAreThoseOfTheValues) {
  const CalibrationCase<Hbv> test(2, 400, 100, {"kge_2009"}, "sqrt");
  const auto evaluate = evaluator(test.setup, "double", 2);
  const std::size_t n = test.space.dimensions();
  Batches points(2, n);
  evaluate->differentiate(points.batches);
  const std::vector<Candidates> with_gradients = points.batches;
  evaluate->evaluate(points.batches);
  for (std::size_t b = 0; b < 2; ++b) {
    for (std::size_t c = 0; c < points.batches[b].values.size(); ++c)
      EXPECT_NEAR(points.batches[b].values[c], with_gradients[b].values[c], 1e-10 * std::max(1.0, with_gradients[b].values[c]));
    for (std::size_t j = 0; j < n; ++j) {
      const double h = 1e-8;
      std::array<double, 2> values{};
      for (const int side : {0, 1}) {
        points.points[b][j] += side == 0 ? h : -2 * h;
        evaluate->evaluate(points.batches);
        values[static_cast<std::size_t>(side)] = points.batches[b].values[0];
      }
      points.points[b][j] += h;
      const double expected = (values[0] - values[1]) / (2 * h), got = with_gradients[b].gradients[j];
      EXPECT_NEAR(got, expected, 1e-4 * std::abs(expected) + 1e-6) << "basin " << b << " parameter " << j;
    }
  }
}

TEST(Driver, FindsWhatANaiveLoopFinds) {
  const CalibrationCase<Gr4j> test(3, 400, 100);
  const SearchOptions options{.method = "sce_ua", .max_evaluations = 300, .sce_complexes = 3};
  const auto evaluate = evaluator(test.setup, "double", 2);
  Driver driver(*evaluate, test.space.dimensions(), test.ids(), {.search = options, .seeds = {1, 2}});
  finish(driver);
  for (const Driver::Run& run : driver.runs()) {
    const auto search = make_search(options, test.space.dimensions(), run.seed, basin_number(test.ids()[run.basin]));
    while (!search->finished()) {
      std::vector<double> values;
      const std::size_t n = test.space.dimensions();
      for (std::size_t i = 0; i < search->ask().size(); i += n)
        values.push_back(reference_value(test, run.basin, search->ask().subspan(i, n)));
      search->tell(values);
    }
    EXPECT_EQ(run.search->evaluations(), search->evaluations());
    EXPECT_NEAR(run.search->best_value(), search->best_value(), 1e-9);
    for (std::size_t j = 0; j < test.space.dimensions(); ++j)
      EXPECT_NEAR(run.search->best_point()[j], search->best_point()[j], 1e-9);
  }
}

TEST(Driver, BitsDoNotDependOnThreadsNorOnTheBasinsBesides) {
  const CalibrationCase<Hbv> test(5, 300, 50);
  const SearchOptions options{.max_evaluations = 600, .sce_complexes = 4};
  const auto all_of = evaluator(test.setup, "single", 1);
  Driver all(*all_of, test.space.dimensions(), test.ids(), {.search = options});
  finish(all);
  for (const std::size_t basin : {std::size_t{1}, std::size_t{4}}) {
    EvaluationSetup one = test.setup;
    one.basins = {test.setup.basins[basin]};
    const auto one_of = evaluator(one, "single", 2);
    Driver alone(*one_of, test.space.dimensions(), {one.basins[0].id}, {.search = options});
    finish(alone);
    EXPECT_EQ(alone.best(0).search->best_value(), all.best(basin).search->best_value());
    EXPECT_TRUE(std::ranges::equal(alone.best(0).search->best_point(), all.best(basin).search->best_point()));
    EXPECT_TRUE(std::ranges::equal(alone.best(0).record.values(), all.best(basin).record.values()));
  }
  const auto on_three = evaluator(test.setup, "single", 3);
  Driver threads(*on_three, test.space.dimensions(), test.ids(), {.search = options});
  finish(threads);
  EXPECT_EQ(threads.save()["runs"][2]["record"], all.save()["runs"][2]["record"]);
}

class Methods : public ::testing::TestWithParam<std::string> {};

TEST_P(Methods, GoesOnFromASavedStateWithTheSameBits) {
  const CalibrationCase<Gr4j> test(2, 300, 50);
  const DriverOptions options{
      .search = {.method = GetParam(), .max_evaluations = 400, .sample_batch = 16, .sce_complexes = 3, .gradient_starts = 2},
      .seeds = {4, 9},
      .points_kept = 100};
  const auto evaluate = evaluator(test.setup, "single", 1);
  Driver whole(*evaluate, test.space.dimensions(), test.ids(), options),
      first(*evaluate, test.space.dimensions(), test.ids(), options);
  finish(whole);
  for (int round = 0; round < 9; ++round) first.advance();
  const auto bytes = nlohmann::json::to_cbor(first.save());
  Driver second(*evaluate, test.space.dimensions(), test.ids(), options);
  second.restore(nlohmann::json::from_cbor(bytes));
  finish(second);
  for (std::size_t r = 0; r < 4; ++r) {
    EXPECT_EQ(second.runs()[r].search->best_value(), whole.runs()[r].search->best_value());
    EXPECT_TRUE(std::ranges::equal(second.runs()[r].search->best_point(), whole.runs()[r].search->best_point()));
    EXPECT_TRUE(std::ranges::equal(second.runs()[r].record.points(), whole.runs()[r].record.points()));
    EXPECT_LE(second.runs()[r].record.numbers().size(), 100u);
  }
}
INSTANTIATE_TEST_SUITE_P(All, Methods, ::testing::Values("sce_ua", "dds", "monte_carlo", "latin_hypercube", "adam", "lbfgs"));

TEST(Driver, FindsTheParametersThatMadeTheObservations) {
  const CalibrationCase<Gr4j> test(2, 1000, 200);
  const auto evaluate = evaluator(test.setup, "single", 2);
  Driver driver(*evaluate, test.space.dimensions(), test.ids(), {.search = {.max_evaluations = 5000}});
  finish(driver);
  for (std::size_t b = 0; b < 2; ++b) {
    EXPECT_LT(driver.best(b).search->best_value(), 1e-4);
    const auto found = test.space.values(driver.best(b).search->best_point());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i] / test.truth[b][i], 1.0, 0.02);
  }
}

TEST(Driver, RefusesAStateOfOtherBasins) {
  const CalibrationCase<Gr4j> test(2, 300, 50);
  const auto evaluate = evaluator(test.setup, "single", 1);
  Driver two(*evaluate, test.space.dimensions(), test.ids(), {}), other(*evaluate, test.space.dimensions(), {"a", "b"}, {});
  EXPECT_THROW(other.restore(two.save()), InputError);
  EXPECT_THROW(two.restore({{"basins", test.ids()}}), InputError);
}

}  // namespace
}  // namespace freshet::calibration
