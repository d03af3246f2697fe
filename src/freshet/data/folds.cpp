#include "freshet/data/folds.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include "freshet/core/counted.hpp"
#include "freshet/core/error.hpp"
#include "freshet/core/rng.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

/// In an order drawn by chance that does not depend on the order they come in.
std::vector<std::string> shuffled(std::vector<std::string> basins, std::uint64_t seed, std::uint32_t stream) {
  std::ranges::sort(basins);
  RngStream rng(seed, RngUse::kFolds, 0, stream);
  for (std::size_t i = basins.size(); i > 1; --i) std::swap(basins[i - 1], basins[rng.below(i)]);
  return basins;
}

/// Numbers by their size, before texts by their letters.
bool region_comes_before(const std::string& a, const std::string& b) {
  const auto x = parse_number(a), y = parse_number(b);
  if (x && y && *x != *y) return *x < *y;
  if (x.has_value() != y.has_value()) return x.has_value();
  return a < b;
}

/// The day `years` years after a day; 1 March for a 29 February that is none.
Time years_after(Time day, int years) {
  const CalendarDay date = calendar_day(day);
  const bool exists = is_valid_day(date.year + years, date.month, date.day);
  const Time midnight = make_day(date.year, date.month, date.day);
  const Time same = exists ? make_day(date.year + years, date.month, date.day) : make_day(date.year + years, 3, 1);
  return {same.minutes + (day.minutes - midnight.minutes)};
}

/// Cut at whole years from the first day; what is over counts with the last of them.
std::vector<Period> years_of(const Period& period) {
  std::vector<Period> years;
  for (int k = 0;; ++k) {
    const Period year{years_after(period.first, k), {years_after(period.first, k + 1).minutes - 1}};
    if (year.last > period.last) {
      if (years.empty()) return {period};
      years.back().last = period.last;
      return years;
    }
    years.push_back(year);
  }
}

std::vector<Period> days_of(const Period& period) {
  std::vector<Period> days;
  for (Time first = period.first; first <= period.last; first.minutes += kMinutesPerDay)
    days.push_back({first, std::min(period.last, Time{first.minutes + kMinutesPerDay - 1})});
  return days;
}

/// Periods that follow each other without a step between as one.
std::vector<Period> merged(std::span<const Period> periods) {
  std::vector<Period> whole;
  for (const Period& period : periods) {
    if (!whole.empty() && whole.back().last.minutes + 1 == period.first.minutes) {
      whole.back().last = period.last;
    } else {
      whole.push_back(period);
    }
  }
  return whole;
}

/// `pieces` in order, as many in each block as in the others or one more.
std::vector<std::vector<Period>> in_blocks(const std::vector<Period>& pieces, std::size_t blocks) {
  std::vector<std::vector<Period>> result;
  for (std::size_t b = 0; b < blocks; ++b) {
    const std::size_t first = b * pieces.size() / blocks, end = (b + 1) * pieces.size() / blocks;
    result.push_back(merged(std::span(pieces).subspan(first, end - first)));
  }
  return result;
}

}  // namespace

std::vector<std::vector<std::string>> random_groups(std::vector<std::string> basins, std::int64_t groups, std::uint64_t seed) {
  if (groups > static_cast<std::int64_t>(basins.size())) {
    throw InputError({.what = "there are more folds than basins: some would have none to test",
                      .expected = fmt::format("`folds` of at most {}", basins.size()),
                      .got = std::to_string(groups)});
  }
  std::vector<std::vector<std::string>> result(static_cast<std::size_t>(groups));
  const std::vector<std::string> order = shuffled(std::move(basins), seed, 0);
  for (std::size_t i = 0; i < order.size(); ++i) result[i % result.size()].push_back(order[i]);
  for (auto& group : result) std::ranges::sort(group);
  return result;
}

std::vector<RegionGroup> region_groups(const std::map<std::string, std::string>& regions, std::int64_t groups) {
  std::vector<RegionGroup> single;
  for (const auto& [basin, region] : regions) {
    auto at = std::ranges::find_if(single, [&](const RegionGroup& group) { return group.regions.front() == region; });
    if (at == single.end()) at = single.insert(at, {.regions = {region}, .basins = {}});
    at->basins.push_back(basin);
  }
  std::ranges::sort(single, region_comes_before, [](const RegionGroup& group) { return group.regions.front(); });
  if (single.size() < 2) {
    throw InputError({.what = "all basins are in one region: without it there is none to train on",
                      .expected = "two regions or more",
                      .got = single.empty() ? "no basin" : single.front().regions.front()});
  }
  if (groups <= 0) return single;
  if (groups > static_cast<std::int64_t>(single.size())) {
    throw InputError({.what = "there are more folds than regions: some would have none to test",
                      .expected = fmt::format("`folds` of at most {}", single.size()),
                      .got = std::to_string(groups)});
  }
  std::vector<std::size_t> order(single.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return single[i].basins.size(); });
  std::vector<RegionGroup> result(static_cast<std::size_t>(groups));
  for (const std::size_t i : order) {
    RegionGroup& group = *std::ranges::min_element(result, {}, [](const RegionGroup& g) { return g.basins.size(); });
    group.regions.push_back(single[i].regions.front());
    group.basins.insert(group.basins.end(), single[i].basins.begin(), single[i].basins.end());
  }
  for (RegionGroup& group : result) {
    std::ranges::sort(group.regions, region_comes_before);
    std::ranges::sort(group.basins);
  }
  std::ranges::sort(result, region_comes_before, [](const RegionGroup& group) { return group.regions.front(); });
  return result;
}

std::vector<std::vector<Period>> time_blocks(const std::vector<Period>& periods, std::int64_t blocks) {
  std::vector<Period> sorted = periods;
  std::ranges::sort(sorted);
  const auto wanted = static_cast<std::size_t>(blocks);
  for (auto* cut : {years_of, days_of}) {
    std::vector<Period> pieces;
    for (const Period& period : sorted) std::ranges::copy(cut(period), std::back_inserter(pieces));
    if (pieces.size() >= wanted) return in_blocks(pieces, wanted);
  }
  throw InputError({.what = "there are more time blocks than days",
                    .got = fmt::format("`time_blocks` {} of {}", blocks, counted(periods.size(), "period"))});
}

std::vector<Period> periods_without(const std::vector<Period>& periods, const std::vector<Period>& removed,
                                    std::int64_t gap_days) {
  std::vector<Period> left = periods;
  std::ranges::sort(left);
  const std::int64_t gap = gap_days * kMinutesPerDay;
  for (const Period& hole : removed) {
    const Time first{hole.first.minutes - gap}, last{hole.last.minutes + gap};
    std::vector<Period> next;
    for (const Period& period : left) {
      if (period.last < first || last < period.first) {
        next.push_back(period);
        continue;
      }
      if (period.first < first) next.push_back({period.first, {first.minutes - 1}});
      if (last < period.last) next.push_back({{last.minutes + 1}, period.last});
    }
    left = std::move(next);
  }
  return left;
}

std::vector<std::string> draw_basins(std::vector<std::string> basins, std::int64_t count, std::uint64_t seed,
                                     std::uint32_t fold) {
  std::vector<std::string> drawn = shuffled(std::move(basins), seed, fold + 1);
  drawn.resize(std::min(drawn.size(), static_cast<std::size_t>(count)));
  std::ranges::sort(drawn);
  return drawn;
}

}  // namespace freshet
