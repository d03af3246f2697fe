#include "mutator.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace freshet::fuzz {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostBytes = 1 << 16;

constexpr std::array kTokens = {"\0"sv,
                                "\n"sv,
                                "\r"sv,
                                "\r\n"sv,
                                "\""sv,
                                "\"\""sv,
                                ","sv,
                                ";"sv,
                                "\t"sv,
                                "-"sv,
                                "+"sv,
                                "."sv,
                                ":"sv,
                                "#"sv,
                                "\xff"sv,
                                "\xef\xbb\xbf"sv,
                                "nan"sv,
                                "NA"sv,
                                "inf"sv,
                                "-999"sv,
                                "0"sv,
                                "9"sv,
                                "1e308"sv,
                                "1e999"sv,
                                "1e-400"sv,
                                "e"sv,
                                "99999999999999999999"sv,
                                "9223372036854775807"sv,
                                "-9223372036854775808"sv,
                                "4294967296"sv,
                                "0.0000000000000000000000000000001"sv,
                                "2000-02-30"sv,
                                "1900-02-29"sv,
                                "[["sv,
                                "{"sv,
                                "&a"sv,
                                "*a"sv,
                                "null"sv,
                                "true"sv};

std::size_t place(const std::string& text, RngStream& rng) {
  return static_cast<std::size_t>(rng.below(text.size() + 1));
}

/// A stretch of at most 64 bytes, more often a short one.
std::string_view stretch(std::string_view text, RngStream& rng) {
  const auto from = static_cast<std::size_t>(rng.below(text.size() + 1));
  const auto length = static_cast<std::size_t>(rng.below(1 + rng.below(64)));
  return text.substr(from, length);
}

}  // namespace

void Mutator::mutate(std::string& text, RngStream& rng) const {
  switch (rng.below(7)) {
    case 0:
      if (!text.empty()) text[rng.below(text.size())] ^= static_cast<char>(1u << rng.below(8));
      return;
    case 1:
      if (!text.empty()) text[rng.below(text.size())] = static_cast<char>(rng.below(256));
      return;
    case 2: {
      const std::size_t from = place(text, rng);
      text.erase(from, stretch(text, rng).size());
      return;
    }
    case 3: {
      const std::string piece(stretch(text, rng));
      text.insert(place(text, rng), piece);
      return;
    }
    case 4:
      text.insert(place(text, rng), kTokens[rng.below(kTokens.size())]);
      return;
    case 5: {
      const std::string piece(stretch(seeds_[rng.below(seeds_.size())], rng));
      text.replace(place(text, rng), piece.size(), piece);
      return;
    }
    default:
      if (rng.below(8) == 0) text.resize(place(text, rng));  // cut off
      return;
  }
}

std::string Mutator::input(std::uint64_t n) const {
  RngStream rng(1, RngUse::kSynthetic, n);
  if (n < seeds_.size()) return seeds_[n];
  std::string text = seeds_[rng.below(seeds_.size())];
  for (std::uint64_t left = 1 + rng.below(8); left > 0; --left) mutate(text, rng);
  if (text.size() > kMostBytes) text.resize(kMostBytes);
  return text;
}

}  // namespace freshet::fuzz
