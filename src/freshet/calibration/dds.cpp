#include "freshet/calibration/dds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace freshet::calibration {

double dds_chance(std::int64_t step, std::int64_t steps) {
  if (steps <= 1) return 1;
  return 1 - std::log(static_cast<double>(step)) / std::log(static_cast<double>(steps));
}

double dds_moved(double x, double change, bool absorb) {
  const double moved = x + change;
  if (moved < 0) return absorb || moved < -1 ? 0 : -moved;
  if (moved > 1) return absorb || moved > 2 ? 1 : 2 - moved;
  return moved;
}

Dds::Dds(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin)
    : Search(options, parameters, seed, basin),
      trials_(static_cast<std::size_t>(std::min(options.dds_trials, options.max_evaluations))),
      trial_points_(trials_ * parameters),
      trial_values_(trials_, std::numeric_limits<double>::infinity()) {
  propose_candidates();
}

std::int64_t Dds::budget(std::size_t trial) const {
  const auto trials = static_cast<std::int64_t>(trials_);
  return options().max_evaluations / trials + (static_cast<std::int64_t>(trial) < options().max_evaluations % trials ? 1 : 0);
}

std::int64_t Dds::random_points(std::size_t trial) const {
  if (trial == 0 && !options().initial_point.empty()) return 1;
  return std::max<std::int64_t>(5, std::llround(0.005 * static_cast<double>(budget(trial))));
}

std::vector<double> Dds::candidate(std::size_t trial) const {
  const std::size_t n = parameters();
  if (round_ == 0 && trial == 0 && !options().initial_point.empty()) return options().initial_point;
  RngStream random = stream(static_cast<std::uint64_t>(round_), static_cast<std::uint32_t>(trial));
  const std::int64_t first = random_points(trial);
  std::vector<double> point(n);
  if (round_ < first) {
    std::ranges::generate(point, [&random] { return random.uniform(); });
    return point;
  }
  const auto best = trial_points_.begin() + static_cast<std::ptrdiff_t>(trial * n);
  std::copy_n(best, n, point.begin());
  const auto perturb = [&](std::size_t j) {
    const double change = options().dds_perturbation * random.normal();
    point[j] = dds_moved(point[j], change, random.uniform() < 0.5);
  };
  const double chance = dds_chance(round_ - first + 1, budget(trial) - first);
  bool any = false;
  for (std::size_t j = 0; j < n; ++j) {
    if (random.uniform() >= chance) continue;
    perturb(j);
    any = true;
  }
  if (!any) perturb(random.below(n));
  return point;
}

void Dds::propose_candidates() {
  std::vector<double> points;
  for (std::size_t trial = 0; trial < trials_ && round_ < budget(trial); ++trial) {
    const std::vector<double> point = candidate(trial);
    points.insert(points.end(), point.begin(), point.end());
  }
  propose(std::move(points));
}

void Dds::advance(std::span<const double> points, std::span<const double> values, std::span<const double>) {
  for (std::size_t trial = 0; trial < std::min(values.size(), trials_); ++trial) {
    const auto point = points.subspan(trial * parameters(), parameters());
    record(point, values[trial]);
    if (!(values[trial] <= trial_values_[trial])) continue;
    trial_values_[trial] = values[trial];
    std::ranges::copy(point, trial_points_.begin() + static_cast<std::ptrdiff_t>(trial * parameters()));
  }
  ++round_;
  if (evaluations_left() <= 0) {
    finish(StopReason::kEvaluations);
  } else {
    propose_candidates();
  }
}

void Dds::archive(StateArchive& to) {
  to.value("round", round_);
  to.values("trial_points", trial_points_, trials_ * parameters());
  to.values("trial_values", trial_values_, trials_);
  if (round_ < 0) StateArchive::refuse("round");
}

}  // namespace freshet::calibration
