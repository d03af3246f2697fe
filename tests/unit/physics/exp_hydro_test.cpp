#include "freshet/physics/exp_hydro.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/physics/exp_hydro_published_run.hpp"
#include "freshet/physics/exp_hydro_threshold.hpp"
#include "freshet/physics/pet.hpp"
#include "freshet/physics/reference_simulation.hpp"
#include "support/columns.hpp"
#include "support/data_dir.hpp"
#include "support/dual.hpp"

namespace freshet::physics {
namespace {

using testing_support::Dual;
using Series = std::vector<double>;

/// Parameters from the weights of the P-RNN's cell.
template <class S>
ExpHydroParameters<S> from_weights(const std::array<S, 6>& w) {
  return {w[0] / S(10.0), S(1500.0) * w[1], S(50.0) * w[2], S(5.0) * w[3], S(-3.0) * w[4], S(3.0) * w[5]};
}

/// The weights, the one of `direction` with derivative 1.
std::array<Dual, 6> in_direction(const std::array<double, 6>& w, std::size_t direction) {
  std::array<Dual, 6> out;
  for (std::size_t i = 0; i < 6; ++i) out[i] = Dual(w[i], i == direction ? 1.0 : 0.0);
  return out;
}

template <class S>
std::vector<S> runoff(const Series& precipitation, const Series& temperature, const Series& pet, const ExpHydroParameters<S>& p) {
  ExpHydroState<S> state;
  std::vector<S> out;
  for (std::size_t t = 0; t < pet.size(); ++t) {
    const auto step = ExpHydro::step<S>(state, {S(precipitation[t]), S(temperature[t]), S(pet[t])}, p, S(1.0));
    state = step.state;
    out.push_back(step.fluxes.runoff);
  }
  return out;
}

/// Ten days with every regime, and what an independent program of the P-RNN's equations gives for them.
class ExpHydroTenDays : public testing::Test {
 protected:
  ExpHydroTenDays() {
    for (std::size_t t = 0; t < 10; ++t) pet_.push_back(hamon_pet(24 * (0.4 + 0.002 * static_cast<double>(t)), temperature_[t]));
  }

  const Series precipitation_ = {0, 5, 12, 0, 30, 2.5, 0, 80, 0, 1};
  const Series temperature_ = {-6, -4, -1.4, 0.3, 2.2, 6, 9.5, 12, 4, -2};
  Series pet_;
  const ExpHydroParameters<double> p_{.f = .05, .smax = 200, .qmax = 20, .ddf = 2.5, .tmin = -1.5, .tmax = .5};
};

/// A number as it was printed, and half a unit of its last digit.
struct Printed {
  double value, half_unit;
};

void expect_printed(const Series& got, const std::vector<Printed>& expected, const char* what) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t t = 0; t < got.size(); ++t) {
    EXPECT_NEAR(got[t], expected[t].value, expected[t].half_unit) << what << " day " << t + 1;
  }
}

const std::vector<Printed> kPrintedPet = {
    {0.417633049731, 5e-13}, {0.485067275130, 5e-13}, {0.586153474490, 5e-13}, {0.663015836571, 5e-13}, {0.758893079440, 5e-13},
    {0.983154695244, 5e-13}, {1.239501812377, 5e-13}, {1.458714486214, 5e-13}, {0.873606319632, 5e-13}, {0.581425273159, 5e-13}};
const std::vector<Printed> kPrintedSnowpack = {{0, 1e-12},
                                               {4.999999999931, 5e-13},
                                               {8.227297082984, 5e-13},
                                               {8.286898543995, 5e-13},
                                               {4.036898719942, 5e-13},
                                               {0, 1e-12},
                                               {0, 1e-12},
                                               {0, 1e-12},
                                               {0, 1e-12},
                                               {0.9933071491191, 5e-14}};
const std::vector<Printed> kPrintedBucket = {{-4.539992976248e-04, 5e-17}, {-9.064083677515e-04, 5e-17}, {8.771345909509, 5e-13},
                                             {8.681258904756, 5e-13},      {42.89691648191, 5e-12},      {49.21518871188, 5e-12},
                                             {48.89954110710, 5e-12},      {128.5324192796, 5e-11},      {127.4097681189, 5e-11},
                                             {126.5154819089, 5e-11}};
const std::vector<Printed> kPrintedMelt = {
    {0, 1e-12}, {0, 1e-12}, {-2.661e-08, 5e-12}, {-5.960146101106e-02, 5e-15}, {4.036898552817, 5e-13}, {0, 1e-12}, {0, 1e-12},
    {0, 1e-12}, {0, 1e-12}, {-8.68e-11, 5e-14}};
const std::vector<Printed> kPrintedEvapotranspiration = {
    {-4.7294e-07, 5e-12},        {-1.0942e-06, 5e-11},        {2.570677440408e-02, 5e-15}, {2.877906067614e-02, 5e-15},
    {1.627708652371e-01, 5e-14}, {2.419307192970e-01, 5e-14}, {3.030553491333e-01, 5e-14}, {9.374605097565e-01, 5e-14},
    {5.565298930573e-01, 5e-14}, {3.677964931385e-01, 5e-14}};
const std::vector<Printed> kPrintedRunoff = {
    {4.529584403264e-04, 5e-17}, {4.519212861742e-04, 5e-17}, {1.407837512485e-03, 5e-16}, {1.401510379759e-03, 5e-16},
    {7.754965723000e-03, 5e-16}, {1.063602674691e-02, 5e-15}, {1.046948261689e-02, 5e-15}, {5.612174919151e-01, 5e-14},
    {5.305827646810e-01, 5e-14}, {5.073807195804e-01, 5e-14}};

TEST_F(ExpHydroTenDays, EveryColumn) {
  const ReferenceSimulation run =
      simulate_reference<ExpHydro>(std::vector{precipitation_, temperature_, pet_}, fields<double>(p_));
  // The published program evaluates melt and evapotranspiration at the end of the day, too.
  Series melt, evapotranspiration;
  for (std::size_t t = 0; t < 10; ++t) {
    melt.push_back(ExpHydro::melt(run.find("snowpack")[t], temperature_[t], p_, 1.0));
    evapotranspiration.push_back(ExpHydro::bucket_losses(run.find("bucket")[t], pet_[t], p_).evapotranspiration);
  }
  expect_printed(pet_, kPrintedPet, "PET");
  expect_printed(run.find("snowpack"), kPrintedSnowpack, "S0");
  expect_printed(run.find("bucket"), kPrintedBucket, "S1");
  expect_printed(melt, kPrintedMelt, "M");
  expect_printed(evapotranspiration, kPrintedEvapotranspiration, "ET");
  expect_printed(run.find("runoff"), kPrintedRunoff, "Q*");
}

// Sum of the runoff against the weights of the P-RNN, by forward differentiation and by central differences.
TEST_F(ExpHydroTenDays, Gradient) {
  const std::array<double, 6> weights = {.5, 2.0 / 15, .4, .5, .5, 1.0 / 6};
  const std::array<Printed, 6> expected = {{{-11.759787771955, 5e-13},
                                            {-118.197960717165, 5e-13},
                                            {3.967566878412, 5e-13},
                                            {-1.66895806713746e-04, 5e-19},
                                            {-2.63316352185572e-02, 5e-17},
                                            {1.93088873777771e-06, 5e-21}}};
  const auto sum = [&]<class S>(const std::array<S, 6>& w) {
    S total(0.0);
    for (const S& q : runoff<S>(precipitation_, temperature_, pet_, from_weights(w))) total = total + q;
    return total;
  };
  for (std::size_t i = 0; i < 6; ++i) {
    const double derivative = sum(in_direction(weights, i)).derivative;
    // 1 - tanh^2 far from a threshold has few digits left: what both programs lose there is 2e-15 of the sum.
    EXPECT_NEAR(derivative, expected[i].value, std::max(expected[i].half_unit, 2e-15)) << i;
    constexpr double kChange = 1e-5;
    std::array<double, 6> up = weights, down = weights;
    up[i] += kChange;
    down[i] -= kChange;
    EXPECT_NEAR((sum(up) - sum(down)) / (2 * kChange), derivative, 1e-6 * std::abs(derivative) + 1e-10) << i;
  }
}

// The runoff of a day is what leaves on the next: the balance closes with the outflow, and the runoff of all but the last day
// is the outflow of all but the first.
TEST_F(ExpHydroTenDays, RunoffIsTheOutflowOfTheNextDay) {
  const ReferenceSimulation run =
      simulate_reference<ExpHydro>(std::vector{precipitation_, temperature_, pet_}, fields<double>(p_));
  for (std::size_t t = 0; t + 1 < 10; ++t) {
    EXPECT_EQ(run.find("runoff")[t], run.find("subsurface_flow")[t + 1] + run.find("surface_flow")[t + 1]);
  }
}

class ExpHydroRealBasin : public testing::Test {
 protected:
  void SetUp() override {
    FRESHET_REQUIRE_DATA_DIR(folder);
    columns_ = testing_support::read_columns(folder / "camels_us_exphydro_01013500" / "01013500.csv");
    for (std::size_t t = 0; t < column("tmean(C)").size(); ++t) {
      pet_.push_back(hamon_pet(24 * column("dayl(day)")[t], column("tmean(C)")[t]));
    }
  }
  const Series& column(const char* name) const { return columns_.at(name); }

  /// 1 - NSE over a window, the first 365 of 2190 days left out.
  template <class S>
  S loss(std::size_t window, const ExpHydroParameters<S>& p) const {
    const auto part = [&](const Series& all) {
      const auto first = all.begin() + static_cast<std::ptrdiff_t>(365 * window);
      return Series(first, first + 2190);
    };
    const std::vector<S> simulated = runoff<S>(part(column("prcp(mm/day)")), part(column("tmean(C)")), part(pet_), p);
    const Series observed = part(column("flow(mm)"));
    const double mean = std::accumulate(observed.begin() + 365, observed.end(), 0.0) / (2190 - 365);
    S error(0.0);
    double spread = 0;
    for (std::size_t t = 365; t < 2190; ++t) {
      const S difference = simulated[t] - S(observed[t]);
      error = error + difference * difference;
      spread += (observed[t] - mean) * (observed[t] - mean);
    }
    return error / S(spread);
  }

  std::map<std::string, Series> columns_;
  Series pet_;
  const std::array<double, 6> weights_ = {.5, .5, .5, .5, .5, .5};
};

TEST_F(ExpHydroRealBasin, LossOfFifteenWindows) {
  const Series expected = {1.15200524, 0.89700551, 0.97389601, 1.21532588, 1.39277485, 1.15717242, 1.4485544, 1.44588246,
                           1.2443821,  1.20891545, 1.38009705, 1.28835588, 1.21880447, 1.48607157, 1.36782186};
  double mean = 0;
  for (std::size_t window = 0; window < 15; ++window) {
    const double got = loss(window, from_weights(weights_));
    EXPECT_NEAR(got, expected[window], 5e-9) << window;
    mean += got / 15;
  }
  EXPECT_NEAR(mean, 1.2584710102267593, 5e-14);
}

TEST_F(ExpHydroRealBasin, GradientOfTheMeanLoss) {
  const Series expected = {3.200211066792, -0.311243176289, 0.227431173341, 1.509245758352, -0.687547255348, 0.360082465430};
  const auto mean = [&]<class S>(const std::array<S, 6>& w) {
    S sum(0.0);
    for (std::size_t window = 0; window < 15; ++window) sum = sum + loss(window, from_weights(w));
    return sum / S(15.0);
  };
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(mean(in_direction(weights_, i)).derivative, expected[i], 5e-13) << i;
    constexpr double kChange = 1e-6;
    std::array<double, 6> up = weights_, down = weights_;
    up[i] += kChange;
    down[i] -= kChange;
    EXPECT_NEAR((mean(up) - mean(down)) / (2 * kChange), expected[i], 1e-6 * std::abs(expected[i])) << i;
  }
}

TEST_F(ExpHydroRealBasin, WholeRecord) {
  const ExpHydroParameters<double> p = from_weights(weights_);
  const ReferenceSimulation run =
      simulate_reference<ExpHydro>(std::vector{column("prcp(mm/day)"), column("tmean(C)"), pet_}, fields<double>(p));
  ASSERT_EQ(pet_.size(), 10957u);
  EXPECT_NEAR(pet_[0], 1.137794958099, 5e-13);
  EXPECT_NEAR(pet_[1], 1.510191673374, 5e-13);
  EXPECT_NEAR(pet_[2], 1.632038689245, 5e-13);
  EXPECT_NEAR(run.find("bucket")[30], 88.20042229, 5e-9);         // 1980-10-31
  EXPECT_NEAR(run.find("snowpack")[100], 142.8517767712, 5e-11);  // 1981-01-09
  EXPECT_NEAR(run.find("runoff")[365], 2.394747208752, 5e-13);    // 1981-10-01
  EXPECT_NEAR(run.find("runoff").back(), 7.239023467353, 5e-13);  // 2010-09-30
}

// A warm day on a thin snowpack, by hand, with one step of a quarter day so that the four evaluations are nearly alike:
// rain 8; melt 3 * 2 = 6, as long as the snowpack holds 6 or more; the bucket overflows from the start: 110 - 100 = 10 per day;
// evapotranspiration is potential, 1, and the subsurface flow qmax, 5. d overflow / dt = 8 + 6 - 1 - 5 - overflow = 8 - overflow,
// so overflow(t) = 8 + 2 exp(-t), of which the method's polynomial at t = 1/4 is 1 - 1/4 + 1/32 - 1/384 + 1/6144.
TEST(ExpHydroThreshold, MatchesAnOverflowWorkedByHand) {
  const ExpHydroParameters<double> p{.f = .05, .smax = 100, .qmax = 5, .ddf = 3, .tmin = -1, .tmax = 1};
  const auto [state, flux] = ExpHydroThreshold::step<double>({10, 110}, {8, 3, 1}, p, 0.25);
  const double decay = 1 - 1.0 / 4 + 1.0 / 32 - 1.0 / 384 + 1.0 / 6144;
  EXPECT_NEAR(state.snowpack, 8.5, 1e-13);
  EXPECT_NEAR(state.bucket, 108 + 2 * decay, 1e-12);
  EXPECT_NEAR(flux.rainfall, 8, 1e-13);
  EXPECT_NEAR(flux.snowfall, 0, 1e-13);
  EXPECT_NEAR(flux.melt, 6, 1e-13);
  EXPECT_NEAR(flux.evapotranspiration, 1, 1e-13);
  EXPECT_NEAR(flux.subsurface_flow, 5, 1e-13);
  EXPECT_NEAR(flux.surface_flow, 8 - 4 * (2 * decay - 2), 1e-11);
  EXPECT_NEAR(flux.runoff, flux.subsurface_flow + flux.surface_flow, 1e-13);
}

TEST(ExpHydroThreshold, EmptyBucketLosesNothing) {
  const ExpHydroParameters<double> p{.f = 0, .smax = 100, .qmax = 20, .ddf = 3, .tmin = -1, .tmax = 1};
  const auto [state, flux] = ExpHydroThreshold::step<double>({0, -3}, {4, -5, 2}, p, 1.0);
  EXPECT_EQ(flux.runoff, 0.0);
  EXPECT_EQ(flux.evapotranspiration, 0.0);
  EXPECT_EQ(state.bucket, -3.0);
  EXPECT_EQ(state.snowpack, 4.0);
}

Series sample(const std::filesystem::path& folder, const char* name) {
  return testing_support::read_columns(folder / "exp_hydro_sample" / name).begin()->second;
}
constexpr ExpHydroParameters<double> kSampleParameters{.f = .07, .smax = 200, .qmax = 20, .ddf = 2, .tmin = -1, .tmax = 1};

// Numbers printed by the published program on its own sample series.
TEST(ExpHydroPublishedRun, RepeatsThePublishedProgram) {
  FRESHET_REQUIRE_DATA_DIR(folder);
  const Series precipitation = sample(folder, "P_test.txt"), temperature = sample(folder, "T_test.txt"),
               pet = sample(folder, "PET_test.txt"), observed = sample(folder, "Q_test.txt");
  ASSERT_EQ(pet.size(), 4017u);
  const Series q = exp_hydro_published_run(precipitation, temperature, pet, kSampleParameters);
  const Series first = {2.480484617e-05, 3.533100314e-05, 1.098103207e-04, 1.435156105e-04, 1.547741760e-04,
                        1.631090742e-04, 4.355855921e-04, 5.562449541e-04, 5.564697915e-04, 5.545339708e-04};
  for (std::size_t t = 0; t < 10; ++t) EXPECT_NEAR(q[t], first[t], t < 2 ? 5e-15 : 6e-14) << t;
  const Series year = {2.954986638685, 2.188309683691, 2.003647036633, 2.447613888363, 2.565256097431};
  for (std::size_t t = 0; t < 5; ++t) EXPECT_NEAR(q[365 + t], year[t], 5e-13) << 365 + t;
  EXPECT_NEAR(q[1000], 1.0825499773361629, 1e-15);
  EXPECT_NEAR(std::accumulate(q.begin(), q.end(), 0.0), 17959.816403873847, 1e-10);
  const auto largest = std::max_element(q.begin(), q.end());
  EXPECT_EQ(largest - q.begin(), 3242);
  EXPECT_NEAR(*largest, 56.028979596684934, 5e-14);

  const Series o(observed.begin() + 365, observed.begin() + 2558), s(q.begin() + 365, q.begin() + 2558);
  const double n = static_cast<double>(o.size());
  const double mean_o = std::accumulate(o.begin(), o.end(), 0.0) / n, mean_s = std::accumulate(s.begin(), s.end(), 0.0) / n;
  double oo = 0, ss = 0, os = 0, error = 0;
  for (std::size_t t = 0; t < o.size(); ++t) {
    oo += (o[t] - mean_o) * (o[t] - mean_o);
    ss += (s[t] - mean_s) * (s[t] - mean_s);
    os += (o[t] - mean_o) * (s[t] - mean_s);
    error += (o[t] - s[t]) * (o[t] - s[t]);
  }
  EXPECT_NEAR(1 - error / oo, 0.6392907940006314, 1e-13);
  const double kge = 1 - std::sqrt(std::pow(os / std::sqrt(oo * ss) - 1, 2) + std::pow(std::sqrt(ss / oo) - 1, 2) +
                                   std::pow(mean_s / mean_o - 1, 2));
  EXPECT_NEAR(kge, 0.7339145397638971, 1e-13);
}

// The classical Runge-Kutta method with a daily step is close to the solution with sixteen steps a day.
TEST(ExpHydroThreshold, DailyStepsAreCloseToShortOnes) {
  FRESHET_REQUIRE_DATA_DIR(folder);
  const std::vector<Series> forcing = {sample(folder, "P_test.txt"), sample(folder, "T_test.txt"),
                                       sample(folder, "PET_test.txt")};
  const ReferenceSimulation daily = simulate_reference<ExpHydroThreshold>(forcing, fields<double>(kSampleParameters));
  const ReferenceSimulation fine =
      simulate_reference<ExpHydroThreshold>(forcing, fields<double>(kSampleParameters), {.substeps = {.outer = 16}});
  double difference = 0, total = 0;
  for (std::size_t t = 0; t < forcing[0].size(); ++t) {
    difference += std::abs(daily.find("runoff")[t] - fine.find("runoff")[t]);
    total += fine.find("runoff")[t];
  }
  EXPECT_LT(difference, 0.01 * total);
}

}  // namespace
}  // namespace freshet::physics
