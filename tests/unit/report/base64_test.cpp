#include "freshet/report/base64.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace freshet {
namespace {

std::string encoded(const std::string& text) {
  return base64(std::vector<std::uint8_t>(text.begin(), text.end()));
}

TEST(Base64, MatchesTheVectorsOfRfc4648) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg==");
  EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

TEST(Base64, UsesPlusAndSlash) {
  EXPECT_EQ(encoded("\xfb\xef\xff"), "++//");
}

}  // namespace
}  // namespace freshet
