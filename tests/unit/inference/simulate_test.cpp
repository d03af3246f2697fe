#include "freshet/inference/simulate.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "freshet/models/weights.hpp"
#include "unit/data/prepared_testing.hpp"

namespace freshet {
namespace {

using testing_support::MadeUpData;
using testing_support::MadeUpShape;

const float kNaN = std::nanf("");

std::shared_ptr<Model> model_for(const PreparedData& data, std::int64_t hidden, bool replace_missing = false) {
  ModelOptions options;
  options.hidden_size = hidden;
  return create_model(
      options, {.inputs = data.inputs, .statics = data.statics, .targets = data.targets, .replace_missing = replace_missing}, 5);
}

/// More basins than run side by side, and more days than run in one call.
class Simulate : public testing::TestWithParam<std::tuple<std::int64_t, std::int64_t>> {
 protected:
  void SetUp() override { use_one_thread_per_tensor_operation(); }
  MadeUpData made_{{.basins = 37, .days = 530, .inputs = 3, .statics = 2, .targets = std::get<0>(GetParam())}};
  const PreparedData& data_ = made_.data;
  std::shared_ptr<Model> model_ = model_for(data_, std::get<1>(GetParam()));

  std::vector<SimulationRun> whole_record() const {
    std::vector<SimulationRun> runs;
    for (std::int32_t b = 0; b < 37; ++b) runs.push_back({.basin = b, .first = 0, .end = 530 - b % 3});
    return runs;
  }
  SimulationResult one(const SimulationRun& run) { return simulate_stateful(*model_, data_, std::span(&run, 1), 1).at(0); }
};

void expect_same_bits(const SimulationResult& a, const SimulationResult& b, const std::string& what) {
  EXPECT_EQ(a.prediction, b.prediction) << what;
  EXPECT_EQ(a.state.hidden, b.state.hidden) << what;
  EXPECT_EQ(a.state.cell, b.state.cell) << what;
}

TEST_P(Simulate, ABasinsResultIsTheSameAloneInCompanyInAnyOrderAndForAnyThreads) {
  const std::vector<SimulationRun> runs = whole_record();
  const auto together = simulate_stateful(*model_, data_, runs, 1);
  for (const std::size_t threads : {2u, 3u}) {
    const auto again = simulate_stateful(*model_, data_, runs, threads);
    for (std::size_t i = 0; i < runs.size(); ++i) expect_same_bits(again[i], together[i], std::to_string(threads) + " threads");
  }
  const std::vector<SimulationRun> backwards(runs.rbegin(), runs.rend());
  const auto turned = simulate_stateful(*model_, data_, backwards, 1);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    expect_same_bits(turned[runs.size() - 1 - i], together[i], "backwards");
    if (i % 5 == 0) expect_same_bits(one(runs[i]), together[i], "alone");
  }
}

TEST_P(Simulate, ARunInPiecesFromTheSavedStateEqualsTheWhole) {
  const SimulationResult whole = one({.basin = 4, .first = 20, .end = 520});
  for (const std::int64_t cut : {21, 22, 100, 276, 277, 400, 519}) {
    const SimulationResult first = one({.basin = 4, .first = 20, .end = cut});
    SimulationResult pieces = one({.basin = 4, .first = cut, .end = 520, .initial = first.state});
    pieces.prediction.insert(pieces.prediction.begin(), first.prediction.begin(), first.prediction.end());
    expect_same_bits(pieces, whole, "cut at " + std::to_string(cut));
  }
}

TEST_P(Simulate, WindowedEqualsStatefulFromTheZeroStateOverTheSameWindow) {
  constexpr std::int64_t kLength = 30;
  const std::vector<SimulationRun> runs = {{.basin = 2, .first = 40, .end = 80}, {.basin = 9, .first = 20, .end = 45}};
  const auto windowed = simulate_windowed(*model_, data_, runs, kLength, false, 1);
  EXPECT_EQ(simulate_windowed(*model_, data_, runs, kLength, false, 3)[0], windowed[0]);
  for (std::size_t r = 0; r < runs.size(); ++r) {
    for (std::int64_t step = runs[r].first; step < runs[r].end; ++step) {
      const auto stateful =
          one({.basin = runs[r].basin, .first = std::max<std::int64_t>(0, step + 1 - kLength), .end = step + 1}).prediction;
      for (std::int64_t k = 0; k < data_.targets; ++k) {
        const float got = windowed[r][static_cast<std::size_t>((step - runs[r].first) * data_.targets + k)];
        if (step + 1 < kLength) {
          ASSERT_TRUE(std::isnan(got)) << "the window of step " << step << " is incomplete";
        } else {
          ASSERT_EQ(got, stateful[stateful.size() - static_cast<std::size_t>(data_.targets - k)]) << "step " << step;
        }
      }
    }
  }
}

TEST_P(Simulate, EqualsTheModelRunOnTheBasinByItself) {
  const SimulationResult got = one({.basin = 3, .first = 5, .end = 300});
  const PreparedBasin& basin = data_.basins[3];
  const torch::Tensor record = torch::tensor(basin.inputs).reshape({530, 1, 3}).slice(0, 5, 300);
  const ModelOutput expected =
      model_->run({record, torch::tensor(basin.statics).unsqueeze(0)}, model_->initial_state(1), 295, nullptr);
  EXPECT_TRUE(torch::allclose(torch::tensor(got.prediction), expected.prediction.flatten(), 1e-5, 1e-5));
  EXPECT_TRUE(torch::allclose(torch::tensor(got.state.cell), expected.state.cell.flatten(), 1e-5, 1e-5));
}

// The matrix products behind one or several targets, and narrow or wide networks, are not the same code.
INSTANTIATE_TEST_SUITE_P(TargetsAndHiddenSizes, Simulate, testing::Combine(testing::Values(1, 2), testing::Values(7, 128)),
                         [](const auto& test) { return fmt::format("{}_{}", std::get<0>(test.param), std::get<1>(test.param)); });

TEST(SimulateMissing, WindowsThatSeeAMissingInputAreNanUnlessTheModelReplacesIt) {
  MadeUpData made({.basins = 1, .days = 60});
  made.input(0, 30, 1) = kNaN;
  const std::vector<SimulationRun> runs = {{.basin = 0, .first = 10, .end = 60}};
  const auto dropped = simulate_windowed(*model_for(made.data, 4), made.data, runs, 10, false, 1).at(0);
  const auto replaced = simulate_windowed(*model_for(made.data, 4, true), made.data, runs, 10, true, 1).at(0);
  for (std::int64_t step = 10; step < 60; ++step) {
    const auto at = static_cast<std::size_t>(step - 10);
    EXPECT_EQ(std::isnan(dropped[at]), step >= 30 && step < 40) << step;
    EXPECT_TRUE(std::isfinite(replaced[at])) << step;
  }
}

}  // namespace
}  // namespace freshet
