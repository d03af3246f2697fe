#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/lane_case.hpp"
#include "support/rounded.hpp"
#include "support/simulate_on.hpp"

// States and fluxes in single precision against double, over three years, parameters on their bounds among them. The bound and
// what was measured: docs/design/process_models.md, "Single precision".

namespace freshet::kernels {
namespace {

using testing_support::all_series;
using testing_support::LaneCase;
using testing_support::LaneValues;
using testing_support::Rounded;

constexpr std::size_t kSteps = 3 * 365;
constexpr std::uint64_t kSamples = 6;
/// What the engine may be off by: by the largest error of the samples,
constexpr double kMargin = 8;
/// and by the largest value of the series.
constexpr double kOfScale = 0x1p-22;
/// Where the samples are off by more of the largest value, single precision does not determine the series.
constexpr double kDetermined = 1e-3;

/// What a model's series may be off by, by their largest value: some ten times what was measured.
struct Ceiling {
  std::string_view model;
  double states, discharge;
};
constexpr Ceiling kCeilings[] = {
    {"exp_hydro", 6e-4, 1e-4}, {"exp_hydro_threshold", 6e-5, 8e-5}, {"gr4j", 2e-4, 1e-4},          {"gr4j_cemaneige", 5e-4, 1e-4},
    {"hbv", 6e-5, 5e-5},       {"hbv_betaet", 7e-5, 1e-4},          {"hbv_capillary", 6e-5, 1e-4}, {"vic", 2e-3, 1e-3},
    {"vic_soil", 4e-3, 8e-3},
};
/// Of a model without a row, what a series may be off by at most to count as determined.
constexpr Ceiling ceiling_of(std::string_view model) {
  for (const Ceiling& row : kCeilings) {
    if (row.model == model) return row;
  }
  return {model, kMargin * kDetermined, kMargin * kDetermined};
}
/// How many of a hundred series may be undetermined.
constexpr std::size_t undetermined_percent(std::string_view model) {
  return model == "exp_hydro" ? 8 : 4;
}

template <class T, class M>
SimulationResult<T> run(const LaneCase<M>& c, Backend backend) {
  const ForcingTable<T> forcing = c.template forcing_table<T>();
  const std::vector<T> parameters = c.template parameter_rows<T>();
  Simulation<T> simulation({.model = &c.model, .steps = c.steps, .backend = backend, .wanted = all_series(c.model)});
  return simulation.run({.forcing = &forcing, .basins = c.basins, .parameters = parameters});
}

template <class M>
LaneValues<Rounded> rounded_lane(const LaneCase<M>& c, std::size_t l) {
  LaneValues<Rounded> lane;
  for (const double x : c.parameters[l]) lane.parameters.emplace_back(x);
  for (const auto& series : c.forcing[static_cast<std::size_t>(c.basins[l])]) {
    std::vector<Rounded>& values = lane.forcings.emplace_back();
    for (const double x : series) values.emplace_back(x);
  }
  return lane;
}

/// The largest |of(t) - exact(t)|, NaN if one is.
template <class Of>
double largest_error(const AlignedVector<double>& exact, std::size_t lanes, std::size_t l, Of of) {
  double largest = 0;
  for (std::size_t t = 0; t < kSteps; ++t) {
    const double error = std::abs(of(t) - exact[t * lanes + l]);
    if (!(error <= largest)) largest = std::isnan(largest) ? largest : error;
  }
  return largest;
}

template <class M>
class Precision {
 public:
  explicit Precision(std::size_t lanes) : case_(51, 4, lanes, kSteps), series_(all_series(case_.model)) {
    exact_ = run<double>(case_, Backend::kBest);
    for (const Backend backend : {Backend::kBest, Backend::kGeneric}) single_.push_back(run<float>(case_, backend));
  }

  void check_all() {
    for (std::size_t l = 0; l < case_.lanes; ++l) check(l);
    const std::size_t all = case_.lanes * series_.size();
    EXPECT_LE(undetermined_ * 100, all * undetermined_percent(M::kName)) << undetermined_ << " of " << all;
    EXPECT_GE(nearest_, 0.01) << "errors a hundred times as large would pass";
    const Ceiling ceiling = ceiling_of(M::kName);
    EXPECT_LE(states_, ceiling.states);
    EXPECT_LE(discharge_, ceiling.discharge);
    testing::Test::RecordProperty("states", fmt::format("{:.1e}", states_));
    testing::Test::RecordProperty("discharge", fmt::format("{:.1e}", discharge_));
    testing::Test::RecordProperty("undetermined", fmt::format("{} of {}", undetermined_, all));
  }

 private:
  void check(std::size_t l) {
    std::vector<double> spread(series_.size(), 0.0);
    for (Rounded::seed = 1; Rounded::seed <= kSamples; ++Rounded::seed) {
      const auto out = testing_support::simulate_on<M, void, Rounded>(rounded_lane(case_, l), case_.model.divide(1.0, {}));
      for (std::size_t i = 0; i < series_.size(); ++i) {
        const double error =
            largest_error(exact_.series[i], case_.lanes, l, [&](std::size_t t) { return out.series[i][t].value; });
        if (!(error <= spread[i])) spread[i] = error;
      }
    }
    for (std::size_t i = 0; i < series_.size(); ++i) check(l, i, spread[i]);
  }

  void check(std::size_t l, std::size_t i, double spread) {
    const double scale = largest_error(exact_.series[i], case_.lanes, l, [](std::size_t) { return 0.0; });
    if (!(spread <= kDetermined * scale)) {
      ++undetermined_;
      return;
    }
    // Below 1e-30 products leave the range of float.
    const double bound = kMargin * spread + kOfScale * scale + 1e-30;
    for (const SimulationResult<float>& result : single_) {
      const double error = largest_error(exact_.series[i], case_.lanes, l, [&](std::size_t t) {
        return static_cast<double>(result.series[i][t * case_.lanes + l]);
      });
      EXPECT_LE(error, bound) << series_name(case_.model, series_[i]) << ", lane " << l;
      nearest_ = std::max(nearest_, error / bound);
      if (series_[i].kind == Series::Kind::kState) states_ = std::max(states_, error / (scale + 1e-20));
      if (series_[i].kind == Series::Kind::kDischarge) discharge_ = std::max(discharge_, error / (scale + 1e-20));
    }
  }

  LaneCase<M> case_;
  std::vector<Series> series_;
  SimulationResult<double> exact_;
  std::vector<SimulationResult<float>> single_;
  std::size_t undetermined_ = 0;
  double nearest_ = 0;                 ///< of all errors by their bound, the largest
  double states_ = 0, discharge_ = 0;  ///< of their errors by the largest value, the largest
};

template <class M>
class SinglePrecisionValues : public testing::Test {};
TYPED_TEST_SUITE(SinglePrecisionValues, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(SinglePrecisionValues, AreWithinTheBoundOfDoubleForThreeYears) {
  Precision<TypeParam>(physics::substeps_of<TypeParam>().empty() ? 64 : 16).check_all();
}

}  // namespace
}  // namespace freshet::kernels
