#include "freshet/workflow/score.hpp"

#include <unistd.h>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/metrics/registry.hpp"

namespace freshet {
namespace {

using testing::HasSubstr;

double value_of(const ScoreReport& report, const std::string& name) {
  for (const Score& score : report.scores) {
    if (score.name == name) return score.value;
  }
  throw InternalError("no score " + name);
}

class ScoreTable : public testing::Test {
 protected:
  ~ScoreTable() override { std::filesystem::remove(path_); }
  ScoreOptions options(const std::string& content) const {
    write_file_atomically(path_, content);
    return {.file = path_, .observed = "obs", .simulated = "sim", .date = "date"};
  }
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("freshet_score_test_" + std::to_string(::getpid()) + ".csv");
};

constexpr const char* kTable =
    "date,obs,sim\n"
    "2000-01-01,1,1.5\n"
    "2000-01-02,3,2.5\n"
    "2000-01-05,5,-0.5\n"
    "2000-01-06,NA,1\n"
    "2000-01-07,3,\n";

TEST_F(ScoreTable, ScoresCountsAndFillsGaps) {
  const ScoreReport report = score_table(options(kTable));
  ASSERT_EQ(report.scores.size(), metrics().size());
  // o 1 3 5, s 1.5 2.5 -0.5: squared errors 0.25, 0.25, 30.25 over a spread of 8.
  EXPECT_NEAR(value_of(report, "nse"), 1 - 30.75 / 8, 1e-15);
  EXPECT_NEAR(value_of(report, "bias"), -5.5 / 3, 1e-15);
  EXPECT_EQ(report.rows, 5);
  EXPECT_EQ(report.counts.steps, 7);
  EXPECT_EQ(report.counts.valid_pairs, 3);
  EXPECT_EQ(report.counts.missing_observed, 3);
  EXPECT_EQ(report.counts.missing_simulated, 3);
  EXPECT_EQ(report.counts.negative_simulated, 1);
  ASSERT_EQ(report.gaps.size(), 1u);
  EXPECT_EQ(to_string(report.gaps[0]), "2000-01-03 to 2000-01-04");
}

TEST_F(ScoreTable, WithoutDatesRowsAreDays) {
  ScoreOptions undated = options(kTable);
  undated.date.reset();
  const ScoreReport report = score_table(undated);
  EXPECT_EQ(report.counts.steps, 5);
  EXPECT_TRUE(report.gaps.empty());
  EXPECT_THAT(to_text(report), HasSubstr("no date column"));
  EXPECT_FALSE(nlohmann::json::parse(to_json(report))["data"].contains("first"));
}

TEST_F(ScoreTable, JsonHoldsEveryMetricUnderItsName) {
  const ScoreReport report = score_table(options(kTable));
  const auto json = nlohmann::json::parse(to_json(report));
  for (const Metric& metric : metrics()) {
    const std::string name(metric.name);
    ASSERT_TRUE(json.contains(name)) << name;
    if (std::isnan(value_of(report, name))) {
      EXPECT_TRUE(json[name].is_null()) << name;
    } else {
      EXPECT_EQ(json[name].get<double>(), value_of(report, name)) << name;
    }
  }
  EXPECT_TRUE(json["peak_timing"].is_null());
  EXPECT_EQ(json["data"]["valid_pairs"], 3);
  EXPECT_EQ(json["data"]["first"], "2000-01-01");
  EXPECT_EQ(json["data"]["gaps"][0]["last"], "2000-01-04");
}

TEST_F(ScoreTable, TextSaysWhatWasCompared) {
  const std::string text = to_text(score_table(options(kTable)));
  EXPECT_THAT(text, HasSubstr("2000-01-01 to 2000-01-07, daily"));
  EXPECT_THAT(text, HasSubstr("5 rows, 3 valid pairs; missing: 3 observed, 3 simulated"));
  EXPECT_THAT(text, HasSubstr("steps without a row, scored as missing: 2000-01-03 to 2000-01-04"));
  EXPECT_THAT(text, HasSubstr("negative flows, not clipped: 0 observed, 1 simulated"));
  EXPECT_THAT(text, HasSubstr("nse                 -2.8438"));
  EXPECT_THAT(text, HasSubstr("n/a"));
}

TEST_F(ScoreTable, BadInputIsAnInputError) {
  EXPECT_THROW(score_table(options("date,obs,sim\n")), InputError);
  EXPECT_THROW(score_table(options("date,obs,sim\n2000-01-01,x,1\n")), InputError);
  EXPECT_THROW(score_table(options("date,obs\n2000-01-01,1\n")), InputError);
  EXPECT_THROW(score_table(options("date,obs,sim\n2000-01-02,1,1\n2000-01-01,1,1\n")), InputError);
  ScoreOptions undated = options("date,obs,sim\n");
  undated.date.reset();
  EXPECT_THROW(score_table(undated), InputError);
}

/// The scores airGR itself printed for its reference runs (rounded to six decimals).
TEST(ScoreTableRealData, AgreesWithAirGr) {
  const char* folder = std::getenv("FRESHET_DATA_DIR");
  if (folder == nullptr) GTEST_SKIP() << "FRESHET_DATA_DIR is not set";
  const std::filesystem::path runs = std::filesystem::path(folder) / "airgr_examples" / "reference_runs";
  struct Run {
    const char* file;
    double nse;
    double kge;
  };
  for (const Run& run : {Run{"L0123001_GR4J.csv", 0.798822, 0.785405}, Run{"L0123001_GR6J.csv", 0.798895, 0.802266},
                         Run{"L0123002_CemaNeigeGR4J.csv", 0.809567, 0.884748}}) {
    const ScoreReport report = score_table({.file = runs / run.file, .observed = "Qobs", .simulated = "Qsim", .date = "Date"});
    EXPECT_NEAR(value_of(report, "nse"), run.nse, 6e-7) << run.file;
    EXPECT_NEAR(value_of(report, "kge_2009"), run.kge, 6e-7) << run.file;
    for (const Score& score : report.scores) EXPECT_TRUE(std::isfinite(score.value)) << score.name;
  }
}

}  // namespace
}  // namespace freshet
