// CAMELS-US as published: counts and sums stand in the README and qc_summary.csv beside the data, conversions are by hand.
#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/data/data_check.hpp"
#include "freshet/data/series_store.hpp"
#include "freshet/io/delimited_text.hpp"
#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::SizeIs;
using testing_support::Recorder;

const std::string kTarget = "QObs(mm/d)";

std::unique_ptr<Dataset> open(const fs::path& folder, std::vector<std::string> forcings) {
  return open_dataset({.name = "camels_us", .data_dir = folder, .forcings = std::move(forcings)});
}

float value_at(const BasinSeries& series, const std::string& name, int y, int m, int d) {
  const Column* const column = series.find(name);
  const auto index = series.axis.index_of(make_day(y, m, d));
  if (column == nullptr || !index || *index < 0 || *index >= series.axis.size) return std::numeric_limits<float>::infinity();
  return column->values[static_cast<std::size_t>(*index)];
}

/// The mean, and how many values of the days from `first` to `last` are missing.
struct Summary {
  double mean = 0;
  std::int64_t missing = 0;
  std::int64_t days = 0;
};
Summary summary_of(const BasinView& view, const std::string& name, Time first, Time last) {
  Summary summary;
  const ColumnView* const column = view.find(name);
  double sum = 0;
  for (Time day = first; column != nullptr && day <= last; day.minutes += kMinutesPerDay) {
    ++summary.days;
    const std::int64_t index = *view.axis.index_of(day);
    const float value = index < 0 || index >= view.axis.size ? NAN : column->values[static_cast<std::size_t>(index)];
    if (std::isnan(value)) {
      ++summary.missing;
    } else {
      sum += value;
    }
  }
  summary.mean = sum / static_cast<double>(summary.days - summary.missing);
  return summary;
}

std::map<std::string, std::map<std::string, std::string>> read_quality_summary(const fs::path& file) {
  std::map<std::string, std::map<std::string, std::string>> rows;
  DelimitedText text = DelimitedText::open(file);
  while (text.next()) {
    auto& row = rows[std::string(text.fields()[0])];
    for (std::size_t i = 1; i < text.header().size(); ++i) row[text.header()[i]] = text.fields()[i];
  }
  return rows;
}

TEST(CamelsUsRealData, ExtendedMaurerByHand) {
  FRESHET_REQUIRE_DATA_DIR(data_dir);
  const BasinSeries series = open(data_dir / "camels_us", {"maurer_extended"})->read("01013500");
  EXPECT_EQ(series.axis.first, make_day(1980, 1, 1));
  EXPECT_EQ(series.axis.last(), make_day(2014, 12, 31));
  EXPECT_NEAR(series.area_km2, 2260.093113, 1e-9);
  // 655 ft3/s * 28316846.592 mm3/ft3 * 86400 s/day / (2260093113 m2 * 1e6 mm2/m2)
  EXPECT_NEAR(value_at(series, kTarget, 1980, 1, 1), 0.70904467, 1e-7);
  EXPECT_TRUE(std::isnan(value_at(series, kTarget, 2014, 10, 1)));
  EXPECT_EQ(value_at(series, "dayl(s)", 1980, 1, 1), 30172.48f);
  EXPECT_EQ(value_at(series, "tmin(C)", 1980, 1, 2), -16.3f);
  EXPECT_EQ(value_at(series, "prcp(mm/day)", 2008, 12, 31), 0.22f);
  EXPECT_TRUE(std::isnan(value_at(series, "prcp(mm/day)", 2009, 1, 1)));
}

TEST(CamelsUsRealData, PlainBasinsAgreeWithTheirQualitySummary) {
  FRESHET_REQUIRE_DATA_DIR(data_dir);
  const auto dataset = open(data_dir / "camels_us", {"maurer_extended"});
  const auto expected = read_quality_summary(data_dir / "camels_us" / "qc_summary.csv");
  Recorder recorder;
  const auto store = SeriesStore::open(*dataset, dataset->basins(), {.threads = 2}, recorder);
  // Where the archives are unpacked as well there are 402.
  EXPECT_GE(store->basins().size(), 18u);
  for (const BasinView& view : store->basins()) {
    SCOPED_TRACE(view.basin);
    const auto& row = expected.at(view.basin);
    const Summary rain = summary_of(view, "prcp(mm/day)", make_day(1980, 1, 1), make_day(2008, 12, 31));
    EXPECT_EQ(rain.days, 10593);
    EXPECT_EQ(rain.missing, 0);
    EXPECT_NEAR(rain.mean, std::stod(row.at("mean_prcp_mm_d")), 6e-4);
    const Summary flow = summary_of(view, kTarget, make_day(1980, 10, 1), make_day(2008, 12, 31));
    EXPECT_NEAR(100.0 * static_cast<double>(flow.missing) / static_cast<double>(flow.days),
                std::stod(row.at("q_missing_pct_1980_10_to_2008_12")), 0.06);
    EXPECT_NEAR(view.area_km2, std::stod(row.at("area_header_km2")), 0.006);
    const Summary training = summary_of(view, kTarget, make_day(1999, 10, 1), make_day(2008, 9, 30));
    EXPECT_EQ(training.missing, 0);
  }
}

TEST(CamelsUsRealData, DaymetAndNldasVariants) {
  FRESHET_REQUIRE_DATA_DIR(data_dir);
  const auto daymet = open(data_dir / "camels_us", {"daymet"});
  EXPECT_THAT(daymet->basins(), ElementsAre("01031500"));
  const BasinSeries wide = daymet->read("01031500");
  EXPECT_EQ(wide.axis.size, 12784);
  EXPECT_EQ(value_at(wide, "tmin(C)", 1980, 1, 2), -11.16f);
  EXPECT_EQ(value_at(wide, "vp(Pa)", 2014, 12, 31), 138.06f);

  const auto nldas = open(data_dir / "camels_us", {"nldas"});
  EXPECT_THAT(nldas->basins(), ElementsAre("04015330", "07291000", "12010000"));
  const BasinSeries series = nldas->read("04015330");
  EXPECT_EQ(value_at(series, "PRCP(mm/day)", 1993, 9, 29), 0.51f);
  EXPECT_EQ(value_at(series, "Vp(Pa)", 2013, 10, 3), 1117.10f);
  EXPECT_TRUE(std::isnan(value_at(series, "PRCP(mm/day)", 1993, 9, 28)));
  EXPECT_EQ(value_at(series, "Tmax(C)", 1993, 9, 30), value_at(series, "Tmin(C)", 1993, 9, 30));
}

TEST(CamelsUsRealData, FourProductsAtOnceWithoutHucFolders) {
  FRESHET_REQUIRE_DATA_DIR(data_dir);
  const auto dataset = open(data_dir / "camels_us_mini_4forcings", {"daymet", "maurer", "maurer_extended", "nldas"});
  EXPECT_THAT(dataset->basins(), ElementsAre("01022500", "01547700", "02064000", "03015500"));
  EXPECT_THAT(dataset->attributes().basins, SizeIs(0));
  const BasinSeries series = dataset->read("01022500");
  EXPECT_THAT(series.columns, SizeIs(29));
  EXPECT_EQ(series.axis.first, make_day(2000, 1, 1));
  EXPECT_EQ(value_at(series, "tmax(C)_daymet", 2000, 1, 1), -2.36f);
  EXPECT_EQ(value_at(series, "Tmax(C)_maurer", 2000, 1, 1), -8.49f);
  EXPECT_EQ(value_at(series, "tmax(C)_maurer_extended", 2000, 1, 1), -2.09f);
  EXPECT_EQ(value_at(series, "Tmax(C)_nldas", 2000, 1, 1), -6.44f);
  // 255 ft3/s * 28316846.592 * 86400 / (587675987 * 1e6)
  EXPECT_NEAR(value_at(series, kTarget, 2000, 1, 1), 1.06159989, 1e-7);
}

TEST(CamelsUsRealData, AttributesOf503Basins) {
  FRESHET_REQUIRE_DATA_DIR(data_dir);
  const auto dataset = open(data_dir / "camels_us", {"maurer_extended"});
  const AttributeTable table = dataset->attributes();
  EXPECT_THAT(table.basins, SizeIs(503));
  EXPECT_THAT(table.names, Contains("geol_porostiy"));
  EXPECT_THAT(table.names, Contains("huc"));
  EXPECT_EQ(dataset->gauge("01013500").name, "Fish River near Fort Kent, Maine");
  EXPECT_EQ(dataset->gauge("01013500").area_km2, 2252.7);
}

TEST(CamelsUsRealData, KnownQuirksAreFound) {
  FRESHET_REQUIRE_DATA_DIR(data_dir);
  const auto dataset = open(data_dir / "camels_us", {"maurer_extended"});
  const auto expected = read_quality_summary(data_dir / "camels_us" / "qc_summary.csv");
  Recorder recorder;
  const DataCheckReport report = check_data(*dataset, dataset->basins(), {.threads = 2}, recorder);
  const auto has = [&](const std::string& kind, const std::string& basin, const std::string& variable) {
    return std::ranges::any_of(report.oddities, [&](const Oddity& oddity) {
      return oddity.kind == kind && oddity.basin == basin && oddity.variable == variable;
    });
  };
  for (const BasinCheck& basin : report.basins) {
    SCOPED_TRACE(basin.basin);
    const auto& row = expected.at(basin.basin);
    EXPECT_EQ(has("areas differ by more than 10 %", basin.basin, "area_gages2"), row.at("area_differs_over_10pct") == "1");
    EXPECT_EQ(has("runoff ratio above 1", basin.basin, kTarget), std::stod(row.at("runoff_ratio")) > 1);
    EXPECT_FALSE(has("minimum temperature above the maximum", basin.basin, "tmax(C)"));
  }
  const auto nldas = open(data_dir / "camels_us", {"nldas"});
  const DataCheckReport same = check_data(*nldas, nldas->basins(), {}, recorder);
  EXPECT_EQ(std::ranges::count(same.oddities, "maximum and minimum temperature the same throughout", &Oddity::kind), 3);
}

}  // namespace
}  // namespace freshet
