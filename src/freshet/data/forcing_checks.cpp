#include "freshet/data/forcing_checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "freshet/core/counted.hpp"
#include "freshet/core/error.hpp"
#include "freshet/core/step_range.hpp"

namespace freshet {
namespace {

constexpr std::size_t kProblemsShown = 10;
/// Share of the days whose least and greatest temperature may be swapped: slips of an instrument, not of a column's name.
constexpr double kMostSwapped = 0.01;

/// Problems of one kind in a basin's columns, the first ten of them.
class Faults {
 public:
  Faults(const SelectedBasin& basin, const TimeAxis& axis) : basin_(basin), axis_(axis) {}

  void add(const UsedColumn& column, std::size_t step, Problem problem) {
    ++count_;
    if (problems_.size() == kProblemsShown) return;
    problem.file = basin_.file;
    problem.basin = basin_.id;
    problem.variable = column.name;
    problem.date = to_string(axis_.at(static_cast<std::int64_t>(step)));
    const auto row = static_cast<std::size_t>(*basin_.axis.index_of(axis_.first)) + step;
    if (row < basin_.lines.size()) problem.line = basin_.lines[row];
    problems_.push_back(std::move(problem));
  }

  std::size_t count() const { return count_; }
  /// Of the first problem.
  const std::string& first_date() const { return problems_.front().date; }

  void throw_if_any() {
    if (problems_.empty()) return;
    if (count_ > problems_.size()) {
      problems_.back().hint +=
          fmt::format("{}{} more such values.", problems_.back().hint.empty() ? "" : " ", count_ - problems_.size());
    }
    throw InputError(std::move(problems_));
  }

 private:
  const SelectedBasin& basin_;
  const TimeAxis& axis_;
  std::vector<Problem> problems_;
  std::size_t count_ = 0;
};

std::size_t offset_of(const SelectedBasin& basin, const TimeAxis& axis) {
  return static_cast<std::size_t>(*basin.axis.index_of(axis.first));
}

/// The steps of the periods that are used.
std::vector<StepRange> used_ranges(const TimeAxis& axis, const ForcingOptions& options) {
  if (options.periods.empty()) return {{0, axis.size}};
  std::vector<StepRange> ranges;
  for (const Period& period : options.periods) ranges.push_back(steps_within(axis, period));
  return ranges;
}

void check_values(const SelectedBasin& basin, const TimeAxis& axis, const std::vector<bool>& used) {
  const std::size_t offset = offset_of(basin, axis);
  Faults missing(basin, axis), meaningless(basin, axis);
  for (const UsedColumn& column : basin.used) {
    for (std::size_t t = 0; t < used.size(); ++t) {
      if (!used[t]) continue;
      const double value = column.values[offset + t];
      if (!std::isfinite(value)) {
        missing.add(column, t,
                    {.what = std::isnan(value) ? "the value is missing" : "the value is not finite", .expected = "a number"});
      } else if (value < column.lowest || value > column.highest) {
        const bool below = value < column.lowest;
        const bool kelvin = column.highest < 100 && value > 150;
        meaningless.add(
            column, t,
            {.what = below && column.lowest == 0 ? "the value is negative" : "the value is out of range",
             .expected = below ? fmt::format("at least {}", column.lowest) : fmt::format("at most {}", column.highest),
             .got = fmt::format("{:.7g}", value),
             .hint = kelvin                     ? fmt::format("Name the unit if it is kelvin: `{}(K)`.", column.variable)
                     : column.variable == "pet" ? "PET can be derived instead, for instance by oudin."
                     : column.variable == "precipitation" && !below ? "More than ever fell on earth; is its unit mm/day?"
                                                                    : ""});
      }
    }
  }
  missing.throw_if_any();
  meaningless.throw_if_any();
}

void check_period(const SelectedBasin& basin, const Period& used, const ForcingOptions& options) {
  const TimeAxis& record = basin.record;
  if (used.first >= record.first && used.last <= record.last()) return;
  throw InputError({.what = options.called + " does not cover the period",
                    .file = basin.file,
                    .basin = basin.id,
                    .expected = to_string(used),
                    .got = to_string(Period{record.first, record.last()}),
                    .hint = options.uncovered_hint});
}

/// Hargreaves' PET is zero on a day whose least temperature is above the greatest.
std::string check_temperature_order(const SelectedBasin& basin, const TimeAxis& axis, const std::vector<bool>& used) {
  const UsedColumn *tmin = basin.find("tmin"), *tmax = basin.find("tmax");
  if (basin.pet != "hargreaves" || tmin == nullptr || tmax == nullptr) return "";
  const std::size_t offset = offset_of(basin, axis);
  Faults swapped(basin, axis);
  for (std::size_t t = 0; t < used.size(); ++t) {
    const double low = tmin->values[offset + t], high = tmax->values[offset + t];
    if (!used[t] || low <= high) continue;
    swapped.add(*tmin, t,
                {.what = fmt::format("the least temperature is above the greatest, `{}`", tmax->name),
                 .expected = fmt::format("at most {:.7g}", high),
                 .got = fmt::format("{:.7g}", low)});
  }
  if (swapped.count() == 0) return "";
  if (static_cast<double>(swapped.count()) > kMostSwapped * static_cast<double>(std::ranges::count(used, true)))
    swapped.throw_if_any();
  return fmt::format("Basin {}: the least temperature is above the greatest on {}, first on {}; PET by hargreaves is 0 then.",
                     basin.id, counted(swapped.count(), "day"), swapped.first_date());
}

}  // namespace

std::vector<bool> used_steps(const TimeAxis& axis, const ForcingOptions& options) {
  std::vector<bool> used(static_cast<std::size_t>(axis.size));
  for (const StepRange& range : used_ranges(axis, options)) std::fill(used.begin() + range.first, used.begin() + range.end, true);
  return used;
}

std::string check_forcing(const SelectedBasin& basin, const TimeAxis& axis, const std::vector<bool>& used,
                          const ForcingOptions& options) {
  for (const StepRange& range : used_ranges(axis, options)) {
    if (range.size() > 0) check_period(basin, {axis.at(range.first), axis.at(range.end - 1)}, options);
  }
  check_values(basin, axis, used);
  return check_temperature_order(basin, axis, used);
}

std::string drop_negative_flow(const std::string& basin, std::span<double> observed, const TimeAxis& axis,
                               const std::vector<bool>& used) {
  std::size_t count = 0, first = 0;
  double lowest = 0;
  for (std::size_t t = 0; t < observed.size(); ++t) {
    if (!(observed[t] < 0)) continue;
    if (used[t]) {
      if (count++ == 0) first = t;
      lowest = std::min(lowest, observed[t]);
    }
    observed[t] = std::numeric_limits<double>::quiet_NaN();
  }
  if (count == 0) return "";
  return fmt::format("Basin {}: observed discharge is negative at {} (down to {:.6g}), first on {}; it counts as missing.", basin,
                     counted(count, "step"), lowest, to_string(axis.at(static_cast<std::int64_t>(first))));
}

}  // namespace freshet
