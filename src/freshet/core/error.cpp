#include "freshet/core/error.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace freshet {
namespace {

std::string join_texts(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += to_string(problem);
  }
  return text;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = std::tolower(static_cast<unsigned char>(a[i - 1])) == std::tolower(static_cast<unsigned char>(b[j - 1]));
      const std::size_t best = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (same ? 0 : 1)});
      diagonal = row[j];
      row[j] = best;
    }
  }
  return row[b.size()];
}

bool begins_with(std::string_view text, std::string_view beginning) {
  const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
  return text.size() > beginning.size() && std::ranges::equal(text.substr(0, beginning.size()), beginning, same);
}

}  // namespace

std::string to_string(const Problem& p) {
  std::string where;
  if (!p.file.empty()) {
    where = p.file;
    if (p.line > 0) where += fmt::format(":{}", p.line);
    if (p.line > 0 && p.column > 0) where += fmt::format(":{}", p.column);
  }
  const auto add = [&where](std::string_view label, const std::string& value) {
    if (!value.empty()) where += fmt::format("{}{} {}", where.empty() ? "" : ", ", label, value);
  };
  add("basin", p.basin);
  add("date", p.date);
  add("variable", p.variable);

  std::string text = where.empty() ? p.what : where + ": " + p.what;
  if (!p.expected.empty()) text += "; expected " + p.expected;
  if (!p.got.empty()) text += (p.expected.empty() ? "; got " : ", got ") + p.got;
  text += ".";
  if (!p.hint.empty()) text += " " + p.hint;
  return text;
}

Error::Error(ExitCode code, std::vector<Problem> problems)
    : std::runtime_error(join_texts(problems)), code_(code), problems_(std::move(problems)) {}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  if (best || word.size() < 3) return best;
  // A name cut short, such as `srad` for `srad(W/m2)`.
  for (const std::string& candidate : candidates) {
    if (begins_with(candidate, word) && (!best || candidate.size() < best->size())) best = candidate;
  }
  return best;
}

}  // namespace freshet
