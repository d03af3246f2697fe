#include "freshet/calibration/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace freshet::calibration {

namespace {

constexpr double kDecrease = 1e-4, kCurvature = 0.9;  // of the Wolfe conditions
constexpr std::int64_t kMostTrials = 30;
constexpr double kLongestFirstMove = 2;  // of a logit
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

std::vector<double> lbfgs_direction(std::span<const double> gradient, std::span<const double> steps,
                                    std::span<const double> changes) {
  const std::size_t n = gradient.size(), pairs = steps.size() / n;
  std::vector<double> q(gradient.begin(), gradient.end());
  std::vector<double> alpha(pairs);
  for (std::size_t i = pairs; i-- > 0;) {
    const auto s = steps.subspan(i * n, n), y = changes.subspan(i * n, n);
    alpha[i] = dot(s, q) / dot(s, y);
    for (std::size_t j = 0; j < n; ++j) q[j] -= alpha[i] * y[j];
  }
  if (pairs > 0) {
    const auto s = steps.subspan((pairs - 1) * n, n), y = changes.subspan((pairs - 1) * n, n);
    const double scale = dot(s, y) / dot(y, y);
    for (double& value : q) value *= scale;
  }
  for (std::size_t i = 0; i < pairs; ++i) {
    const auto s = steps.subspan(i * n, n), y = changes.subspan(i * n, n);
    const double beta = dot(y, q) / dot(s, y);
    for (std::size_t j = 0; j < n; ++j) q[j] += (alpha[i] - beta) * s[j];
  }
  for (double& value : q) value = -value;
  return q;
}

LbfgsDescent::LbfgsDescent(const SearchOptions& options, std::size_t parameters) : options_(options), trial_(parameters) {}

void LbfgsDescent::begin(std::span<const double> start) {
  trial_.assign(start.begin(), start.end());
  base_ = trial_;
  gradient_.assign(trial_.size(), 0.0);
  direction_.assign(trial_.size(), 0.0);
  value_ = kInfinity;
  steps_.clear();
  changes_.clear();
}

void LbfgsDescent::start_line() {
  direction_ = lbfgs_direction(gradient_, steps_, changes_);
  if (!(dot(direction_, gradient_) < 0)) {  // rounding
    steps_.clear();
    changes_.clear();
    direction_ = lbfgs_direction(gradient_, steps_, changes_);
  }
  length_ = std::min(1.0, kLongestFirstMove / largest_magnitude(direction_));
  if (steps_.empty()) length_ = std::min(length_, 1 / largest_magnitude(direction_));
  too_short_ = 0;
  too_long_ = kInfinity;
  trials_ = 0;
  place_trial();
}

void LbfgsDescent::place_trial() {
  for (std::size_t j = 0; j < trial_.size(); ++j) trial_[j] = base_[j] + length_ * direction_[j];
}

bool LbfgsDescent::take(double value, std::span<const double> gradient) {
  if (value_ == kInfinity) {
    if (value == kInfinity) return false;
    return accept(value, gradient);
  }
  const double slope = dot(direction_, gradient_);
  if (!(value <= value_ + kDecrease * length_ * slope)) {
    too_long_ = length_;
  } else if (dot(direction_, gradient) < kCurvature * slope) {
    too_short_ = length_;
  } else {
    return accept(value, gradient);
  }
  if (++trials_ == kMostTrials) {
    if (steps_.empty()) return false;
    steps_.clear();
    changes_.clear();
    start_line();
    return true;
  }
  length_ = too_long_ < kInfinity ? 0.5 * (too_short_ + too_long_) : 2 * too_short_;
  place_trial();
  return true;
}

bool LbfgsDescent::accept(double value, std::span<const double> gradient) {
  const std::size_t n = trial_.size();
  const bool stepped = value_ < kInfinity;
  const bool small = stepped && value_ - value <= options_.gradient_value_tolerance * std::max(1.0, std::abs(value));
  if (stepped) {
    std::vector<double> step(n), change(n);
    for (std::size_t j = 0; j < n; ++j) {
      step[j] = trial_[j] - base_[j];
      change[j] = gradient[j] - gradient_[j];
    }
    if (dot(step, change) > 0) {
      steps_.insert(steps_.end(), step.begin(), step.end());
      changes_.insert(changes_.end(), change.begin(), change.end());
    }
    if (steps_.size() > n * static_cast<std::size_t>(options_.lbfgs_memory)) {
      steps_.erase(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(n));
      changes_.erase(changes_.begin(), changes_.begin() + static_cast<std::ptrdiff_t>(n));
    }
  }
  base_ = trial_;
  gradient_.assign(gradient.begin(), gradient.end());
  value_ = value;
  if (small || largest_magnitude(gradient) <= options_.gradient_tolerance) return false;
  start_line();
  return true;
}

void LbfgsDescent::archive(StateArchive& to, const std::string& prefix) {
  const std::size_t n = trial_.size();
  to.values(prefix + "trial", trial_, n);
  to.values(prefix + "base", base_, n);
  to.values(prefix + "gradient", gradient_, n);
  to.value(prefix + "value", value_);
  to.values(prefix + "direction", direction_, n);
  to.value(prefix + "length", length_);
  to.value(prefix + "too_short", too_short_);
  to.value(prefix + "too_long", too_long_);
  to.value(prefix + "trials", trials_);
  to.values(prefix + "steps", steps_);
  to.values(prefix + "changes", changes_, steps_.size());
  if (steps_.size() % n != 0) StateArchive::refuse(prefix + "steps");
}

}  // namespace freshet::calibration
