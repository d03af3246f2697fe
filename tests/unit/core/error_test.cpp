#include "freshet/core/error.hpp"

#include <gtest/gtest.h>

namespace freshet {
namespace {

TEST(Problem, SaysEverythingItKnowsInOneLine) {
  const Problem problem{.what = "not a number",
                        .file = "a.txt",
                        .line = 5,
                        .basin = "01013500",
                        .date = "1980-01-02",
                        .variable = "prcp(mm/day)",
                        .expected = "a number",
                        .got = "`x`",
                        .hint = "Repair the file."};
  EXPECT_EQ(to_string(problem),
            "a.txt:5, basin 01013500, date 1980-01-02, variable prcp(mm/day): not a number; expected a number, got `x`. Repair "
            "the file.");
}

TEST(Nearest, FindsMisspellingsAndNothingForStrangers) {
  const std::vector<std::string> keys = {"learning_rate", "batch_size", "epochs"};
  EXPECT_EQ(nearest("learning_rat", keys), "learning_rate");
  EXPECT_EQ(nearest("EPOCHS", keys), "epochs");
  EXPECT_FALSE(nearest("zzzzzzzz", keys));
  EXPECT_EQ(nearest("srad", {"prcp(mm/day)", "SRAD(W/m2)_daymet", "SRAD(W/m2)"}), "SRAD(W/m2)");
}

}  // namespace
}  // namespace freshet
