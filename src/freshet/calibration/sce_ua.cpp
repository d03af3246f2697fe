#include "freshet/calibration/sce_ua.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace freshet::calibration {

namespace {

/// What random numbers of one place are for; two bits of a stream's second key.
enum Purpose : std::uint32_t { kSimplex, kInsteadOfReflection, kMutating, kInitial };

Mutation mutation_of(const std::string& name) {
  if (name == "gaussian") return Mutation::kGaussian;
  return name == "complex" ? Mutation::kComplex : Mutation::kBounds;
}

/// Sorts points by value, ties in their present order.
void sort_points(std::vector<double>& points, std::vector<double>& values, std::size_t parameters) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&values](std::size_t i) { return values[i]; });
  std::vector<double> sorted_points, sorted_values;
  sorted_points.reserve(points.size());
  for (const std::size_t i : order) {
    const auto from = points.begin() + static_cast<std::ptrdiff_t>(i * parameters);
    sorted_points.insert(sorted_points.end(), from, from + static_cast<std::ptrdiff_t>(parameters));
    sorted_values.push_back(values[i]);
  }
  points = std::move(sorted_points);
  values = std::move(sorted_values);
}

}  // namespace

SceUa::SceUa(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin)
    : Search(options, parameters, seed, basin),
      complex_size_(2 * parameters + 1),
      mutation_(mutation_of(options.sce_mutation)),
      complexes_(static_cast<std::size_t>(options.sce_complexes)) {
  std::vector<double> points;
  for (std::size_t i = 0; i < initial_points(); ++i) {
    RngStream random = stream(i, kInitial);
    for (std::size_t j = 0; j < parameters; ++j) points.push_back(random.uniform());
  }
  std::ranges::copy(options.initial_point, points.begin());
  propose(std::move(points));
}

std::size_t SceUa::initial_points() const {
  const auto wanted = static_cast<std::int64_t>(complexes_.size() * complex_size_);
  return static_cast<std::size_t>(std::min(wanted, options().max_evaluations));
}

void SceUa::advance(std::span<const double> points, std::span<const double> values, std::span<const double>) {
  const std::size_t n = parameters();
  if (loop_ == 0) {
    take_initial_points(points, values);
  } else {
    const std::size_t each = speculating_ ? 3 : 1;
    std::size_t row = 0;
    for (std::size_t k = 0; k < complexes_.size() && row + each <= values.size(); ++k) {
      if (!active(complexes_[k])) continue;
      const std::int64_t step = complexes_[k].step;
      for (std::size_t i = 0; i < each && complexes_[k].step == step; ++i) {
        take(k, points.subspan((row + i) * n, n), values[row + i]);
      }
      row += each;
    }
    if (std::ranges::none_of(complexes_, [this](const Complex& complex) { return active(complex); })) gather();
  }
  if (!finished() && evaluations_left() <= 0) finish(StopReason::kEvaluations);
  if (!finished()) propose_candidates();
}

void SceUa::take_initial_points(std::span<const double> points, std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) record(points.subspan(i * parameters(), parameters()), values[i]);
  points_.assign(points.begin(), points.end());
  values_.assign(values.begin(), values.end());
  sort_points(points_, values_, parameters());
  if (evaluations_left() <= 0) {
    finish(StopReason::kEvaluations);
  } else if (geometric_range(points_, parameters()) <= options().sce_peps) {
    finish(StopReason::kPointsConverged);
  } else {
    deal_out();
  }
}

void SceUa::gather() {
  points_.clear();
  values_.clear();
  for (const Complex& complex : complexes_) {
    points_.insert(points_.end(), complex.points.begin(), complex.points.end());
    values_.insert(values_.end(), complex.values.begin(), complex.values.end());
  }
  sort_points(points_, values_, parameters());
  best_values_.push_back(values_.front());
  if (should_stop()) return;
  drop_a_complex();
  deal_out();
}

bool SceUa::should_stop() {
  if (evaluations_left() <= 0) {
    finish(StopReason::kEvaluations);
    return true;
  }
  if (geometric_range(points_, parameters()) <= options().sce_peps) {
    finish(StopReason::kPointsConverged);
    return true;
  }
  const auto kstop = static_cast<std::size_t>(options().sce_kstop);
  if (best_values_.size() <= kstop) return false;
  const double before = best_values_[best_values_.size() - 1 - kstop];
  if (!(relative_change(before, best_values_.back()) < options().sce_pcento)) return false;
  finish(StopReason::kNoImprovement);
  return true;
}

// The points that the last complex would get leave the population, as in the program of 1992, which keeps the best point.
void SceUa::drop_a_complex() {
  const std::size_t p = complexes_.size(), n = parameters();
  if (!options().sce_min_complexes || static_cast<std::int64_t>(p) <= std::max<std::int64_t>(1, *options().sce_min_complexes)) {
    return;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (i % p == p - 1) continue;
    values_[kept] = values_[i];
    std::copy_n(points_.begin() + static_cast<std::ptrdiff_t>(i * n), n, points_.begin() + static_cast<std::ptrdiff_t>(kept * n));
    ++kept;
  }
  values_.resize(kept);
  points_.resize(kept * n);
  complexes_.pop_back();
}

void SceUa::deal_out() {
  const std::size_t p = complexes_.size(), n = parameters();
  ++loop_;
  spread_ = spread_of(points_, n);
  speculating_ = options().sce_speculative && evaluations_left() >= static_cast<std::int64_t>(3 * p * complex_size_);
  for (std::size_t k = 0; k < p; ++k) {
    Complex& complex = complexes_[k];
    complex.points.clear();
    complex.values.clear();
    for (std::size_t i = k; i < values_.size(); i += p) {
      const auto from = points_.begin() + static_cast<std::ptrdiff_t>(i * n);
      complex.points.insert(complex.points.end(), from, from + static_cast<std::ptrdiff_t>(n));
      complex.values.push_back(values_[i]);
    }
    complex.step = 0;
    start_step(k);
  }
}

void SceUa::start_step(std::size_t complex) {
  Complex& own = complexes_[complex];
  own.stage = Stage::kReflection;
  if (!active(own)) return;
  const auto place = (static_cast<std::uint64_t>(loop_) << 32) | static_cast<std::uint64_t>(own.step);
  RngStream random = stream(place, static_cast<std::uint32_t>(4 * complex) + kSimplex);
  own.simplex = choose_simplex(random, parameters() + 1, complex_size_, options().sce_force_best);
}

std::vector<double> SceUa::candidate(std::size_t complex, Stage stage) const {
  const Complex& own = complexes_[complex];
  const auto point_of = [&](std::int64_t rank) {
    return std::span(own.points).subspan(static_cast<std::size_t>(rank) * parameters(), parameters());
  };
  const auto mutation = [&](Purpose purpose) {
    const auto place = (static_cast<std::uint64_t>(loop_) << 32) | static_cast<std::uint64_t>(own.step);
    RngStream random = stream(place, static_cast<std::uint32_t>(4 * complex) + purpose);
    return mutate(mutation_, random, point_of(own.simplex.front()), spread_, own.points);
  };
  if (stage == Stage::kMutation) return mutation(kMutating);
  const std::vector<double> center = centroid(own.points, own.simplex, parameters());
  if (stage == Stage::kContraction) return contract(center, point_of(own.simplex.back()));
  std::vector<double> reflected = reflect(center, point_of(own.simplex.back()));
  return within_bounds(reflected) ? reflected : mutation(kInsteadOfReflection);
}

void SceUa::take(std::size_t complex, std::span<const double> point, double value) {
  record(point, value);
  Complex& own = complexes_[complex];
  const bool accepted = value <= own.values[static_cast<std::size_t>(own.simplex.back())];
  if (accepted || own.stage == Stage::kMutation) {
    replace_worst(own, point, value);
    ++own.step;
    start_step(complex);
  } else {
    own.stage = own.stage == Stage::kReflection ? Stage::kContraction : Stage::kMutation;
  }
}

void SceUa::replace_worst(Complex& complex, std::span<const double> point, double value) const {
  const std::size_t n = parameters();
  const auto erase_at = complex.simplex.back();
  complex.values.erase(complex.values.begin() + erase_at);
  const auto row = complex.points.begin() + erase_at * static_cast<std::int64_t>(n);
  complex.points.erase(row, row + static_cast<std::ptrdiff_t>(n));
  const auto place = std::ranges::upper_bound(complex.values, value) - complex.values.begin();
  complex.values.insert(complex.values.begin() + place, value);
  complex.points.insert(complex.points.begin() + place * static_cast<std::ptrdiff_t>(n), point.begin(), point.end());
}

void SceUa::propose_candidates() {
  std::vector<double> points;
  const auto add = [&points](const std::vector<double>& point) { points.insert(points.end(), point.begin(), point.end()); };
  std::int64_t left = evaluations_left();
  for (std::size_t k = 0; k < complexes_.size() && left > 0; ++k) {
    const Complex& complex = complexes_[k];
    if (!active(complex)) continue;
    if (speculating_) {
      for (const Stage stage : {Stage::kReflection, Stage::kContraction, Stage::kMutation}) add(candidate(k, stage));
    } else {
      add(candidate(k, complex.stage));
      --left;
    }
  }
  propose(std::move(points));
}

void SceUa::archive(StateArchive& to) {
  const std::size_t n = parameters();
  to.value("loop", loop_);
  to.value("speculating", speculating_);
  to.values("best_values", best_values_);
  auto count = static_cast<std::int64_t>(complexes_.size());
  to.value("complexes", count);
  if (count < 1 || count > options().sce_complexes || loop_ < 0) StateArchive::refuse("complexes");
  complexes_.resize(static_cast<std::size_t>(count));
  if (loop_ == 0) {
    if (!finished() && ask().size() != initial_points() * n) StateArchive::refuse("batch");
    return;
  }
  to.values("values", values_, complexes_.size() * complex_size_);
  to.values("points", points_, complexes_.size() * complex_size_ * n);
  to.values("spread", spread_, n);
  for (std::size_t k = 0; k < complexes_.size(); ++k) archive_complex(to, k);
}

void SceUa::archive_complex(StateArchive& to, std::size_t index) {
  Complex& complex = complexes_[index];
  const std::string name = fmt::format("complex_{}_", index);
  to.values(name + "points", complex.points, complex_size_ * parameters());
  to.values(name + "values", complex.values, complex_size_);
  to.values(name + "simplex", complex.simplex, parameters() + 1);
  to.value(name + "step", complex.step);
  to.value(name + "stage", complex.stage, Stage::kMutation);
  const auto in_complex = [this](std::int64_t rank) { return rank >= 0 && rank < static_cast<std::int64_t>(complex_size_); };
  if (!std::ranges::all_of(complex.simplex, in_complex) || complex.step < 0) StateArchive::refuse(name + "simplex");
}

}  // namespace freshet::calibration
