#include "sample_comparison.hpp"

#include <fmt/format.h>

#include "freshet/core/rng.hpp"

namespace freshet::samples {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void compare_all(ComparisonRecord& record, const std::vector<std::string>& metrics) {
  const ComparisonOptions options{.bootstrap = {.resamples = 500}};
  record.good = options.good;
  for (std::size_t k = 0; k < metrics.size(); ++k)
    record.metrics.push_back(compare_models(find_metric(metrics[k]), record.scores[k], options));
}

/// Ratios of all models but the second, of which nothing is known; some above 1, one missing.
void balance(ComparisonRecord& record, RngStream& rng) {
  record.ratios.resize(record.models.size());
  for (std::size_t m = 0; m < record.models.size(); ++m) {
    record.ratios[m].paired = record.models[m].paired;
    if (m == 1) continue;
    for (std::size_t b = 0; b < record.basins.size(); ++b) {
      const double observed = 0.05 + 1.1 * static_cast<double>(b) / static_cast<double>(record.basins.size());
      record.ratios[m].observed.push_back(observed);
      record.ratios[m].simulated.push_back(b == 3 && m == 0 ? kNaN : observed * (1 + 0.2 * rng.normal()));
    }
  }
  record.balance = compare_runoff_ratios(record.ratios, {.resamples = 500}, 1);
}

ComparedModelRecord model(std::string name, bool paired) {
  return {.name = std::move(name),
          .paired = paired,
          .period = paired ? "1989-10-01 to 1999-09-30" : "",
          .mode = "stateful",
          .dataset = "camels_us",
          .forcings = "daymet",
          .source = "runs/made_up"};
}

}  // namespace

ComparisonRecord made_up_comparison(std::size_t basins) {
  RngStream rng(11, RngUse::kSynthetic);
  ComparisonRecord record{.models = {model("hbv", true), model("lstm", true), model("hybrid", true), model("elsewhere", false)},
                          .basins = {},
                          .scores = std::vector(2, std::vector<ComparedScores>(4)),
                          .metrics = {},
                          .doubts = {"the runs were evaluated over different periods: here, there"},
                          .notes = {"3 basins are left out"}};
  for (std::size_t b = 0; b < basins; ++b) {
    record.basins.push_back({.id = fmt::format("{:08}", 90'000'001 + b),
                             .name = fmt::format("River {}", b),
                             .latitude = 31 + 16 * rng.uniform(),
                             .longitude = -120 + 45 * rng.uniform()});
    const double ease = rng.uniform();
    for (std::size_t m = 0; m < 4; ++m) {
      record.scores[0][m].values.push_back(0.9 * ease + 0.05 * static_cast<double>(m) + 0.2 * rng.normal() - 0.1);
      record.scores[1][m].values.push_back(-30 + 10 * static_cast<double>(m) + 20 * rng.normal());
    }
  }
  for (auto& metric : record.scores) metric[3].paired = false;
  record.scores[0][1].values[4] = kNaN;
  record.scores[0][3].values[7] = kNaN;
  compare_all(record, {"nse", "fhv"});
  balance(record, rng);
  return record;
}

ComparisonRecord bare_comparison() {
  ComparisonRecord record{.models = {{.name = "alone"}},
                          .basins = {{.id = "1"}},
                          .scores = {{{.values = {0.5}}}},
                          .metrics = {},
                          .doubts = {},
                          .notes = {}};
  compare_all(record, {"nse"});
  return record;
}

ComparisonRecord hostile_comparison() {
  const std::string text = "<script>window.hacked = 1</script> & \"quotes\" {{data}} </script><!--";
  ComparisonRecord record{
      .models = {{.name = text}, {.name = text + " 2"}, {.name = "<b>context</b>", .paired = false}},
      .basins = {{.id = "<img src=x onerror=\"window.hacked=1\">", .name = text, .latitude = 40, .longitude = -100}},
      .scores = {{{.values = {kNaN}}, {.values = {0.5}}, {.values = {0.7}, .paired = false}}},
      .metrics = {},
      .doubts = {text},
      .notes = {text}};
  compare_all(record, {"nse"});
  record.ratios = {{.observed = {40}, .simulated = {-1}}, {}, {}};
  record.balance = compare_runoff_ratios(record.ratios, {.resamples = 500}, 1);
  return record;
}

}  // namespace freshet::samples
