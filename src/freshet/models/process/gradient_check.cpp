#include "freshet/models/process/gradient_check.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "freshet/kernels/registry.hpp"
#include "freshet/models/neural/single_thread.hpp"
#include "freshet/models/process/gradient_case.hpp"
#include "freshet/models/process/torch_derivatives.hpp"
#include "freshet/models/process/witness_numbers.hpp"

namespace freshet::witness {
namespace {

/// Steps of central differences, relative to the input.
constexpr double kDifferenceStep = 2e-5;
/// Cases that are tried at most where the first ones left something untested, and how far their seeds are apart.
constexpr std::uint64_t kMoreCases = 4, kSeedsApart = 1'000'003;
/// How far an input without derivatives is moved to see whether it moves anything, relative to it or to 1.
constexpr double kMoves[] = {-1, -0.3, -0.03, 0.03, 0.3, 1};
/// Rounding of a value, relative to the sizes of what it is summed from.
constexpr double kRounding = 1e-13;

/// How an input is moved in all its rows: a series as if at random.
double direction(std::size_t row) {
  return 1 + 0.5 * std::sin(static_cast<double>(row * row));
}

/// <J v, w> of a lane, and the sums of the sizes of its terms and of those of <y, w>.
struct Product {
  double value = 0, size = 0, value_size = 0;
  void add(double weight, const Dual& y) {
    value += weight * y.derivative;
    size += std::abs(weight * y.derivative);
    value_size += std::abs(weight * y.value);
  }
  /// What differences are relative to, for an input of about `x`.
  double scale(double x) const { return std::max({size, 1e-3 * value_size / std::max(std::abs(x), 1e-6), 1e-200}); }
};

/// Names of inputs.
struct Acting {
  std::vector<std::string> smoothly;  ///< their derivatives are not all zero
  std::vector<std::string> by_jumps;  ///< they move values
};

/// Compares all inputs of a case and enters what it finds.
class Comparison {
 public:
  /// @param acting  what acts is added to it
  Comparison(GradientCase& c, std::vector<GradientCheckRow>& rows, Acting& acting) : case_(c), rows_(rows), acting_(acting) {
    for (const bool alone : {false, true}) {
      engine_.push_back(engine_gradients<double>(c, alone));
      torch_.push_back(torch_gradients(c, alone));
    }
    single_ = engine_gradients<float>(c, false);
    here_ = branches();
  }

  void check_all() {
    for (std::size_t i = 0; i < case_.inputs.size(); ++i) {
      GradientCheckRow& row = row_of(case_.inputs[i]);
      ++row.inputs;
      const auto finite = [](const std::vector<double>& values) {
        return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
      };
      row.finite = row.finite && finite(engine_[0][i]) && finite(engine_[1][i]) && finite(single_[i]);
      note_action(i, row);
      for (std::size_t lane = 0; lane < case_.lanes; ++lane) compare_exactly(i, lane, row);
      compare_with_differences(i, row);
    }
  }

  /// Inputs that moved nothing so far, and differences of kinds that have none.
  void check_what_is_left() {
    for (std::size_t i = 0; i < case_.inputs.size(); ++i) {
      GradientCheckRow& row = row_of(case_.inputs[i]);
      if (std::find(row.idle.begin(), row.idle.end(), case_.inputs[i].name) != row.idle.end()) note_action(i, row);
      if (!row.tested()) compare_with_differences(i, row);
    }
  }

 private:
  /// Whether an input acts, and how.
  void note_action(std::size_t i, GradientCheckRow& row) {
    const std::vector<double>& all = engine_[0][i];
    const std::string& name = case_.inputs[i].name;
    if (std::any_of(all.begin(), all.end(), [](double x) { return x != 0; })) {
      acting_.smoothly.push_back(name);
    } else if (moves_values(case_.inputs[i])) {
      acting_.by_jumps.push_back(name);
      row.jumps.push_back(name);
    } else {
      row.idle.push_back(name);
    }
  }

  GradientCheckRow& row_of(const CaseInput& input) {
    std::string kind;
    switch (input.kind) {
      case InputKind::kParameter:
        kind = "parameters";
        break;
      case InputKind::kDailyParameter:
        kind = "daily parameters";
        break;
      case InputKind::kRoutingParameter:
        kind = fmt::format("routing {}", case_.routing->name());
        break;
      case InputKind::kInitialState:
        kind = "initial states";
        break;
      case InputKind::kForcing:
        kind = "forcings";
        break;
    }
    const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const GradientCheckRow& row) { return row.kind == kind; });
    if (found != rows_.end()) return *found;
    rows_.push_back({.kind = kind});
    return rows_.back();
  }

  /// The part of a gradient in an input's direction.
  double along(const std::vector<double>& gradient, std::size_t lane) const {
    double sum = 0;
    for (std::size_t row = 0; row * case_.lanes < gradient.size(); ++row)
      sum += direction(row) * gradient[row * case_.lanes + lane];
    return sum;
  }

  LaneOutputs<Dual> run_dual(std::size_t moved, std::size_t lane) const {
    return simulate_tables(case_, lane_values<Dual>(case_, [&](const CaseInput& input, std::size_t row) {
                             return Dual(input.values[row * case_.lanes + lane],
                                         &input == &case_.inputs[moved] ? direction(row) : 0);
                           }));
  }

  void compare_exactly(std::size_t i, std::size_t lane, GradientCheckRow& row) {
    const LaneOutputs<Dual> out = run_dual(i, lane);
    const auto series = series_of(out);
    Product products[2];
    for (std::size_t s = 0; s < series.size(); ++s) {
      for (std::size_t t = 0; t < case_.steps; ++t) {
        const double seed = case_.seeds[s][t * case_.lanes + lane];
        products[0].add(seed, (*series[s])[t]);
        if (s == 0) products[1].add(seed, (*series[s])[t]);
      }
    }
    for (std::size_t s = 0; s < out.final_states.size(); ++s) {
      products[0].add(case_.final_seeds[s * case_.lanes + lane], out.final_states[s]);
    }
    const double x = case_.rows(case_.inputs[i]) == 1 ? case_.inputs[i].values[lane] : 1;
    for (std::size_t which = 0; which < 2; ++which) {
      const std::vector<double>& gradient = engine_[which][i];
      if (gradient.empty()) continue;  // to forcings, of the discharge alone
      const double got = along(gradient, lane), scale = products[which].scale(x);
      enter(row.dual, i, std::abs(got - products[which].value) / scale, kExactTolerance);
      enter(row.torch, i, std::abs(got - along(torch_[which][i], lane)) / scale, kExactTolerance);
    }
  }

  void enter(Distance& distance, std::size_t i, double difference, double allowed) const {
    ++distance.compared;
    if (!(difference <= allowed)) distance.pass = false;
    if (difference <= distance.largest || std::isnan(distance.largest)) return;
    distance.largest = difference;
    distance.input = case_.inputs[i].name;
  }

  /// Whether any value changes, in any lane, where the input is moved far.
  bool moves_values(CaseInput& input) const {
    const std::vector<double> before = input.values, here = engine_sums(case_).sum;
    const bool moves = std::any_of(std::begin(kMoves), std::end(kMoves), [&](double move) {
      for (std::size_t k = 0; k < before.size(); ++k) input.values[k] = before[k] + move * std::max(std::abs(before[k]), 1.0);
      return engine_sums(case_).sum != here;
    });
    input.values = before;
    return moves;
  }

  /// How every comparison of each lane is decided.
  std::vector<std::uint64_t> branches() const {
    std::vector<std::uint64_t> notes;
    for (std::size_t lane = 0; lane < case_.lanes; ++lane) {
      Noted::notes = 0;
      simulate_tables(case_, lane_values<Noted>(case_, [&](const CaseInput& input, std::size_t row) {
                        return Noted(input.values[row * case_.lanes + lane]);
                      }));
      notes.push_back(Noted::notes);
    }
    return notes;
  }

  /// The weighted sums with an input moved, and how each lane's comparisons are decided there.
  struct Moved {
    WeightedSums sums;
    std::vector<std::uint64_t> notes;
  };

  /// How far one unit of a relative step moves the input's value k. A series moves in proportion to its values, so that dry days
  /// stay dry; with zeros alone there is nothing to move.
  double unit(const CaseInput& input, std::size_t k) const {
    const double size = std::abs(input.values[k]);
    return case_.rows(input) == 1 ? std::max(size, 1e-2) : direction(k / case_.lanes) * size;
  }

  Moved move(CaseInput& input, double relative) const {
    const std::vector<double> before = input.values;
    std::vector<double> after = before;
    for (std::size_t k = 0; k < before.size(); ++k) after[k] += relative * unit(input, k);
    input.values = std::move(after);
    Moved result{engine_sums(case_), branches()};
    input.values = before;
    return result;
  }

  void compare_with_differences(std::size_t i, GradientCheckRow& row) {
    CaseInput& input = case_.inputs[i];
    const Moved points[] = {move(input, kDifferenceStep), move(input, -kDifferenceStep), move(input, 0.5 * kDifferenceStep),
                            move(input, -0.5 * kDifferenceStep)};
    for (std::size_t lane = 0; lane < case_.lanes; ++lane) {
      ++row.differences.tried;
      const bool smooth =
          std::all_of(std::begin(points), std::end(points), [&](const Moved& p) { return p.notes[lane] == here_[lane]; });
      if (!smooth) continue;
      double derivative = 0;
      for (std::size_t k = lane; k < input.values.size(); k += case_.lanes) derivative += unit(input, k) * engine_[0][i][k];
      const double size = points[0].sums.size[lane];
      const double wide = (points[0].sums.sum[lane] - points[1].sums.sum[lane]) / (2 * kDifferenceStep);
      const double narrow = (points[2].sums.sum[lane] - points[3].sums.sum[lane]) / kDifferenceStep;
      // The error of the narrow difference is a third of what separates the two, and more terms; and rounding.
      const double allowed = std::abs(wide - narrow) + kRounding * size / kDifferenceStep;
      const double scale = std::max({std::abs(derivative), 1e-3 * size, 1e-200});
      enter(row.differences, i, std::abs(derivative - narrow) / scale, allowed / scale);
    }
  }

  GradientCase& case_;
  std::vector<GradientCheckRow>& rows_;
  Acting& acting_;
  std::vector<std::vector<std::vector<double>>> engine_, torch_;  ///< of everything, of the discharge alone
  std::vector<std::vector<double>> single_;
  std::vector<std::uint64_t> here_;
};

/// Names of inputs, sorted, without those that act elsewhere.
void settle(std::vector<std::string>& names, const std::vector<std::string>& elsewhere) {
  std::erase_if(names,
                [&](const std::string& name) { return std::find(elsewhere.begin(), elsewhere.end(), name) != elsewhere.end(); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

std::vector<GradientCheckRow> check_gradients(const kernels::Model& model, const GradientCheckOptions& options) {
  const SingleThreadScope single_thread;
  std::vector<GradientCheckRow> rows;
  Acting acting;
  const std::vector<const kernels::Routing*> routings = kernels::routings();
  const auto check = [&](std::uint64_t seed, std::size_t steps, bool again, bool from_empty) {
    for (std::size_t i = 0; i < std::max<std::size_t>(2, routings.size()); ++i) {
      const kernels::Routing* routing = i < routings.size() ? routings[i] : nullptr;
      const bool given_start = i == 1 && !from_empty;
      GradientCase c = make_case(
          model, routing, {.lanes = options.lanes, .steps = steps, .seed = seed, .daily = i == 1, .given_start = given_start});
      Comparison comparison(c, rows, acting);
      again ? comparison.check_what_is_left() : comparison.check_all();
    }
    // What stands still in one case (a store that was never filled) may act in another.
    for (GradientCheckRow& row : rows) {
      settle(row.jumps, acting.smoothly);
      settle(row.idle, acting.smoothly);
      settle(row.idle, acting.by_jumps);
    }
  };
  check(options.seed, options.steps, false, false);
  const auto any = [&](auto holds) { return std::any_of(rows.begin(), rows.end(), holds); };
  for (std::uint64_t more = 1; more <= kMoreCases; ++more) {
    const std::uint64_t seed = options.seed + more * kSeedsApart;
    // In a few days from the model's own start fewer stores are full to the brim.
    if (any([](const GradientCheckRow& row) { return !row.tested(); }))
      check(seed, std::max<std::size_t>(1, options.steps / (8 * more)), true, true);
    if (any([](const GradientCheckRow& row) { return !row.idle.empty(); })) check(seed, options.steps, true, false);
  }
  return rows;
}

}  // namespace freshet::witness
