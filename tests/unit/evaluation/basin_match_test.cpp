#include "freshet/evaluation/basin_match.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/evaluation/scored_days.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

BasinRows rows(const std::vector<std::string>& ids) {
  BasinRows result;
  for (std::size_t r = 0; r < ids.size(); ++r) result[basin_key(ids[r])] = {.id = ids[r], .row = r};
  return result;
}

TEST(BasinKey, DropsLeadingZerosOfNumbersAlone) {
  EXPECT_EQ(basin_key("01013500"), "1013500");
  EXPECT_EQ(basin_key("1013500"), "1013500");
  EXPECT_EQ(basin_key("000"), "0");
  EXPECT_EQ(basin_key("camels_01013500"), "camels_01013500");
  EXPECT_EQ(basin_key("0A"), "0A");
}

TEST(MatchBasins, ZerosLostAndBasinsMissing) {
  const std::vector<BasinRows> models = {rows({"03", "01", "02"}), rows({"1", "3", "4"}), rows({"2", "3"})};
  const CommonBasins all = match_basins(models, {true, true, false}, std::nullopt);
  EXPECT_THAT(all.ids, ElementsAre("01", "03"));
  EXPECT_THAT(all.rows[0], ElementsAre(1u, 0u));
  EXPECT_THAT(all.rows[1], ElementsAre(0u, 1u));
  EXPECT_THAT(all.rows[2], ElementsAre(std::nullopt, std::optional<std::size_t>(1)));
  ASSERT_EQ(all.left_out.size(), 2u);
  EXPECT_EQ(all.left_out[0].id, "02");
  EXPECT_THAT(all.left_out[0].absent_from, ElementsAre(1u));
  EXPECT_EQ(all.left_out[1].id, "4");
  EXPECT_THAT(all.left_out[1].absent_from, ElementsAre(0u));
}

TEST(MatchBasins, AListRestrictsAndNamesWhatIsNowhere) {
  const CommonBasins listed = match_basins({rows({"01", "02"}), rows({"01", "02"})}, {true, true}, {{"2", "77"}});
  EXPECT_THAT(listed.ids, ElementsAre("02"));
  ASSERT_EQ(listed.left_out.size(), 1u);
  EXPECT_EQ(listed.left_out[0].id, "77");
  EXPECT_THAT(listed.left_out[0].absent_from, ElementsAre(0u, 1u));
}

TEST(MatchBasins, NothingInCommon) {
  const CommonBasins none = match_basins({rows({"a"}), rows({"b"})}, {true, true}, std::nullopt);
  EXPECT_THAT(none.ids, IsEmpty());
  EXPECT_EQ(none.left_out.size(), 2u);
  EXPECT_THAT(match_basins({rows({})}, {true}, std::nullopt).ids, IsEmpty());
}

PredictionSet two_basins(int first_day, std::vector<float> observed) {
  const TimeAxis axis{make_day(2000, 1, first_day), kMinutesPerDay, static_cast<std::int64_t>(observed.size())};
  const std::vector<float> simulated(observed.size(), 1);
  return {.axis = axis,
          .targets = {"q"},
          .units = {"mm/day"},
          .basins = {{.basin = "01", .gauge = {}, .observed = {{}}, .simulated = {simulated}, .precipitation = {}},
                     {.basin = "02", .gauge = {}, .observed = {observed}, .simulated = {simulated}, .precipitation = {}}},
          .notes = {}};
}

TEST(ScoredDays, SameObservationsOnTheSameDays) {
  const float nan = std::nanf("");
  const ScoredDays days = scored_days(two_basins(1, {1, nan, 3}));
  EXPECT_THAT(differently_scored(days, scored_days(two_basins(1, {1, nan, 3 * (1 + 1e-6F)}))), IsEmpty());
  EXPECT_THAT(differently_scored(days, scored_days(two_basins(1, {1, nan, 3.01F}))), ElementsAre("2"));
  EXPECT_THAT(differently_scored(days, scored_days(two_basins(1, {1, 2, 3}))), ElementsAre("2"));
  EXPECT_THAT(differently_scored(days, scored_days(two_basins(2, {1, nan, 3}))), ElementsAre("2"));
  EXPECT_THAT(differently_scored(days, scored_days(two_basins(1, {1, nan, 3, nan}))), IsEmpty()) << "nothing there to score";
  EXPECT_THAT(differently_scored(scored_days(two_basins(1, {1, nan, 3, 4})), days), ElementsAre("2"));
  PredictionSet unpredicted = two_basins(1, {1, nan, 3});
  unpredicted.basins[1].simulated[0][0] = nan;
  EXPECT_THAT(differently_scored(days, scored_days(unpredicted)), ElementsAre("2"));
}

}  // namespace
}  // namespace freshet
