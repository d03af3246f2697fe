#include "freshet/calibration/adam.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::calibration {

namespace {
constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
constexpr std::int64_t kMostHalvings = 5;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
}  // namespace

AdamDescent::AdamDescent(const SearchOptions& options, std::size_t parameters) : options_(options), point_(parameters) {}

void AdamDescent::begin(std::span<const double> start) {
  point_.assign(start.begin(), start.end());
  best_point_ = point_;
  best_gradient_.assign(point_.size(), 0.0);
  first_.assign(point_.size(), 0.0);
  second_.assign(point_.size(), 0.0);
  step_ = halvings_ = steps_without_gain_ = 0;
  best_value_ = reference_ = kInfinity;
}

bool AdamDescent::go_back() {
  if (halvings_ == kMostHalvings || best_value_ == kInfinity) return false;
  ++halvings_;
  point_ = best_point_;
  first_.assign(point_.size(), 0.0);
  second_.assign(point_.size(), 0.0);
  step_ = steps_without_gain_ = 0;
  reference_ = best_value_;
  return true;
}

bool AdamDescent::take(double value, std::span<const double> gradient) {
  if (value < best_value_) {
    best_value_ = value;
    best_point_ = point_;
    best_gradient_.assign(gradient.begin(), gradient.end());
  }
  ++steps_without_gain_;
  const double least_gain = options_.gradient_value_tolerance * std::max(1.0, std::abs(value));
  if (value < kInfinity && (reference_ == kInfinity || reference_ - value > least_gain)) {
    reference_ = value;
    steps_without_gain_ = 0;
  }
  if (value < kInfinity && largest_magnitude(gradient) <= options_.gradient_tolerance) return false;
  std::span<const double> slope = gradient;
  if (value == kInfinity || steps_without_gain_ >= options_.adam_patience) {
    if (!go_back()) return false;
    slope = best_gradient_;  // known already: the best point need not be evaluated again
  }
  ++step_;
  const double rate = std::ldexp(options_.adam_learning_rate, static_cast<int>(-halvings_));
  const double bias1 = 1 - std::pow(kBeta1, static_cast<double>(step_)), bias2 = 1 - std::pow(kBeta2, static_cast<double>(step_));
  for (std::size_t j = 0; j < point_.size(); ++j) {
    first_[j] = kBeta1 * first_[j] + (1 - kBeta1) * slope[j];
    second_[j] = kBeta2 * second_[j] + (1 - kBeta2) * slope[j] * slope[j];
    point_[j] -= rate * (first_[j] / bias1) / (std::sqrt(second_[j] / bias2) + kEpsilon);
  }
  return true;
}

void AdamDescent::archive(StateArchive& to, const std::string& prefix) {
  const std::size_t n = point_.size();
  to.values(prefix + "point", point_, n);
  to.values(prefix + "first", first_, n);
  to.values(prefix + "second", second_, n);
  to.value(prefix + "step", step_);
  to.value(prefix + "halvings", halvings_);
  to.value(prefix + "steps_without_gain", steps_without_gain_);
  to.values(prefix + "best_point", best_point_, n);
  to.values(prefix + "best_gradient", best_gradient_, n);
  to.value(prefix + "best_value", best_value_);
  to.value(prefix + "reference", reference_);
}

}  // namespace freshet::calibration
