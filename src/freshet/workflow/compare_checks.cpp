#include "freshet/workflow/compare_checks.hpp"

#include <algorithm>
#include <map>

#include <fmt/ranges.h>

namespace freshet {
namespace {

std::vector<const CompareSource*> paired_of(const std::vector<CompareSource>& sources) {
  std::vector<const CompareSource*> paired;
  for (const CompareSource& source : sources) {
    if (source.paired) paired.push_back(&source);
  }
  return paired;
}

std::string quoted(const std::vector<std::string>& names) {
  return fmt::format("`{}`", fmt::join(names, "`, `"));
}

/// "1990 to 1999 (`a`, `b`), 2000 to 2009 (`c`)" where the runs differ in a part of their protocol, else nothing.
std::string differing(const std::vector<CompareSource>& sources, std::string RunProtocol::*part) {
  std::map<std::string, std::vector<std::string>> names;
  for (const CompareSource* source : paired_of(sources)) {
    const std::string& value = source->protocol.*part;
    if (!value.empty()) names[value].push_back(source->name);
  }
  if (names.size() < 2) return "";
  std::vector<std::string> parts;
  for (const auto& [value, of] : names) parts.push_back(fmt::format("{} ({})", value, quoted(of)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::vector<std::string> doubts(const std::vector<CompareSource>& sources) {
  std::vector<std::string> found;
  if (const std::string periods = differing(sources, &RunProtocol::period); !periods.empty())
    found.push_back("the runs were evaluated over different periods: " + periods);
  if (const std::string datasets = differing(sources, &RunProtocol::dataset); !datasets.empty())
    found.push_back("the runs are of different data sets: " + datasets);

  const CompareSource* first = nullptr;
  std::vector<std::string> unknown;
  const auto paired = paired_of(sources);
  for (const CompareSource* source : paired) {
    if (!source->protocol.known()) unknown.push_back(source->name);
    if (!source->days) continue;
    if (first == nullptr) {
      first = source;
      continue;
    }
    const auto basins = differently_scored(*first->days, *source->days);
    if (basins.empty()) continue;
    // The ids of the source are as the user knows them.
    found.push_back(
        fmt::format("`{}` was scored on other days or against other observations than `{}` in {} of their basins, the "
                    "first of them {}",
                    source->name, first->name, basins.size(),
                    source->basins.contains(basins.front()) ? source->basins.at(basins.front()).id : basins.front()));
  }
  if (!unknown.empty() && paired.size() > 1)
    found.push_back(
        fmt::format("of {} nothing is known but the scores; if period, data or basins trained on were others than "
                    "those of the rest, it belongs behind --context",
                    quoted(unknown)));
  return found;
}

std::vector<std::string> differences(const std::vector<CompareSource>& sources) {
  std::vector<std::string> found;
  if (const std::string forcings = differing(sources, &RunProtocol::forcings); !forcings.empty())
    found.push_back("the runs have different forcings: " + forcings);
  if (const std::string modes = differing(sources, &RunProtocol::mode); !modes.empty())
    found.push_back("the runs were evaluated in different modes: " + modes);
  return found;
}

}  // namespace freshet
