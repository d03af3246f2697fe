#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/physics/hbv.hpp"
#include "freshet/physics/reference_simulation.hpp"

// Numbers printed by the public program hydrodl2 (single precision), run as it is on these forcings.

namespace freshet::physics {
namespace {

using Series = std::vector<double>;

/// Within what a single-precision run can differ; `cancellation` is the rounding of a large storage of which the value is a
/// small difference.
void expect_close(double got, double expected, const char* what, std::size_t step = 0, double cancellation = 0) {
  EXPECT_NEAR(got, expected, 2e-6 * std::abs(expected) + 1e-7 + cancellation) << what << ", step " << step;
}

void expect_close(const Series& got, const Series& expected, const char* what, double cancellation = 0) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t t = 0; t < got.size(); ++t) expect_close(got[t], expected[t], what, t, cancellation);
}

constexpr double kSinglePrecision = 0x1p-24;

Series twice(Series values) {
  values.reserve(2 * values.size());
  values.insert(values.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size()));
  return values;
}

class HbvReference : public testing::Test {
 protected:
  template <HbvVariant kVariant = HbvVariant::kBasic>
  ReferenceSimulation simulate(const HbvParameters<double>& parameters, double a, double b,
                               const std::vector<double>& initial = {}) const {
    const auto weights = gamma_unit_hydrograph(a, b);
    return simulate_reference<Hbv<kVariant>>(
        std::vector{precipitation_, temperature_, pet_}, fields<double>(parameters),
        {.initial = initial, .unit_hydrograph = std::vector<double>(weights.begin(), weights.end())});
  }

  Series precipitation_ = twice({0, 5, 12, 0, 30, 2.5, 0, 80, 0, 1});
  Series temperature_ = twice({-6, -4, -1.4, 0.3, 2.2, 6, 9.5, 12, 4, -2});
  Series pet_ = twice({.2, .3, .4, .5, .8, 1.2, 1.8, 2.4, 1, .3});
  HbvParameters<double> middle_{.beta = 3.5,
                                .fc = 525,
                                .k0 = .475,
                                .k1 = .255,
                                .k2 = .1005,
                                .lp = .6,
                                .perc = 5,
                                .uzl = 50,
                                .tt = 0,
                                .cfmax = 5.25,
                                .cfr = .05,
                                .cwh = .1};
  HbvParameters<double> wet_{.beta = 2,
                             .fc = 150,
                             .k0 = .3,
                             .k1 = .1,
                             .k2 = .05,
                             .lp = .6,
                             .perc = 1.5,
                             .uzl = 10,
                             .tt = 0,
                             .cfmax = 3,
                             .cfr = .05,
                             .cwh = .1};
  std::vector<double> wet_start_{20, 1, 100, 12, 30};
  Series capillary_rise_ = {3.012,    2.570392, 2.238105, 1.983536, 1.09775,  .7893314, .6885651, .09551763, .1337573, .1424716,
                            .1466917, .1548786, .1669665, .1828602, .1264946, .1520492, .2260332, .1063666,  .1473945, .155369};
};

TEST_F(HbvReference, MiddleOfAllRanges) {
  const ReferenceSimulation run = simulate(middle_, 1.45, 3.25);
  const Series& runoff = run.find("runoff");
  expect_close(runoff[0], 2.0100002e-04, "runoff", 1);
  expect_close(runoff[7], 2.1658964e-03, "runoff", 8);
  expect_close(runoff[14], 3.0725930e-02, "runoff", 15);
  expect_close(runoff[17], 2.0556210e-01, "runoff", 18);
  expect_close(runoff[19], 1.6632034e-01, "runoff", 20);
  expect_close(run.find("snowpack")[19], 1, "snowpack");
  expect_close(run.find("meltwater")[19], 0, "meltwater");
  expect_close(run.find("soil_moisture")[19], 250.1124115, "soil_moisture");
  expect_close(run.find("upper_zone")[19], 0, "upper_zone");
  expect_close(run.find("lower_zone")[19], 1.48860836, "lower_zone");
}

TEST_F(HbvReference, WetStart) {
  const ReferenceSimulation run = simulate(wet_, 2, 1.5, wet_start_);
  expect_close(run.find("runoff"),
               {2.76,     2.35275,  2.121037, 1.912318, 4.972576, 8.203513, 8.709186, 26.80416, 16.90338, 10.66505,
                6.734109, 4.256858, 2.695472, 2.314883, 13.39568, 13.40053, 8.453455, 32.72997, 20.62992, 13.00638},
               "runoff");
  expect_close(run.find("discharge"),
               {.2229351, .6427965, 1.038946, 1.336007, 1.784366, 2.681345, 3.874614, 6.509855, 9.674578, 11.48596,
                11.77445, 10.96315, 9.550229, 7.975111, 7.435393, 8.077248, 8.712555, 10.90016, 13.92892, 15.4986},
               "discharge");
  expect_close(run.find("snowpack"), {20.9, 26, 38, 37.1, 30.5, 12.5, 0, 0, 0, 1, 1, 6, 18, 17.1, 10.5, 0, 0, 0, 0, 1},
               "snowpack");
  const Series& outflow = run.find("snow_outflow");
  expect_close(outflow[4], 4.45, "snow_outflow", 5);
  expect_close(outflow[5], 19.8, "snow_outflow", 6);
  expect_close(outflow[6], 13.75, "snow_outflow", 7);
  const Series& recharge = run.find("recharge");
  expect_close(recharge[4], 14.8854, "recharge", 5);
  expect_close(recharge[5], 13.65201, "recharge", 6);
  expect_close(recharge[6], 9.520002, "recharge", 7);
  expect_close(recharge[7], 57.56684, "recharge", 8);
  expect_close(run.find("excess")[17], 0.2711029, "excess", 18, 151 * kSinglePrecision);  // soil moisture 150.27 - FC
  expect_close(run.find("snowpack")[19], 1, "snowpack");
  expect_close(run.find("meltwater")[19], 0, "meltwater");
  expect_close(run.find("soil_moisture")[19], 146.3000030, "soil_moisture");
  expect_close(run.find("upper_zone")[19], 26.8410549, "upper_zone");
  expect_close(run.find("lower_zone")[19], 29.0377274, "lower_zone");
}

TEST_F(HbvReference, WetStartWithCapillaryRise) {
  HbvParameters<double> p = wet_;
  p.c = .3;
  p.betaet = 1.5;
  const ReferenceSimulation run = simulate<HbvVariant::kCapillary>(p, 2, 1.5, wet_start_);
  expect_close(run.find("runoff"),
               {2.6094,   2.081161, 1.751122, 1.461722, 5.63934,  9.122768, 9.483366, 29.35328, 18.34675, 11.41701,
                7.055498, 4.311484, 2.58596,  1.966745, 13.41535, 13.33883, 8.283564, 32.89393, 20.61266, 12.87786},
               "runoff");
  // C SLZ (1 - SM / FC), with SM / FC near 1 and SLZ at most 31.
  expect_close(run.find("capillary_rise"), capillary_rise_, "capillary_rise", .3 * 31 * kSinglePrecision);
  expect_close(run.find("soil_moisture")[19], 146.7091369, "soil_moisture");
  expect_close(run.find("upper_zone")[19], 27.1908875, "upper_zone");
  expect_close(run.find("lower_zone")[19], 22.6921997, "lower_zone");
}

// In single precision itself the cancellations are the same as in the program, and the digits too.
TEST_F(HbvReference, CapillaryRiseInSinglePrecision) {
  HbvParameters<double> p = wet_;
  p.c = .3;
  p.betaet = 1.5;
  HbvParameters<float> parameters;
  for (std::size_t i = 0; i < kHbvParameters.size(); ++i) {
    fields<float>(parameters)[i] = static_cast<float>(fields<double>(p)[i]);
  }
  HbvState<float> state{20, 1, 100, 12, 30};
  for (std::size_t t = 0; t < precipitation_.size(); ++t) {
    const HbvForcing<float> today{static_cast<float>(precipitation_[t]), static_cast<float>(temperature_[t]),
                                  static_cast<float>(pet_[t])};
    const auto step = Hbv<HbvVariant::kCapillary>::step(state, today, parameters, 1.0F);
    state = step.state;
    expect_close(step.fluxes.capillary_rise, capillary_rise_[t], "capillary_rise", t);
  }
}

TEST(GammaUnitHydrograph, MatchesThePublishedProgram) {
  const auto check = [](double a, double b, const Series& expected) {
    const auto weights = gamma_unit_hydrograph(a, b);
    double sum = 0;
    for (const double weight : weights) sum += weight;
    EXPECT_NEAR(sum, 1.0, 1e-14);
    for (std::size_t k = 0; k < expected.size(); ++k) expect_close(weights[k], expected[k], "weight", k);
  };
  check(2, 1.5,
        {.0807735920, .1640421599, .1745186597, .1532623470, .1225595400, .0926968604, .0675652698, .0479666069, .0333875977,
         .0228861663, .0154966591, .0103884377, .0069061560, .0045588491, .0029912018});
  check(0, 0, {.9477455020, .0477192514, .0040779398, .0004076961, 4.4007e-05});
  check(2.9, 6.5,
        {.0009374609, .0073139770, .0176120158, .0299242362, .0428814925, .0555300713, .0672337711, .0775963441, .0864001513,
         .0935581848, .0990765989, .1030258238, .1055184454, .1066924855, .1066989750});
}

TEST(GammaUnitHydrograph, NegativeParametersCountAsZero) {
  EXPECT_EQ(gamma_unit_hydrograph(-3.0, -1.0), gamma_unit_hydrograph(0.0, 0.0));
}

TEST(Route, DelaysAndKeepsWater) {
  const Series weights = {0.5, 0.3, 0.2};
  EXPECT_EQ(route(Series{10, 0, 0, 0}, weights), (Series{5, 3, 2, 0}));
  EXPECT_EQ(route(Series{0, 4}, weights), (Series{0, 2}));
}

}  // namespace
}  // namespace freshet::physics
