#include "freshet/calibration/gradient_search.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "freshet/calibration/sampling.hpp"

namespace freshet::calibration {

namespace {
constexpr double kMargin = 0.01;  // of starts from the bounds
}

double largest_magnitude(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

std::vector<double> logits(std::span<const double> values) {
  std::vector<double> result;
  for (const double x : values) result.push_back(std::log(x / (1 - x)));
  return result;
}

std::vector<double> sigmoids(std::span<const double> values) {
  std::vector<double> result;
  for (const double y : values) result.push_back(1 / (1 + std::exp(-y)));
  return result;
}

GradientSearch::GradientSearch(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin,
                               const std::function<std::unique_ptr<Descent>()>& make_descent)
    : Search(options, parameters, seed, basin) {
  for (std::int64_t i = 0; i < options.gradient_starts; ++i) {
    descents_.push_back(make_descent());
    descents_.back()->begin(start(begun_++));
    active_.push_back(1);
  }
  propose_candidates();
}

std::vector<double> GradientSearch::start(std::int64_t number) const {
  RngStream random = stream(static_cast<std::uint64_t>(number), 0);
  std::vector<double> x(parameters());
  if (number == 0 && !options().initial_point.empty()) {
    x = options().initial_point;
  } else if (number < options().gradient_starts) {
    const std::uint64_t key = stream(0, 1).below(std::uint64_t{1} << 62);
    x = latin_hypercube_point(static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(options().gradient_starts),
                              parameters(), key);
  } else {
    std::ranges::generate(x, [&random] { return random.uniform(); });
  }
  for (double& value : x) value = std::clamp(value, kMargin, 1 - kMargin);
  return logits(x);
}

void GradientSearch::propose_candidates() {
  std::vector<double> points;
  std::int64_t left = evaluations_left();
  for (std::size_t i = 0; i < descents_.size() && left > 0; ++i) {
    if (active_[i] == 0) continue;
    const std::vector<double> x = sigmoids(descents_[i]->point());
    points.insert(points.end(), x.begin(), x.end());
    --left;
  }
  propose(std::move(points));
}

void GradientSearch::advance(std::span<const double> points, std::span<const double> values, std::span<const double> gradients) {
  const std::size_t n = parameters();
  std::size_t row = 0;
  for (std::size_t i = 0; i < descents_.size() && row < values.size(); ++i) {
    if (active_[i] == 0) continue;
    const auto x = points.subspan(row * n, n);
    std::vector<double> slope(n);
    for (std::size_t j = 0; j < n; ++j) slope[j] = gradients[row * n + j] * x[j] * (1 - x[j]);
    record(x, values[row]);
    if (!descents_[i]->take(values[row], slope)) {
      if (begun_ < options().gradient_starts + options().gradient_restarts) {
        descents_[i]->begin(start(begun_++));
      } else {
        active_[i] = 0;
      }
    }
    ++row;
  }
  if (evaluations_left() <= 0) {
    finish(StopReason::kEvaluations);
  } else if (std::ranges::count(active_, 0) == static_cast<std::int64_t>(active_.size())) {
    finish(StopReason::kDescentsConverged);
  } else {
    propose_candidates();
  }
}

void GradientSearch::archive(StateArchive& to) {
  to.value("begun", begun_);
  to.values("active", active_, descents_.size());
  for (std::size_t i = 0; i < descents_.size(); ++i) descents_[i]->archive(to, fmt::format("descent_{}_", i));
}

}  // namespace freshet::calibration
