#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/physics/reference_simulation.hpp"
#include "freshet/physics/vic_equations.hpp"
#include "freshet/physics/vic_soil.hpp"
#include "support/data_dir.hpp"

// Numbers of VIC 5.0.1 and of an independent program with the same equations.

namespace freshet::physics {
namespace {

using Series = std::vector<double>;

/// Printed with 16 digits, but each is the small difference of numbers of some 100 mm: 1e-12 is what rounding leaves of them.
constexpr double kRounding = 1e-12;

TEST(VicInfiltration, MatchesReferenceNumbers) {
  struct Row {
    double storage, capacity, b, inflow, saturated, i0, runoff;
  };
  for (const Row& row : std::vector<Row>{{100, 300, .2, 20, .06534473481593284, 103.22083345592088, 1.4556263579564472},
                                         {250, 300, .2, 20, .2581636244095977, 279.11963072416336, 5.557481064120573},
                                         {290, 300, .2, 20, .4326995550252555, 338.84718740078864, 10.304557087709743},
                                         {150, 300, .05, 10, .032468221476108394, 152.2146491763932, .3398392625847464},
                                         {150, 300, .4, 10, .17966464399236204, 164.00713261706014, 1.8612456328889095},
                                         {0, 300, .2, 50, 0, 0, .7219093111074528},
                                         {300, 300, .2, 5, 1, 360, 5}}) {
    const VicInfiltration<double> got = vic_infiltration(row.storage, row.capacity, row.b, row.inflow);
    EXPECT_NEAR(got.saturated_fraction, row.saturated, kRounding);
    EXPECT_NEAR(got.capacity, row.i0, kRounding);
    EXPECT_NEAR(got.runoff, row.runoff, kRounding);
  }
}

TEST(VicDrainage, MatchesReferenceNumbers) {
  struct Row {
    double ksat, moisture, residual, capacity, n, drainage;
  };
  for (const Row& row : std::vector<Row>{{250. / 24, 60, 0, 100, 12, .022623549760858452},
                                         {250. / 24, 90, 0, 100, 12, 2.4784583526020896},
                                         {250. / 24, 100, 0, 100, 12, 6.705743013637445},
                                         {5, 120, 5, 200, 10, .02541688006206755}}) {
    const double drainable = row.capacity - row.residual;
    const VicDrainage<double, 1> d{
        .exponent = row.n - 1, .root = -1 / (row.n - 1), .scale = {1 / drainable}, .rate = {(row.n - 1) * row.ksat / drainable}};
    EXPECT_NEAR(vic_drainage(d, 0, row.moisture - row.residual, 1.0), row.drainage, kRounding);
  }
}

TEST(VicBaseflow, MatchesReferenceNumbers) {
  const auto baseflow = [](double moisture, double ds, double dsmax, double ws) {
    return vic_baseflow(vic_baseflow_curve(800.0, ds, dsmax, ws, 2.0), moisture);
  };
  EXPECT_NEAR(baseflow(200, .001, 20, .9), .005555555555555556, kRounding);
  EXPECT_NEAR(baseflow(760, .001, 20, .9), 5.015555555555545, kRounding);
  EXPECT_NEAR(baseflow(800, .02, 20, .9), 20, kRounding);
  EXPECT_NEAR(baseflow(500, .1, 15, .5), 2.625, kRounding);
}

TEST(VicSoilEvaporation, MatchesReferenceNumbers) {
  const auto evaporation = [](double moisture, double b) {
    return 3 * vic_soil_evaporation_factor(moisture, 50.0, b, vic_evaporation_series(b));
  };
  EXPECT_NEAR(evaporation(20, .2), 1.376004338821948, kRounding);
  EXPECT_NEAR(evaporation(5, .2), .41024387097849635, kRounding);
  EXPECT_NEAR(evaporation(45, .2), 2.746464941589733, kRounding);
  EXPECT_NEAR(evaporation(25, .4), 1.7771463606403508, kRounding);
  EXPECT_NEAR(evaporation(50, .2), 3, kRounding);
}

// VIC's saturation vapour pressure over water, below 0 degC over ice, in Pa, and its slope, in Pa/K. The column is given its
// potential evapotranspiration and needs neither; these are the reference's formulas and numbers for who computes VIC's own.
TEST(VicSaturation, MatchesReferenceNumbers) {
  const auto check = [](double temperature, double pressure, double slope) {
    const double above = 237.3 + temperature;
    const double ice = temperature < 0 ? 1 + temperature * (0.00972 + 0.000042 * temperature) : 1;
    const double got = 610.78 * std::exp(17.269 * temperature / above) * ice;
    EXPECT_NEAR(got, pressure, kRounding);
    EXPECT_NEAR(17.269 * 237.3 / (above * above) * got, slope, kRounding);
  };
  check(-10, 259.14277622782356, 20.554417014122187);
  check(0, 610.78, 44.448208259587);
  check(20, 2338.022964146756, 144.7218574205433);
}

TEST(VicRainFraction, MatchesTheTestOfVic) {
  EXPECT_DOUBLE_EQ(4 * vic_rain_fraction(0.0, 1.0, -1.0), 2);
  EXPECT_DOUBLE_EQ(4 * vic_rain_fraction(3.0, 1.0, -1.0), 4);
  EXPECT_DOUBLE_EQ(4 * vic_rain_fraction(-2.0, 1.0, -1.0), 0);
}

/// The column of the reference runs: layers of 45, 135 and 450 mm.
constexpr std::array<double, 12> kColumn = {.2, .02, 15, .8, 2, 12, 250, .1, .3, 1, .45, 0};

// Rounding gathers over 120 sub-steps.
TEST(VicSoilColumn, MatchesDailyStepsWithEvaporation) {
  const std::vector<Series> forcing = {{10, 40, 0, 90, 0}, {1, 1.5, 2, .5, 2}, {.5, .6, 1, .2, 1}, {.2, .2, .3, .1, .3}};
  const auto run = simulate_reference<VicSoil>(forcing, kColumn, {.substeps = {1, 24}, .initial = {20, 70, 250}});
  const std::array<std::array<double, 5>, 5> expected = {
      {{27.64979030420311, 69.59377619946535, 249.68204350346485, 1.1661831572672838, .20820683559939687},
       {38.69734449914271, 89.79572176765863, 249.68129227881403, 6.243271681382041, .20797978013593488},
       {29.6709540076892, 92.9742866046579, 252.02015985032108, 0, .20895808294721938},
       {41.05675996640768, 119.07653816488668, 270.873003220875, 32.64524061234711, .21385849815158636},
       {29.820157845457974, 103.24824917972248, 294.39984671195003, 0, .2380476150388687}}};
  for (std::size_t t = 0; t < expected.size(); ++t) {
    EXPECT_NEAR(run.find("moisture_1")[t], expected[t][0], 10 * kRounding) << t;
    EXPECT_NEAR(run.find("moisture_2")[t], expected[t][1], 10 * kRounding) << t;
    EXPECT_NEAR(run.find("moisture_3")[t], expected[t][2], 10 * kRounding) << t;
    EXPECT_NEAR(run.find("surface_runoff")[t], expected[t][3], 10 * kRounding) << t;
    EXPECT_NEAR(run.find("baseflow")[t], expected[t][4], 10 * kRounding) << t;
  }
}

// VIC itself, hourly, in saturated air without radiation: nothing evaporates. It read 10.00001 mm for 10, whence the tolerance.
TEST(VicSoilColumn, MatchesHourlyVic) {
  const Series none(6, 0.0);
  const std::vector<Series> forcing = {{10, 40, 0, 90, 0, 5}, none, none, none};
  const auto run = simulate_reference<VicSoil>(forcing, kColumn, {.substeps = {24, 1}, .initial = {20, 70, 250}});
  const std::array<std::array<double, 5>, 6> expected = {{{1.16539948, .208287797, 28.5744676, 70.1655881, 249.886265},
                                                          {6.35708855, .208260876, 38.6574606, 93.1065059, 250.297013},
                                                          {0, .210191899, 30.7286442, 96.5999480, 254.522195},
                                                          {24.8649777, .219190440, 41.3298962, 120.950580, 284.486143},
                                                          {0, .251180164, 30.8478109, 104.329469, 311.338159},
                                                          {1.00144786, .262900373, 31.6804979, 99.3999218, 319.170663}}};
  for (std::size_t t = 0; t < expected.size(); ++t) {
    EXPECT_NEAR(run.find("surface_runoff")[t], expected[t][0], 2e-5) << t;
    EXPECT_NEAR(run.find("baseflow")[t], expected[t][1], 2e-5) << t;
    EXPECT_NEAR(run.find("moisture_1")[t], expected[t][2], 2e-5) << t;
    EXPECT_NEAR(run.find("moisture_2")[t], expected[t][3], 2e-5) << t;
    EXPECT_NEAR(run.find("moisture_3")[t], expected[t][4], 2e-5) << t;
  }
}

// How often the infiltration curve is applied decides on the runoff of the 90 mm day. Every six hours is VIC's own number again.
TEST(VicSoilColumn, MatchesRunoffByInfiltrationStep) {
  const Series none(4, 0.0);
  const std::vector<Series> forcing = {{10, 40, 0, 90}, none, none, none};
  const auto runoff = [&](Substeps substeps) {
    const auto run = simulate_reference<VicSoil>(forcing, kColumn, {.substeps = substeps, .initial = {20, 70, 250}});
    return run.find("surface_runoff")[3];
  };
  EXPECT_NEAR(runoff({24, 1}), 24.865, 5e-4);
  EXPECT_NEAR(runoff({8, 3}), 25.503, 5e-4);
  EXPECT_NEAR(runoff({4, 6}), 26.611, 5e-4);
  EXPECT_NEAR(runoff({1, 24}), 37.344, 5e-4);
}

/// The columns of one of VIC's output files, found by their names.
std::map<std::string, Series> read_vic_output(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::vector<std::string> names;
  std::map<std::string, Series> columns;
  while (std::getline(in, line)) {
    if (line.starts_with('#')) continue;
    std::istringstream cells(line);
    std::string cell;
    for (std::size_t i = 0; cells >> cell; ++i) {
      if (line.starts_with("YEAR")) {
        names.push_back(cell);
      } else {
        columns[names.at(i)].push_back(std::stod(cell));
      }
    }
  }
  return columns;
}

// A cell without vegetation in six-hour steps. What reaches the soil and what evaporates come from VIC, so the snowpack and the
// potential evaporation play no part.
TEST(VicSoilColumn, MatchesVicOnBareSoil) {
  FRESHET_REQUIRE_DATA_DIR(data);
  const auto folder = data / "vic_runs" / "raw_example_bare_soil";
  auto vic = read_vic_output(folder / "output" / "fluxes_6hourly_35.1589_-83.3942.txt");
  ASSERT_EQ(vic["OUT_INFLOW"].size(), 120U);
  const auto daily = [](Series amounts) {
    for (double& x : amounts) x *= 4;
    return amounts;
  };
  const Series none(120, 0.0);
  // raw_example_bare_soil/soil.txt: infilt, Ds, Dsmax, Ws, c, expt, Ksat, depths, 1 - 1510.5 / 2650, resid; and init_moist.
  const std::array<double, 12> parameters = {.2, .02, 10, .8, 2, 12, 472.8, .1, .5, 1, 1 - 1510.5 / 2650, .02};
  const auto run =
      simulate_reference<VicSoil>(std::vector<Series>{daily(vic["OUT_INFLOW"]), daily(vic["OUT_EVAP_BARE"]), none, none},
                                  parameters, {.step_days = .25, .substeps = {1, 6}, .initial = {25.9845, 133.6485, 380.6604}});
  for (std::size_t t = 0; t < 120; ++t) {
    EXPECT_NEAR(run.find("moisture_1")[t], vic["OUT_SOIL_MOIST_0"][t], 1e-6) << t;
    EXPECT_NEAR(run.find("moisture_2")[t], vic["OUT_SOIL_MOIST_1"][t], 1e-6) << t;
    EXPECT_NEAR(run.find("moisture_3")[t], vic["OUT_SOIL_MOIST_2"][t], 1e-6) << t;
    EXPECT_NEAR(run.find("surface_runoff")[t] / 4, vic["OUT_RUNOFF"][t], 1e-8) << t;
    EXPECT_NEAR(run.find("baseflow")[t] / 4, vic["OUT_BASEFLOW"][t], 1e-8) << t;
  }
}

}  // namespace
}  // namespace freshet::physics
