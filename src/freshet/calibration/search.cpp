#include "freshet/calibration/search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "freshet/core/error.hpp"

namespace freshet::calibration {

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool all_finite(std::span<const double> values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}
}  // namespace

std::string_view to_text(StopReason reason) {
  static constexpr std::array<std::string_view, 6> kTexts = {"the search goes on",        "the budget of evaluations is used up",
                                                             "the time is over",          "the best value no longer improves",
                                                             "the points have converged", "all descents have converged"};
  return kTexts.at(static_cast<std::size_t>(reason));
}

Search::Search(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin)
    : options_(options), parameters_(parameters), seed_(seed), basin_(basin), best_value_(kInfinity) {}

std::span<const double> Search::ask() const {
  if (finished()) return {};
  return batch_;
}

void Search::tell(std::span<const double> values, std::span<const double> gradients) {
  if (finished()) throw InternalError("a finished search was told values");
  if (values.size() * parameters_ != batch_.size() || gradients.size() != (wants_gradients() ? batch_.size() : 0)) {
    throw InternalError("a search was told values or gradients of another number than it asked for");
  }
  std::vector<double> feasible(values.begin(), values.end());
  for (std::size_t i = 0; i < feasible.size(); ++i) {
    const bool has_slope = gradients.empty() || all_finite(gradients.subspan(i * parameters_, parameters_));
    if (!std::isfinite(feasible[i]) || !has_slope) feasible[i] = kInfinity;
  }
  const std::vector<double> points = std::move(batch_);
  batch_.clear();
  advance(points, feasible, gradients);
  if (!finished() && options_.max_seconds && seconds() >= *options_.max_seconds) finish(StopReason::kTime);
}

void Search::record(std::span<const double> point, double value) {
  ++evaluations_;
  // Ties by the point, so that the best one does not depend on the order of evaluation.
  const bool better = best_point_.empty() || value < best_value_ ||
                      (value == best_value_ && std::ranges::lexicographical_compare(point, best_point_));
  if (better) {
    best_value_ = value;
    best_point_.assign(point.begin(), point.end());
  }
  if (trace_) trace_({.number = evaluations_, .point = point, .value = value, .best_value = best_value_});
}

RngStream Search::stream(std::uint64_t a, std::uint32_t b) const {
  return {mix_seed(seed_, basin_), RngUse::kCalibration, a, b};
}

double Search::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Search::archive_all(StateArchive& to) {
  const auto same = [&to](const std::string& name, std::uint64_t expected) {
    auto number = static_cast<std::int64_t>(expected);
    to.value(name, number);
    if (static_cast<std::uint64_t>(number) != expected) StateArchive::refuse(name);
  };
  same("version", 1);
  same("parameters", parameters_);
  same("seed", seed_);
  same("basin", basin_);
  to.value("evaluations", evaluations_);
  to.values("best_point", best_point_, evaluations_ > 0 ? parameters_ : 0);
  to.value("best_value", best_value_);
  to.value("stop_reason", reason_, StopReason::kDescentsConverged);
  to.values("batch", batch_);
  if (batch_.size() % parameters_ != 0 || (batch_.empty() && reason_ == StopReason::kNone)) StateArchive::refuse("batch");
  archive(to);
}

nlohmann::json Search::save() const {
  StateArchive to;
  // One function names the state for both directions, so it cannot be const; writing does not change anything.
  const_cast<Search*>(this)->archive_all(to);
  nlohmann::json state = to.state();
  state["method"] = options_.method;
  state["seconds"] = seconds();
  return state;
}

void Search::restore(const nlohmann::json& state) {
  if (!state.is_object() || state.value("method", nlohmann::json()) != options_.method) StateArchive::refuse("method");
  StateArchive from(state);
  archive_all(from);
  if (!state.contains("seconds") || !state["seconds"].is_number()) StateArchive::refuse("seconds");
  seconds_before_ = state["seconds"].get<double>();
  start_ = std::chrono::steady_clock::now();
  const bool time_left = !options_.max_seconds || seconds_before_ < *options_.max_seconds;
  if (reason_ == StopReason::kTime && time_left) reason_ = StopReason::kNone;
}

}  // namespace freshet::calibration
