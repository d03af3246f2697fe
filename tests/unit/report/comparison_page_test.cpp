#include "freshet/report/comparison_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace freshet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

ComparisonRecord small_comparison() {
  ComparisonRecord record{
      .models = {{.name = "a"}, {.name = "b"}, {.name = "c", .paired = false}},
      .basins = {{.id = "01"}, {.id = "02", .name = "R", .latitude = 1, .longitude = 2}},
      .scores = {{{.values = {0.25, -0.5}}, {.values = {0.5, kNaN}}, {.values = {0.1, 0.2}, .paired = false}}},
      .metrics = {},
      .good = 0.55,
      .doubts = {"a </script> doubt"},
      .notes = {}};
  record.metrics = {compare_models(find_metric("nse"), record.scores[0], {.bootstrap = {.resamples = 100}})};
  return record;
}

nlohmann::json data_of(const std::string& page) {
  const std::string mark = "id=\"report-data\">";
  const std::size_t start = page.find(mark) + mark.size();
  return nlohmann::json::parse(page.substr(start, page.find("</script>", start) - start));
}

TEST(ComparisonPage, IsOnePageThatAsksForNothingOutside) {
  const std::string page = render_comparison_page(small_comparison());
  EXPECT_EQ(page.rfind("<!doctype html>", 0), 0u);
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("<title>a, b, c</title>"));
  EXPECT_THAT(page, Not(HasSubstr("<script src")));
  EXPECT_THAT(page, Not(HasSubstr("{{")));
}

TEST(ComparisonPage, ValuesComeThrough) {
  const nlohmann::json data = data_of(render_comparison_page(small_comparison()));
  EXPECT_EQ(data["doubts"], nlohmann::json({"a </script> doubt"}));
  EXPECT_EQ(data["basins"][1]["latitude"], 1);
  EXPECT_TRUE(data["basins"][0]["latitude"].is_null());
  const nlohmann::json metric = data["metrics"][0];
  EXPECT_EQ(metric["values"][1], nlohmann::json({0.5, nullptr}));
  EXPECT_EQ(metric["basins"], nlohmann::json({0}));
  EXPECT_EQ(metric["models"][0]["median"], nlohmann::json({0.25, nullptr, nullptr})) << "one basin has no interval";
  EXPECT_EQ(metric["models"][0]["good"], 0);
  EXPECT_EQ(metric["pairs"].size(), 1u) << "context is in no pair";
  EXPECT_EQ(metric["pairs"][0]["medianGain"][0], 0.25);
  EXPECT_EQ(metric["pairs"][0]["good"], nlohmann::json({0, 0, 0, 1}));
  EXPECT_EQ(metric["pairs"][0]["test"], "exact");
}

TEST(ComparisonPage, RunoffRatiosAreOfTheModelsThatHaveThem) {
  ComparisonRecord record = small_comparison();
  EXPECT_TRUE(data_of(render_comparison_page(record))["balance"].is_null());
  record.ratios = {{}, {.observed = {0.25, kNaN}, .simulated = {0.5, 1.5}}, {{0.5, 0.5}, {0.5, 0.25}, false}};
  record.balance = compare_runoff_ratios(record.ratios, {.resamples = 100}, 1);
  const nlohmann::json balance = data_of(render_comparison_page(record))["balance"];
  EXPECT_EQ(balance["basins"], nlohmann::json({0}));
  ASSERT_EQ(balance["models"].size(), 2u);
  EXPECT_EQ(balance["models"][0]["model"], 1);
  EXPECT_EQ(balance["models"][0]["observedRatios"], nlohmann::json({0.25, nullptr}));
  EXPECT_EQ(balance["models"][0]["medianDifference"], nlohmann::json({0.25, nullptr, nullptr}));
  EXPECT_EQ(balance["models"][0]["simulatedAboveOne"], 0);
  EXPECT_TRUE(balance["models"][0]["pearsonR"].is_null());
  EXPECT_EQ(balance["models"][1]["basins"], 1);
}

}  // namespace
}  // namespace freshet
