#include "freshet/data/data_check.hpp"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::Recorder;

constexpr float kGap = std::numeric_limits<float>::quiet_NaN();

/// Series held in memory.
class MadeUpDataset : public Dataset {
 public:
  std::map<std::string, BasinSeries> series;
  AttributeTable table;

  std::vector<std::string> basins() const override {
    std::vector<std::string> ids;
    for (const auto& [basin, values] : series) ids.push_back(basin);
    return ids;
  }
  std::vector<std::filesystem::path> sources(const std::string&) const override { return {}; }
  BasinSeries read(const std::string& basin) const override { return series.at(basin); }
  AttributeTable attributes() const override { return table; }
  Gauge gauge(const std::string&) const override { return {}; }
  std::string reader_key() const override { return "made up"; }
  std::vector<std::string> target_names() const override { return {"q"}; }
  std::vector<std::string> precipitation_names() const override { return {"p"}; }

  BasinSeries& add(const std::string& basin, std::int64_t days) {
    BasinSeries& added = series[basin];
    added.basin = basin;
    added.axis = {make_day(2000, 1, 1), kMinutesPerDay, days};
    added.area_km2 = 100;
    added.area_source = "made up";
    return added;
  }
  DataCheckReport check() const {
    Recorder recorder;
    return check_data(*this, basins(), {}, recorder);
  }
};

/// The details of all oddities of a kind, one a line.
std::string details(const DataCheckReport& report, const std::string& kind) {
  std::string text;
  for (const Oddity& oddity : report.oddities) {
    if (oddity.kind == kind) text += oddity.basin + "/" + oddity.variable + "/" + oddity.detail + "\n";
  }
  return text;
}

TEST(DataCheck, DescribesAVariable) {
  MadeUpDataset dataset;
  dataset.add("1", 8).columns = {{"q", "mm/day", {kGap, 2, kGap, kGap, 4, kGap, 6, kGap}}};
  const DataCheckReport report = dataset.check();
  const VariableCheck& q = report.basins.at(0).variables.at(0);
  ASSERT_TRUE(q.period.has_value());
  EXPECT_EQ(q.period->first, make_day(2000, 1, 2));
  EXPECT_EQ(q.period->last, make_day(2000, 1, 7));
  EXPECT_EQ(q.steps, 6);
  EXPECT_EQ(q.missing, 3);
  EXPECT_EQ(q.longest_gap, 2);
  EXPECT_EQ(q.min, 2);
  EXPECT_EQ(q.mean, 4);
  EXPECT_EQ(q.max, 6);
  EXPECT_THAT(report.oddities, IsEmpty());
}

TEST(DataCheck, RunoffRatioNeedsAYearOfBoth) {
  MadeUpDataset dataset;
  for (const std::int64_t days : {364, 365}) {
    const auto n = static_cast<std::size_t>(days);
    BasinSeries& basin = dataset.add(std::to_string(days), days + 1);
    basin.columns = {{"p", "mm/day", std::vector<float>(n + 1, 2)}, {"q", "mm/day", std::vector<float>(n + 1, 2)}};
    basin.columns[0].values[0] = 50;  // no discharge on this day: it does not count
    basin.columns[1].values[0] = kGap;
    basin.columns[1].values[1] = 3;
  }
  EXPECT_EQ(details(dataset.check(), "runoff ratio above 1"), "365/q/1.001 of p, over 365 steps\n");
}

TEST(DataCheck, FindsOddDischargeAndPrecipitation) {
  MadeUpDataset dataset;
  dataset.add("constant", 3).columns = {{"q", "mm/day", {1, kGap, 1}}};
  dataset.add("missing", 2).columns = {{"q", "mm/day", {kGap, kGap}}, {"x", "", {kGap, kGap}}};
  dataset.add("negative", 2).columns = {{"q", "mm/day", {1, -1}}, {"p", "mm/day", {-2, 0}}};
  dataset.add("none", 2).columns = {{"x", "Pa", {1, -9999}}};
  const DataCheckReport report = dataset.check();
  EXPECT_EQ(details(report, "constant discharge"), "constant/q/1 mm/day\n");
  EXPECT_EQ(details(report, "discharge all missing"), "missing/q/\n");
  EXPECT_EQ(details(report, "no value at all"), "missing/x/\n");
  EXPECT_EQ(details(report, "negative discharge"), "negative/q/minimum -1 mm/day\n");
  EXPECT_EQ(details(report, "negative precipitation"), "negative/p/minimum -2 mm/day\n");
  EXPECT_EQ(details(report, "no discharge"), "none//\n");
  EXPECT_EQ(details(report, "looks like a code for missing"), "none/x/minimum -9999\n");
  EXPECT_EQ(report.oddities.size(), 7u);
}

TEST(DataCheck, ComparesDailyTemperatures) {
  MadeUpDataset dataset;
  dataset.add("1", 3).columns = {{"Tmax(C)_nldas", "degC", {1, kGap, 3}},   {"Tmin(C)_nldas", "degC", {1, 2, 3}},
                                 {"tmax(C)_daymet", "degC", {1, 2, 3}},     {"tmin(C)_daymet", "degC", {0, 2, 4}},
                                 {"temperature_2m_max", "degC", {1, 1, 1}}, {"temperature_2m_min", "degC", {2, 2, kGap}}};
  const DataCheckReport report = dataset.check();
  EXPECT_EQ(details(report, "maximum and minimum temperature the same throughout"), "1/Tmax(C)_nldas/2 steps\n");
  EXPECT_EQ(details(report, "minimum temperature above the maximum"),
            "1/tmax(C)_daymet/1 of 3 steps\n1/temperature_2m_max/2 of 2 steps\n");
}

TEST(DataCheck, LooksAtAttributes) {
  MadeUpDataset dataset;
  for (const char* basin : {"1", "2", "3"}) dataset.add(basin, 2).columns = {{"q", "mm/day", {1, 2}}};
  dataset.table = {{"1", "2"}, {"area_a", "area_b", "same", "gone"}, {"91", "100", "x", "", "90.8", "250", "x", ""}};
  const DataCheckReport report = dataset.check();
  EXPECT_EQ(details(report, "areas differ by more than 10 %"),
            "2/area_a/100.00 km2 in use (made up), 90.80 km2 in the table, +10.1 %\n"
            "2/area_b/100.00 km2 in use (made up), 250.00 km2 in the table, -60.0 %\n");
  EXPECT_EQ(details(report, "attribute constant"), "/same/`x` in every basin that has it\n");
  EXPECT_THAT(details(report, "attribute missing"), HasSubstr("/area_a/for 1 of 3 basins: 3\n"));
  EXPECT_THAT(details(report, "attribute missing"), HasSubstr("/gone/for 3 of 3 basins: 1, 2, 3\n"));
}

TEST(DataCheck, TextIsAligned) {
  MadeUpDataset dataset;
  dataset.add("1", 2).columns = {{"prcp(mm/day)", "mm/day", {1, 2}}, {"q", "mm/day", {kGap, kGap}}};
  const std::string text = to_text(dataset.check());
  EXPECT_THAT(text, HasSubstr("basin  variable      unit    first       last        missing  longest gap  min  mean  max\n"
                              "1      prcp(mm/day)  mm/day  2000-01-01  2000-01-02        0            0    1   1.5    2\n"
                              "1      q             mm/day  -           -                 0            0    -     -    -\n"));
  EXPECT_THAT(text, HasSubstr("1 basin, 1 oddity, data hash "));
  EXPECT_THAT(text, HasSubstr("\ndischarge all missing (1):\n  1  q\n"));
}

TEST(DataCheck, JsonHasTheSame) {
  MadeUpDataset dataset;
  dataset.add("1", 2).columns = {{"\xff", "mm/day", {1, 2}}, {"q", "mm/day", {kGap, kGap}}};
  const DataCheckReport report = dataset.check();
  const auto json = nlohmann::json::parse(to_json(report));
  EXPECT_EQ(json["basins"][0]["basin"], "1");
  EXPECT_EQ(json["basins"][0]["area_km2"], 100);
  EXPECT_TRUE(json["basins"][0]["latitude"].is_null());
  EXPECT_EQ(json["basins"][0]["variables"][0]["mean"], 1.5);
  EXPECT_EQ(json["basins"][0]["variables"][0]["last"], "2000-01-02");
  EXPECT_TRUE(json["basins"][0]["variables"][1]["first"].is_null());
  EXPECT_TRUE(json["basins"][0]["variables"][1]["min"].is_null());
  EXPECT_EQ(json["oddities"][0]["kind"], "discharge all missing");
  EXPECT_EQ(json["data_hash"].get<std::string>().size(), 16u);
}

}  // namespace
}  // namespace freshet
