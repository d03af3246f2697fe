#include "freshet/data/process_forcing.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/core/parallel.hpp"
#include "freshet/data/basin_id.hpp"
#include "freshet/data/forcing_selection.hpp"
#include "freshet/data/forcing_source.hpp"
#include "freshet/data/pet.hpp"

namespace freshet {
namespace {

constexpr std::size_t kProblemsShown = 10;

/// A basin on its way from the source to the models.
struct Item {
  std::string id;
  SelectedBasin selected;
  BasinForcing forcing;
  std::vector<Problem> problems;
};

/// Runs `work` on every basin that has no problem yet; its InputError becomes the basin's problems.
void for_each_sound(std::vector<Item>& items, std::size_t threads, const std::function<void(Item&, std::size_t)>& work) {
  parallel_for(items.size(), threads, [&](std::size_t i) {
    if (!items[i].problems.empty()) return;
    try {
      work(items[i], i);
    } catch (const InputError& error) {
      items[i].problems = error.problems();
      for (Problem& problem : items[i].problems) {
        if (problem.basin.empty()) problem.basin = items[i].id;
      }
    }
  });
}

std::vector<Problem> problems_of(const std::vector<Item>& items) {
  std::vector<Problem> all;
  for (const Item& item : items) all.insert(all.end(), item.problems.begin(), item.problems.end());
  return all;
}

/// @throws InputError with these problems and those of the basins if no basin is left
void require_one(const std::vector<Item>& items, std::vector<Problem> problems) {
  if (std::ranges::any_of(items, [](const Item& item) { return item.problems.empty(); })) return;
  const std::vector<Problem> own = problems_of(items);
  problems.insert(problems.end(), own.begin(), own.end());
  if (problems.size() > kProblemsShown) {
    const std::size_t more = problems.size() - kProblemsShown;
    problems.resize(kProblemsShown);
    problems.push_back({.what = fmt::format("{} more problems like these", more)});
  }
  throw InputError(std::move(problems));
}

/// One table for all: the same step, at the same minutes of it, as the first basin that can be run.
void check_same_steps(std::vector<Item>& items) {
  const Item& first = *std::ranges::find_if(items, [](const Item& item) { return item.problems.empty(); });
  const TimeAxis& axis = first.selected.record;
  for (Item& item : items) {
    if (!item.problems.empty()) continue;
    const TimeAxis& own = item.selected.record;
    if (own.step_minutes != axis.step_minutes) {
      item.problems.push_back({.what = "the basin's time step is another than the first one's",
                               .basin = item.id,
                               .expected = fmt::format("{} minutes, as in {}", axis.step_minutes, first.id),
                               .got = fmt::format("{} minutes", own.step_minutes)});
    } else if ((own.first.minutes - axis.first.minutes) % axis.step_minutes != 0) {
      item.problems.push_back({.what = "the basin's time steps begin at another time of day than the first one's",
                               .basin = item.id,
                               .expected = fmt::format("{}, as in {}", to_string(axis.first), first.id),
                               .got = to_string(own.first)});
    }
  }
}

/// The period asked for, and where nothing is asked for what all basins have.
TimeAxis common_axis(const ForcingOptions& options, const std::vector<Item>& items) {
  std::optional<Time> latest_first, earliest_last;
  std::int64_t step = 0;
  std::string starts_late, ends_early;
  for (const Item& item : items) {
    if (!item.problems.empty()) continue;
    const TimeAxis& own = item.selected.record;
    step = own.step_minutes;
    if (!latest_first || own.first > *latest_first) latest_first = own.first, starts_late = item.id;
    if (!earliest_last || own.last() < *earliest_last) earliest_last = own.last(), ends_early = item.id;
  }
  const Period period = period_through(options.first.value_or(*latest_first), options.last.value_or(*earliest_last));
  // What is asked for need not begin at a step of the data.
  const std::int64_t ahead = ((period.first.minutes - latest_first->minutes) % step + step) % step;
  const Time first{period.first.minutes + (ahead == 0 ? 0 : step - ahead)};
  if (period.last < first) {
    const bool asked = options.first && options.last;
    throw InputError({.what = asked ? "the period ends before it begins" : "the basins have no period in common",
                      .expected = asked ? "" : "a period within every basin's record",
                      .got = asked ? fmt::format("{} to {}", to_string(*options.first), to_string(*options.last))
                                   : fmt::format("{} begins on {}, {} ends on {}", starts_late, to_string(*latest_first),
                                                 ends_early, to_string(*earliest_last)),
                      .hint = asked ? "" : "With a first and a last day given, basins that do not cover them are left out."});
  }
  return {first, step, (period.last.minutes - first.minutes) / step + 1};
}

/// Remarks on single basins, the first ten.
void warn_of_basins(const std::vector<BasinForcing>& basins, Observer& observer) {
  std::size_t count = 0;
  for (const BasinForcing& basin : basins) {
    for (const std::string& remark : basin.remarks) {
      if (count++ < kProblemsShown) observer.warn(remark);
    }
  }
  if (count > kProblemsShown) observer.warn(fmt::format("{} more remarks like these.", count - kProblemsShown));
}

void check_options(const ForcingOptions& options, std::span<const ForcingNeed> needs) {
  std::vector<std::string> methods;
  for (const PetMethod& method : pet_methods()) methods.push_back(method.name);
  if (std::ranges::find(methods, options.pet) == methods.end()) {
    const auto near = nearest(options.pet, methods);
    throw InputError({.what = fmt::format("`{}` is no way to get PET", options.pet),
                      .expected = fmt::format("one of {}", fmt::join(methods, ", ")),
                      .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
  }
  if (options.latitude && !(std::abs(*options.latitude) <= 90)) {
    throw InputError(
        {.what = "the latitude is out of range", .expected = "-90 to 90 degrees", .got = fmt::format("{}", *options.latitude)});
  }
  std::vector<std::string> variables;
  for (const ForcingNeed& need : needs) variables.push_back(need.name);
  for (const ForcingQuantity& quantity : forcing_quantities()) variables.emplace_back(quantity.name);
  for (const auto& [variable, column] : options.columns) {
    if (std::ranges::find(variables, variable) != variables.end()) continue;
    const auto near = nearest(variable, variables);
    throw InputError({.what = fmt::format("a column is given for `{}`, which is no variable", variable),
                      .expected = fmt::format("one of {}", fmt::join(std::set(variables.begin(), variables.end()), ", ")),
                      .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
  }
}

}  // namespace

const std::vector<PetMethod>& pet_methods() {
  static const std::vector<PetMethod> methods = [] {
    std::vector<PetMethod> all = {{"auto", "as given; without a column, oudin"}, {"given", "the column of the source"}};
    for (const PetFormula& formula : pet_formulas()) all.push_back({std::string(formula.name), std::string(formula.description)});
    return all;
  }();
  return methods;
}

ProcessForcing read_process_forcing(const ForcingOptions& options, std::span<const ForcingNeed> needs, Observer& observer) {
  check_options(options, needs);
  const std::unique_ptr<ForcingSource> source = open_forcing_source(options, observer);
  std::vector<Item> items(source->basins().size());
  for (std::size_t i = 0; i < items.size(); ++i) items[i].id = source->basins()[i];
  for_each_sound(items, options.threads, [&](Item& item, std::size_t i) {
    const SourceBasin basin = source->basin(i);
    const std::size_t line = basin.lines.empty() ? 0 : basin.lines.front();
    if (auto problem = check_basin_id(basin.id, {.file = basin.file, .line = line})) throw InputError(std::move(*problem));
    item.selected = select_columns(basin, options, needs);
  });
  require_one(items, source->absent());
  check_same_steps(items);

  ProcessForcing result;
  result.names_basins = source->names_basins();
  result.asked = items.size() + source->absent().size();
  if (!options.own_axes) result.axis = common_axis(options, items);
  for_each_sound(items, options.threads, [&](Item& item, std::size_t) {
    item.forcing = assemble(item.selected, options.own_axes ? item.selected.record : result.axis, needs, options);
    item.selected.used.clear();
  });
  require_one(items, source->absent());
  result.refused = source->absent();
  const std::vector<Problem> own = problems_of(items);
  result.refused.insert(result.refused.end(), own.begin(), own.end());
  std::set<std::string> remarks;
  for (Item& item : items) {
    if (!item.problems.empty()) continue;
    if (!item.selected.remark.empty()) remarks.insert(item.selected.remark);
    result.basins.push_back(std::move(item.forcing));
  }
  for (const std::string& remark : remarks) observer.warn(remark);
  warn_of_basins(result.basins, observer);
  return result;
}

}  // namespace freshet
