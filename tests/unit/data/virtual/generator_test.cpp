#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/data/virtual/basin.hpp"
#include "freshet/physics/pet.hpp"

// Are virtual basins plausible? Bounds are what the basins of CAMELS-US show, or wider.

namespace freshet::synth {
namespace {

constexpr std::size_t kBasins = 100;

TimeAxis years(int n) {
  const Time first = make_day(1990, 10, 1), end = make_day(1990 + n, 10, 1);
  return {first, kMinutesPerDay, (end.minutes - first.minutes) / kMinutesPerDay};
}

const std::vector<VirtualBasin>& world() {
  static const std::vector<VirtualBasin> basins = [] {
    std::vector<VirtualBasin> made;
    for (std::size_t i = 0; i < kBasins; ++i) made.push_back(make_virtual_basin(1, i, years(10)));
    return made;
  }();
  return basins;
}

double mean(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

/// The part of a series that its mean annual cycle does not explain, observed days only.
struct Anomaly {
  std::vector<double> values;
  double explained = 0;  ///< Nash-Sutcliffe efficiency of the cycle
};

Anomaly anomaly(const std::vector<double>& series, const TimeAxis& axis) {
  std::vector<double> sum(367), count(367);
  double total = 0, n = 0;
  for (std::size_t t = 0; t < series.size(); ++t) {
    if (std::isnan(series[t])) continue;
    const auto day = static_cast<std::size_t>(day_of_year(axis.at(static_cast<std::int64_t>(t))));
    sum[day] += series[t], count[day] += 1, total += series[t], n += 1;
  }
  Anomaly out;
  double rest = 0, variance = 0;
  for (std::size_t t = 0; t < series.size(); ++t) {
    if (std::isnan(series[t])) continue;
    const auto day = static_cast<std::size_t>(day_of_year(axis.at(static_cast<std::int64_t>(t))));
    out.values.push_back(series[t] - sum[day] / count[day]);
    rest += out.values.back() * out.values.back();
    variance += (series[t] - total / n) * (series[t] - total / n);
  }
  out.explained = 1.0 - rest / variance;
  return out;
}

TEST(VirtualWeather, HasPlausiblePrecipitation) {
  double driest = 1e9, wettest = 0;
  for (const VirtualBasin& basin : world()) {
    const std::vector<double>& p = basin.weather.precipitation;
    ASSERT_GE(*std::min_element(p.begin(), p.end()), 0.0);
    ASSERT_LE(*std::max_element(p.begin(), p.end()), 500.0) << basin.summary.place.id;
    const double p_mean = mean(p);
    driest = std::min(driest, p_mean), wettest = std::max(wettest, p_mean);
    EXPECT_GE(p_mean, 0.4) << basin.summary.place.id;
    EXPECT_LE(p_mean, 9.0) << basin.summary.place.id;
    std::vector<double> wet;
    std::copy_if(p.begin(), p.end(), std::back_inserter(wet), [](double x) { return x > 0; });
    const double m = mean(wet);
    double second = 0, third = 0;
    for (const double x : wet) second += std::pow(x - m, 2), third += std::pow(x - m, 3);
    const double n = static_cast<double>(wet.size());
    const double skew = third / n / std::pow(second / n, 1.5);
    EXPECT_GE(skew, 1.5) << basin.summary.place.id;
    EXPECT_LE(skew, 12.0) << basin.summary.place.id;
  }
  EXPECT_LE(driest, 1.0);
  EXPECT_GE(wettest, 5.0);
}

TEST(VirtualWeather, HasTheMeanPrecipitationAndWetDaysItsClimateAsksFor) {
  RngStream rng(3, RngUse::kSynthetic);
  const Place place{.latitude = 40, .longitude = -90};
  const Climate climate{.precipitation = 3,
                        .precipitation_season = 0.5,
                        .precipitation_peak = 170,
                        .wet_fraction = 0.4,
                        .wet_persistence = 0.3,
                        .amount_shape = 0.7,
                        .slow_wetness = 0.25,
                        .temperature = 10,
                        .temperature_season = 12,
                        .temperature_noise = 3.5,
                        .temperature_memory = 0.75,
                        .temperature_range = 11,
                        .dew_point_depression = 2};
  const Weather w = generate_weather(place, climate, years(300), rng);
  EXPECT_NEAR(mean(w.precipitation), 3.0, 0.1);
  const double wet =
      static_cast<double>(std::count_if(w.precipitation.begin(), w.precipitation.end(), [](double x) { return x > 0; }));
  EXPECT_NEAR(wet / static_cast<double>(w.size()), 0.4, 0.02);  // slightly less: rounding to 0.01 mm, and the power of the season
  std::vector<double> temperature(w.size());
  for (std::size_t t = 0; t < w.size(); ++t) temperature[t] = w.temperature(t);
  EXPECT_NEAR(mean(temperature), 10.0, 0.2);
}

TEST(VirtualWeather, HasPersistentTemperature) {
  for (const VirtualBasin& basin : world()) {
    std::vector<double> temperature(basin.weather.size());
    for (std::size_t t = 0; t < temperature.size(); ++t) temperature[t] = basin.weather.temperature(t);
    const std::vector<double> x = anomaly(temperature, basin.axis).values;
    double product = 0, square = 0;
    for (std::size_t t = 1; t < x.size(); ++t) product += x[t] * x[t - 1], square += x[t] * x[t];
    EXPECT_GE(product / square, 0.6) << basin.summary.place.id;
    EXPECT_LE(product / square, 0.9) << basin.summary.place.id;
  }
}

TEST(VirtualWeather, IsConsistentEveryDay) {
  for (const VirtualBasin& basin : world()) {
    const Weather& w = basin.weather;
    for (std::size_t t = 0; t < w.size(); ++t) {
      ASSERT_LE(w.tmin[t], w.tmax[t]);
      ASSERT_GT(w.vapour_pressure[t], 0.0);
      ASSERT_LE(w.vapour_pressure[t], physics::saturation_vapour_pressure(w.tmin[t]));
      ASSERT_GT(w.radiation[t], 0.0);
      // The daily sum at the ground is below that of a clear sky.
      ASSERT_LE(w.radiation[t] * w.day_length[t], 0.84e6 * w.extraterrestrial_radiation[t]);
      ASSERT_GT(w.day_length[t], 7.5 * 3600);
      ASSERT_LT(w.day_length[t], 16.7 * 3600);
    }
  }
}

TEST(VirtualWeather, IsDullerOnWetDays) {
  for (const VirtualBasin& basin : world()) {
    double wet = 0, wet_days = 0, dry = 0, dry_days = 0;
    for (std::size_t t = 0; t < basin.weather.size(); ++t) {
      const bool is_wet = basin.weather.precipitation[t] > 0;
      (is_wet ? wet : dry) +=
          basin.weather.radiation[t] * basin.weather.day_length[t] / basin.weather.extraterrestrial_radiation[t];
      (is_wet ? wet_days : dry_days) += 1;
    }
    EXPECT_LT(wet / wet_days, 0.85 * dry / dry_days) << basin.summary.place.id;
  }
}

TEST(VirtualBasins, SpanClimatesFromAridToSnowDominated) {
  double least_snow = 1, most_snow = 0, most_arid = 0, least_arid = 1e9;
  for (const VirtualBasin& basin : world()) {
    const ClimateAttributes& c = basin.summary.climate;
    least_snow = std::min(least_snow, c.frac_snow), most_snow = std::max(most_snow, c.frac_snow);
    most_arid = std::max(most_arid, c.aridity), least_arid = std::min(least_arid, c.aridity);
  }
  EXPECT_LT(least_snow, 0.01);
  EXPECT_GT(most_snow, 0.5);
  EXPECT_LT(least_arid, 0.5);
  EXPECT_GT(most_arid, 2.0);
}

TEST(VirtualBasins, HaveRunoffRatiosBetweenZeroAndOneAndFlowThatTheSeasonDoesNotExplain) {
  std::size_t explained = 0;
  for (const VirtualBasin& basin : world()) {
    EXPECT_GT(basin.summary.flow.runoff_ratio, 0.0) << basin.summary.place.id;
    EXPECT_LT(basin.summary.flow.runoff_ratio, 1.0) << basin.summary.place.id;
    if (!(anomaly(basin.observation.discharge_cfs, basin.axis).explained < 0.6)) ++explained;
  }
  EXPECT_LE(explained, kBasins / 10);
}

TEST(VirtualBasins, HaveAttributesInTheirPhysicalRanges) {
  for (const VirtualBasin& basin : world()) {
    const Place& place = basin.summary.place;
    const Land& land = basin.summary.land;
    EXPECT_EQ(place.id.size(), 8u);
    EXPECT_EQ(place.id.substr(0, 2), "99");
    EXPECT_TRUE(place.latitude > 25 && place.latitude < 49 && place.longitude > -124 && place.longitude < -67) << place.id;
    EXPECT_TRUE(place.elevation_m > 0 && place.elevation_m < 4400) << place.id;
    EXPECT_NEAR(land.sand_frac + land.silt_frac + land.clay_frac + land.organic_frac, 100.0, 0.01) << place.id;
    for (const double share : {land.frac_forest, land.gvf_max, land.gvf_diff, land.dom_land_cover_frac, land.carbonate_rocks_frac,
                               land.glim_1st_class_frac, land.glim_2nd_class_frac, land.soil_porosity}) {
      EXPECT_TRUE(share >= 0 && share <= 1) << place.id;
    }
    EXPECT_NEAR(land.glim_1st_class_frac + land.glim_2nd_class_frac, 1.0, 1e-9) << place.id;
    EXPECT_LT(land.lai_diff, land.lai_max) << place.id;
    EXPECT_LT(land.gvf_diff, land.gvf_max) << place.id;
    EXPECT_GT(land.area_gages2, 0) << place.id;
    for (std::size_t i = 0; i < 12; ++i) {
      const double value = physics::fields<double>(basin.summary.parameters.hbv)[i];
      EXPECT_TRUE(value > physics::kHbvParameters[i].lower && value < physics::kHbvParameters[i].upper)
          << physics::kHbvParameters[i].name;
    }
  }
}

TEST(VirtualBasins, HaveCorrelatedAttributes) {
  std::vector<double> aridity, forest, ruggedness, depth;
  for (const VirtualBasin& basin : world()) {
    aridity.push_back(std::log(basin.summary.climate.aridity)), forest.push_back(basin.summary.land.frac_forest);
    ruggedness.push_back(std::log(basin.summary.land.slope_mean)), depth.push_back(basin.summary.land.soil_depth_statsgo);
  }
  const auto correlation = [](const std::vector<double>& a, const std::vector<double>& b) {
    const double ma = mean(a), mb = mean(b);
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      ab += (a[i] - ma) * (b[i] - mb), aa += std::pow(a[i] - ma, 2), bb += std::pow(b[i] - mb, 2);
    return ab / std::sqrt(aa * bb);
  };
  EXPECT_LT(correlation(aridity, forest), -0.5);
  EXPECT_LT(correlation(ruggedness, depth), -0.15);
}

TEST(VirtualBasins, AreObservedWithSmallErrorsAndSomeGaps) {
  std::size_t gapless = 0, late = 0;
  for (const VirtualBasin& basin : world()) {
    const Observation& record = basin.observation;
    const double to_mm = cfs_to_mm_per_day(1.0, basin.summary.land.area_gages2);
    double error = 0, size = 0, missing = 0;
    for (std::size_t t = 0; t < record.flags.size(); ++t) {
      ASSERT_EQ(record.flags[t] == Observation::Flag::kMissing, std::isnan(record.discharge_cfs[t]));
      if (std::isnan(record.discharge_cfs[t])) {
        ++missing;
        continue;
      }
      error += std::abs(record.discharge_cfs[t] * to_mm - basin.truth.simulation.find("discharge")[t]);
      size += basin.truth.simulation.find("discharge")[t];
    }
    EXPECT_GT(error / size, 0.01) << basin.summary.place.id;
    EXPECT_LT(error / size, 0.15) << basin.summary.place.id;
    EXPECT_LE(missing, 0.3 * static_cast<double>(record.flags.size()));
    if (missing == 0) ++gapless;
    if (record.first_day > 0) ++late;
  }
  EXPECT_TRUE(gapless > 20 && gapless < 60) << gapless;
  EXPECT_TRUE(late > 2 && late < 25) << late;
}

TEST(VirtualBasins, KeepLandAndWeatherWhenTheRecordGetsLonger) {
  const VirtualBasin shorter = make_virtual_basin(4, 7, years(2)), longer = make_virtual_basin(4, 7, years(3));
  EXPECT_EQ(shorter.summary.parameters.hbv.fc, longer.summary.parameters.hbv.fc);
  for (std::size_t t = 0; t < shorter.weather.size(); ++t) {
    ASSERT_EQ(shorter.weather.precipitation[t], longer.weather.precipitation[t]);
    ASSERT_EQ(shorter.truth.simulation.find("discharge")[t], longer.truth.simulation.find("discharge")[t]);
  }
}

TEST(VirtualBasins, DifferBetweenSeedsAndIndices) {
  std::set<double> latitudes;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    for (std::size_t i = 0; i < 3; ++i) latitudes.insert(make_virtual_basin(seed, i, years(1)).summary.place.latitude);
  }
  EXPECT_EQ(latitudes.size(), 9u);
}

}  // namespace
}  // namespace freshet::synth
