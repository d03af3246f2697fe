#include "freshet/data/windows.hpp"

#include <algorithm>
#include <cmath>

#include "freshet/core/rng.hpp"
#include "freshet/core/step_range.hpp"

namespace freshet {
namespace {

/// counts[t + 1] = number of steps up to t for which `holds(first value of the step)`.
template <class Predicate>
std::vector<std::int32_t> running_count(const std::vector<float>& values, std::int64_t width, std::int64_t steps,
                                        Predicate holds) {
  std::vector<std::int32_t> counts(static_cast<std::size_t>(steps) + 1, 0);
  for (std::int64_t t = 0; t < steps; ++t) {
    const bool counted = !values.empty() && holds(values.data() + t * width);
    counts[static_cast<std::size_t>(t) + 1] = counts[static_cast<std::size_t>(t)] + (counted ? 1 : 0);
  }
  return counts;
}

}  // namespace

WindowPlanner::WindowPlanner(const PreparedData& data, std::vector<Period> periods, WindowOptions options)
    : data_(data), periods_(std::move(periods)), options_(options) {
  for (const PreparedBasin& basin : data.basins) {
    missing_inputs_.push_back(running_count(basin.inputs, data.inputs, basin.axis.size, [&](const float* row) {
      return std::any_of(row, row + data.inputs, [](float x) { return std::isnan(x); });
    }));
    missing_forcings_.push_back(running_count(basin.forcing, data.forcings, basin.axis.size, [&](const float* row) {
      return std::any_of(row, row + data.forcings, [](float x) { return std::isnan(x); });
    }));
    present_targets_.push_back(running_count(basin.targets, data.targets, basin.axis.size, [&](const float* row) {
      return std::any_of(row, row + data.targets, [](float x) { return !std::isnan(x); });
    }));
  }
}

void WindowPlanner::add_window(std::int32_t basin, std::int64_t first, std::int64_t count, WindowPlan& plan) const {
  const auto b = static_cast<std::size_t>(basin);
  const auto between = [](const std::vector<std::int32_t>& counts, std::int64_t from, std::int64_t to) {
    return counts[static_cast<std::size_t>(to)] - counts[static_cast<std::size_t>(from)];
  };
  const std::int64_t observed = between(present_targets_[b], first, first + count);
  if (observed == 0) {
    ++plan.losses.windows_without_target;
    return;
  }
  const std::int64_t from = first - options_.warm_up();
  if ((options_.drop_missing_input && between(missing_inputs_[b], from, first + count) > 0) ||
      between(missing_forcings_[b], from, first + count) > 0) {
    ++plan.losses.windows_missing_input;
    return;
  }
  plan.losses.days_missing_target += count - observed;
  plan.windows.push_back({basin, static_cast<std::int32_t>(first), static_cast<std::int32_t>(count)});
}

void WindowPlanner::add_basin(std::int32_t basin, std::int64_t phase, WindowPlan& plan) const {
  const TimeAxis& axis = data_.basins[static_cast<std::size_t>(basin)].axis;
  for (const Period& period : periods_) {
    const StepRange present = steps_within(axis, period);
    plan.losses.days_outside_record += steps_in(axis, period).size() - present.size();

    std::int64_t first = std::max(present.first, std::min(options_.warm_up(), present.end));
    plan.losses.days_without_history += first - present.first;
    if (options_.stride > 0) {
      for (first += phase; first + options_.predict_last_n <= present.end; first += options_.stride)
        add_window(basin, first, options_.predict_last_n, plan);
      continue;
    }
    for (std::int64_t length = phase > 0 ? phase : options_.predict_last_n; first < present.end;
         length = options_.predict_last_n) {
      const std::int64_t count = std::min(length, present.end - first);
      add_window(basin, first, count, plan);
      first += count;
    }
  }
}

WindowPlan WindowPlanner::plan() const {
  WindowPlan plan;
  for (std::size_t b = 0; b < data_.basins.size(); ++b) add_basin(static_cast<std::int32_t>(b), 0, plan);
  return plan;
}

WindowPlan WindowPlanner::shuffled(std::uint64_t seed, std::int64_t epoch) const {
  WindowPlan plan;
  for (std::size_t b = 0; b < data_.basins.size(); ++b) {
    RngStream rng(seed, RngUse::kShuffle, static_cast<std::uint64_t>(epoch), static_cast<std::uint32_t>(b) + 1);
    add_basin(static_cast<std::int32_t>(b), static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(options_.step()))),
              plan);
  }
  RngStream rng(seed, RngUse::kShuffle, static_cast<std::uint64_t>(epoch), 0);
  for (std::size_t i = plan.windows.size(); i > 1; --i) std::swap(plan.windows[i - 1], plan.windows[rng.below(i)]);
  return plan;
}

}  // namespace freshet
