#include "freshet/report/html_report.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RunResult small_run(std::size_t basins, std::int64_t days) {
  RunResult run{.title = "A run", .metrics = {"nse", "rmse"}};
  for (std::size_t i = 0; i < basins; ++i) {
    BasinResult basin{.id = fmt::format("b{}", i)};
    basin.axis = {make_day(2000, 1, 1), kMinutesPerDay, days};
    for (std::int64_t day = 0; day < days; ++day) {
      basin.observed.push_back(static_cast<float>(1 + day % 7));
      basin.simulated.push_back(static_cast<float>(1 + day % 5));
      basin.precipitation.push_back(static_cast<float>(day % 3));
    }
    basin.scores = {{"nse", 0.1 * static_cast<double>(i)}, {"rmse", 1.0 / 3}};
    run.basins.push_back(basin);
  }
  return run;
}

/// The text of the element whose opening tag ends in `id`.
std::string element(const std::string& page, const std::string& id) {
  const std::size_t open = page.find(fmt::format("id=\"{}\">", id));
  if (open == std::string::npos) return {};
  const std::size_t start = page.find('>', open) + 1;
  return page.substr(start, page.find("</script>", start) - start);
}

nlohmann::json data_of(const RunResult& run) {
  return nlohmann::json::parse(element(render_html_report(run), "report-data"));
}

TEST(HtmlReport, IsOnePageThatAsksForNothingOutside) {
  const std::string page = render_html_report(small_run(2, 10));
  EXPECT_EQ(page.rfind("<!doctype html>", 0), 0u);
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("<script src")));
  EXPECT_THAT(page, Not(HasSubstr("rel=\"stylesheet\"")));
  EXPECT_THAT(page, Not(HasSubstr("{{title}}")));
}

TEST(HtmlReport, StatesStandInTheOrderOfBasins) {
  RunResult run = small_run(2, 3);
  EXPECT_EQ(data_of(run)["states"], nlohmann::json::array());
  run.states = {{.name = "snowpack",
                 .unit = "mm",
                 .metrics = {"days", "pearson_r"},
                 .scores = {{"b1", {3, kMissing}}},
                 .axis = run.basins[0].axis,
                 .mean_observed = {1, 2, kMissing},
                 .mean_simulated = {2, 3, kMissing},
                 .mean_pearson_r = 0.5,
                 .mean_days = 2}};
  const nlohmann::json state = data_of(run)["states"][0];
  EXPECT_EQ(state["scores"], nlohmann::json({nullptr, {3.0, nullptr}}));
  EXPECT_EQ(state["meanR"], 0.5);
  EXPECT_EQ(state["observed"]["size"], 3);
  EXPECT_EQ(state["first"], run.basins[0].axis.first.minutes * 60'000);
}

TEST(HtmlReport, ParametersStandInTheOrderOfBasins) {
  RunResult run = small_run(3, 3);
  EXPECT_EQ(data_of(run)["parameters"], nlohmann::json::array());
  run.parameters = {
      {.parameter = {.name = "k", .unit = "1/day", .meaning = "outflow", .lower = 0.001, .upper = 1, .logarithmic = true},
       .values = {{"b2", 0.25}, {"b0", 1.0 / 3}, {"stranger", 7}}}};
  EXPECT_EQ(data_of(run)["parameters"], nlohmann::json::parse(R"([{"name": "k", "unit": "1/day", "meaning": "outflow",
      "lower": 0.001, "upper": 1.0, "logarithmic": true, "values": [0.3333333, null, 0.25]}])"));
  run.parameters[0].values["b1"] = kMissing;
  EXPECT_TRUE(data_of(run)["parameters"][0]["values"][1].is_null());
}

TEST(HtmlReport, ValuesComeThrough) {
  RunResult run = small_run(2, 10);
  run.comparisons = {{.name = "other", .scores = {{"nse", {{"b1", 0.5}}}}}};
  const nlohmann::json data = data_of(run);
  EXPECT_EQ(data["metrics"], nlohmann::json({"nse", "rmse"}));
  EXPECT_EQ(data["basins"][1]["scores"], nlohmann::json({0.1, 0.3333333}));
  EXPECT_EQ(data["period"], nlohmann::json({"2000-01-01", "2000-01-10"}));
  EXPECT_EQ(data["comparisons"][0]["scores"]["nse"], nlohmann::json({nullptr, 0.5}));
  const nlohmann::json series = nlohmann::json::parse(element(render_html_report(run), "series-1"));
  EXPECT_EQ(series["first"], 946684800000);
  EXPECT_EQ(series["step"], 86400000);
  EXPECT_EQ(series["observed"]["size"], 10);
}

TEST(HtmlReport, MissingValuesAreNullAndAbsentPartsLeftOut) {
  RunResult run = small_run(1, 5);
  run.basins[0].scores = {{"nse", kMissing}};
  run.basins[0].precipitation.clear();
  const nlohmann::json data = data_of(run);
  EXPECT_EQ(data["basins"][0]["scores"], nlohmann::json({nullptr, nullptr}));
  EXPECT_TRUE(data["basins"][0]["latitude"].is_null());
  EXPECT_FALSE(nlohmann::json::parse(element(render_html_report(run), "series-0")).contains("precipitation"));
}

TEST(HtmlReport, TheMainMetricIsAlwaysAColumn) {
  RunResult run = small_run(1, 5);
  run.main_metric = "kge_2009";
  EXPECT_EQ(data_of(run)["metrics"], nlohmann::json({"kge_2009", "nse", "rmse"}));
}

TEST(HtmlReport, NoBasins) {
  const nlohmann::json data = data_of({.title = "Nothing"});
  EXPECT_TRUE(data["period"].is_null());
  EXPECT_TRUE(data["basins"].empty());
}

TEST(HtmlReport, NoTextCanEndItsElement) {
  RunResult run = small_run(1, 5);
  const std::string text = "</script><script>alert(1)</script>{{script}}<!--\"'&";
  run.title = run.subtitle = run.config_yaml = text;
  run.basins[0].id = run.basins[0].name = text;
  run.data_notes = {text};
  const std::string page = render_html_report(run);
  EXPECT_THAT(page, Not(HasSubstr("alert(1)</script>")));
  EXPECT_THAT(page,
              HasSubstr("<title>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{script}}&lt;!--&quot;&#39;&amp;</title>"));
  const nlohmann::json data = data_of(run);
  EXPECT_EQ(data["configYaml"], text);
  EXPECT_EQ(data["basins"][0]["name"], text);
}

TEST(HtmlReport, BytesThatAreNotUtf8AreReplaced) {
  RunResult run = small_run(1, 5);
  run.data_notes = {"bad \xff byte"};
  EXPECT_EQ(data_of(run)["dataNotes"][0], "bad \xEF\xBF\xBD byte");
}

TEST(HtmlReport, SeriesThatDoNotFitTheirAxisAreAnInternalError) {
  RunResult run = small_run(2, 5);
  run.basins[1].simulated.pop_back();
  EXPECT_THROW(render_html_report(run), InternalError);
  run = small_run(1, 5);
  run.basins[0].axis.step_minutes = 0;
  EXPECT_THROW(render_html_report(run), InternalError);
}

TEST(HtmlReport, ThePageItselfStaysSmall) {
  EXPECT_LT(render_html_report({.title = "Nothing"}).size(), 1'200'000u);
}

}  // namespace
}  // namespace freshet
