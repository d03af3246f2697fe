#include "freshet/calibration/registry.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "support/search_functions.hpp"

namespace freshet::calibration {
namespace {

/// Tells values (and gradients) of a function with many minima, of which one point in eight is infeasible in various ways.
void tell_values(Search& search) {
  const std::size_t n = search.parameters();
  const std::vector<double> points(search.ask().begin(), search.ask().end());
  std::vector<double> values, gradients;
  for (std::size_t i = 0; i < points.size(); i += n) {
    double value = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const double x = points[i + j] - 0.4;
      value += x * x - 0.01 * std::cos(30 * x);
      gradients.push_back(2 * x + 0.3 * std::sin(30 * x));
    }
    const auto kind = static_cast<int>(points[i] * 1e4) % 24;
    if (kind == 0) value = std::numeric_limits<double>::quiet_NaN();
    if (kind == 1) value = std::numeric_limits<double>::infinity();
    if (kind == 2) value = -std::numeric_limits<double>::infinity();
    values.push_back(value);
  }
  if (!search.wants_gradients()) gradients.clear();
  search.tell(values, gradients);
}

SearchOptions options_of(const SearchMethod& method, std::int64_t budget = 1500) {
  SearchOptions options;
  options.method = method.name;
  options.max_evaluations = budget;
  options.sample_batch = 37;
  options.sce_complexes = 4;
  options.sce_min_complexes = 2;
  options.dds_trials = 3;
  options.gradient_starts = 3;
  options.gradient_restarts = 20;
  options.adam_patience = 5;
  options.gradient_value_tolerance = 1e-3;
  return options;
}

class EveryMethod : public ::testing::TestWithParam<SearchMethod> {};

TEST_P(EveryMethod, StaysInTheBoundsAndTheBudget) {
  for (const std::int64_t budget : {1, 2, 10, 100, 1501}) {
    const auto search = make_search(options_of(GetParam(), budget), 3, 1);
    std::int64_t traced = 0;
    double lowest = std::numeric_limits<double>::infinity();
    search->set_trace([&](const Evaluation& evaluation) {
      EXPECT_EQ(evaluation.number, ++traced);
      EXPECT_EQ(evaluation.point.size(), 3u);
      EXPECT_FALSE(std::isnan(evaluation.value));
      EXPECT_GT(evaluation.value, -1);
      lowest = std::min(lowest, evaluation.value);
      EXPECT_EQ(evaluation.best_value, lowest);
    });
    EXPECT_TRUE(search->best_point().empty());
    while (!search->finished()) {
      ASSERT_FALSE(search->ask().empty());
      for (const double x : search->ask()) ASSERT_TRUE(x >= 0 && x <= 1);
      tell_values(*search);
    }
    EXPECT_TRUE(search->ask().empty());
    EXPECT_EQ(search->evaluations(), traced);
    EXPECT_LE(traced, budget);
    EXPECT_EQ(search->stop_reason() == StopReason::kEvaluations, traced == budget);
    EXPECT_EQ(search->best_value(), lowest);
    EXPECT_EQ(search->best_point().size(), 3u);
    EXPECT_FALSE(to_text(search->stop_reason()).empty());
  }
}

TEST_P(EveryMethod, GoesOnWithTheSameBitsFromASavedState) {
  for (const bool speculative : {false, true}) {
    SearchOptions options = options_of(GetParam());
    options.sce_speculative = speculative;
    const auto straight = make_search(options, 4, 5, 6);
    auto stopped = make_search(options, 4, 5, 6);
    RngStream random(1, RngUse::kSynthetic);
    while (!straight->finished()) {
      ASSERT_EQ(std::vector<double>(straight->ask().begin(), straight->ask().end()),
                std::vector<double>(stopped->ask().begin(), stopped->ask().end()));
      tell_values(*straight);
      tell_values(*stopped);
      if (random.uniform() < 0.9) continue;
      const std::string text = stopped->save().dump();
      stopped = make_search(options, 4, 5, 6);
      stopped->restore(nlohmann::json::parse(text));
    }
    const std::string text = stopped->save().dump();
    stopped = make_search(options, 4, 5, 6);
    stopped->restore(nlohmann::json::parse(text));
    EXPECT_EQ(stopped->stop_reason(), straight->stop_reason());
    EXPECT_EQ(stopped->evaluations(), straight->evaluations());
    EXPECT_EQ(stopped->best_value(), straight->best_value());
    EXPECT_TRUE(std::ranges::equal(stopped->best_point(), straight->best_point()));
  }
}

TEST_P(EveryMethod, IsAFunctionOfSeedAndBasin) {
  const SearchOptions options = options_of(GetParam());
  const auto points = [&](std::uint64_t seed, std::uint64_t basin) {
    const auto search = make_search(options, 4, seed, basin);
    std::vector<double> all;
    for (int i = 0; i < 20 && !search->finished(); ++i) {
      all.insert(all.end(), search->ask().begin(), search->ask().end());
      tell_values(*search);
    }
    return all;
  };
  EXPECT_EQ(points(1, 2), points(1, 2));
  EXPECT_NE(points(1, 2), points(1, 3));
  EXPECT_NE(points(1, 2), points(2, 2));
}

TEST_P(EveryMethod, CopesWithNothingFeasible) {
  const auto search = make_search(options_of(GetParam(), 300), 2, 1);
  while (!search->finished()) {
    const std::size_t candidates = search->ask().size() / 2;
    const std::vector<double> gradients(search->wants_gradients() ? 2 * candidates : 0, std::nan(""));
    search->tell(std::vector<double>(candidates, std::nan("")), gradients);
  }
  EXPECT_EQ(search->best_value(), std::numeric_limits<double>::infinity());
  EXPECT_LE(search->evaluations(), 300);
}

TEST_P(EveryMethod, EndsByTimeAndGoesOnWithMore) {
  SearchOptions options = options_of(GetParam());
  const auto straight = make_search(options, 4, 1);
  while (!straight->finished()) tell_values(*straight);
  options.max_seconds = 1e-9;
  const auto short_of_time = make_search(options, 4, 1);
  tell_values(*short_of_time);
  EXPECT_EQ(short_of_time->stop_reason(), StopReason::kTime);
  EXPECT_TRUE(short_of_time->ask().empty());
  const nlohmann::json state = short_of_time->save();
  const auto same = make_search(options, 4, 1);
  same->restore(state);
  EXPECT_EQ(same->stop_reason(), StopReason::kTime);
  options.max_seconds = 1e9;
  const auto longer = make_search(options, 4, 1);
  longer->restore(state);
  while (!longer->finished()) tell_values(*longer);
  EXPECT_EQ(longer->evaluations(), straight->evaluations());
  EXPECT_EQ(longer->best_value(), straight->best_value());
}

TEST_P(EveryMethod, RefusesAnotherState) {
  const SearchOptions options = options_of(GetParam());
  const auto search = make_search(options, 4, 1);
  for (int i = 0; i < 3; ++i) tell_values(*search);
  const nlohmann::json state = search->save();
  const auto refuses = [&](const nlohmann::json& wrong, std::size_t parameters, std::uint64_t seed, std::uint64_t basin) {
    EXPECT_THROW(make_search(options, parameters, seed, basin)->restore(wrong), InputError);
  };
  refuses(state, 3, 1, 0);
  refuses(state, 4, 2, 0);
  refuses(state, 4, 1, 1);
  refuses(nlohmann::json(), 4, 1, 0);
  for (const auto& [name, value] : state.items()) {
    nlohmann::json damaged = state;
    damaged.erase(name);
    refuses(damaged, 4, 1, 0);
    damaged[name] = "?";
    refuses(damaged, 4, 1, 0);
  }
  EXPECT_NO_THROW(make_search(options, 4, 1)->restore(state));
}

TEST_P(EveryMethod, InsistsOnItsProtocol) {
  const auto search = make_search(options_of(GetParam(), 1), 2, 1);
  EXPECT_THROW(search->tell(std::vector<double>(1000, 1.0)), InternalError);
  EXPECT_EQ(search->wants_gradients(), GetParam().wants_gradients);
  EXPECT_THROW(search->tell(std::vector<double>{1.0}, std::vector<double>(search->wants_gradients() ? 0 : 2)), InternalError);
  tell_values(*search);
  EXPECT_THROW(tell_values(*search), InternalError);
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryMethod, ::testing::ValuesIn(search_methods().begin(), search_methods().end()),
                         [](const auto& method) { return std::string(method.param.name); });

TEST(MakeSearch, RefusesWhatMakesNoSense) {
  EXPECT_THROW(make_search({}, 0, 1), InputError);
  EXPECT_THROW(make_search({.method = "sce_au"}, 2, 1), InputError);
  EXPECT_THROW(make_search({.initial_point = {0.5}}, 2, 1), InputError);
  EXPECT_THROW(make_search({.initial_point = {0.5, 1.5}}, 2, 1), InputError);
  EXPECT_THROW(make_search({.initial_point = {0.5, std::nan("")}}, 2, 1), InputError);
}

TEST(SearchOptions, AreReadFromTheirKeys) {
  ConfigSource source = ConfigSource::from_text(
      "calibration_method: dds\nmax_evaluations: 30\ndds_trials: 40\nsce_min_complexes: 20\nsce_mutation: bounds\n", "run.yml");
  SearchOptions options;
  std::vector<Problem> problems;
  source.read(search_fields(), options, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(options.method, "dds");
  EXPECT_EQ(options.sce_mutation, "bounds");
  check_search_options(options, source, problems);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].line, 4u);
  EXPECT_EQ(problems[1].line, 3u);
}

TEST(SearchOptions, RefuseValuesOutOfRange) {
  for (const char* text : {"calibration_method: magic", "max_evaluations: 0", "sce_complexes: 0", "sce_pcento: -1",
                           "sce_kstop: 0", "dds_perturbation: 0", "max_seconds: 0", "sce_mutation: wild", "lbfgs_memory: 0"}) {
    ConfigSource source = ConfigSource::from_text(text, "run.yml");
    SearchOptions options;
    std::vector<Problem> problems;
    source.read(search_fields(), options, problems);
    EXPECT_EQ(problems.size(), 1u) << text;
  }
}

}  // namespace
}  // namespace freshet::calibration
